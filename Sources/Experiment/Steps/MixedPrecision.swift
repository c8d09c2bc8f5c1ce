// The step that spends a budget of bits where an objective suffers least. Yang et al., 2024, equation 11.
import Allocation
import Artifacts
import Fisher
import NN
import Quantization

/// Bits by layer that minimize the predicted loss at the size of a uniform row.
public struct MixedPrecision: Step {
  /// The name in keys and folders.
  public static let name = "mixed-precision"
  /// Raised when the meaning of the result changes.
  public static let version = 1
  /// The code that the result comes from.
  public static let sources = [
    "Sources/Experiment/Steps/MixedPrecision.swift", "Sources/Experiment/Steps/ControlCosts.swift",
    "Sources/Experiment/Data/WeightBits.swift",
    "Sources/Allocation/AllocationTable.swift", "Sources/Allocation/AllocationProblem.swift",
    "Sources/Allocation/KnapsackStep.swift", "Sources/Allocation/ChoiceGroup.swift",
    "Sources/Allocation/BitAllocation.swift", "Sources/Fisher/FisherMeasurement.swift",
    "Sources/Fisher/Objective.swift", "Sources/Fisher/LayerSensitivity.swift",
    "Sources/Quantization/QuantizationPolicy.swift", "Sources/Quantization/StoredSize.swift",
  ]
  /// Integer arithmetic over given costs.
  public static let determinism = Determinism.exact

  /// Whose layers.
  public let detector: Artifact<Checkpoint>
  /// The costs.
  public let fisher: Artifact<FisherMeasurement>
  /// The row whose size is the budget.
  public let uniform: Artifact<WeightBits>
  /// What must not suffer.
  public let objective: Objective
  /// The fewest bits that a layer may get.
  public let leastBits: Int

  /// Bits for an objective at the size of a uniform row.
  public init(
    _ detector: Artifact<Checkpoint>, fisher: Artifact<FisherMeasurement>, uniform: Artifact<WeightBits>,
    objective: Objective, leastBits: Int = searchedBits[0]
  ) {
    self.detector = detector
    self.fisher = fisher
    self.uniform = uniform
    self.objective = objective
    self.leastBits = leastBits
  }

  /// What people read while it runs.
  public var title: String {
    switch objective {
    case .overall: "bits for the overall objective"
    case .critical(let name, let alpha): "bits for \(name), α = \(alpha)"
    }
  }

  /// Solves the knapsack exactly.
  public func run(_ context: StepContext) throws -> WeightBits {
    let module = try detector.value.detector()
    let measurement = try fisher.value
    let widths = measurement.bits.indices.filter { measurement.bits[$0] >= leastBits }
    let costs = Dictionary(
      uniqueKeysWithValues: zip(
        measurement.layerNames,
        measurement.costs(of: objective).map { costs in widths.map { costs[$0] } }))
    let (problem, budgetBits) = try searchedProblem(
      of: module, bits: widths.map { measurement.bits[$0] }, costs: costs, uniform: try uniform.value)
    let allocation = try AllocationTable(problem).allocation(filling: budgetBits)
    let assignment = try quantizationPolicy.completed(allocation.bits, for: module)
    return WeightBits(
      bits: assignment, size: try storedSize(of: module, assignment), objective: allocation.objective)
  }
}
