// The steps of the controls: sensitivities measured layer by layer, gradients of batches, bits from other costs.
import Allocation
import Artifacts
import Detection
import Fisher
import FoundationEssentials
import NN
import Quantization
import Scenes
import Torch

/// The rise of the losses with one layer at a time quantized.
public struct MeasuredSensitivity: Step {
  /// The name in keys and folders.
  public static let name = "measured"
  /// Raised when the meaning of the result changes.
  public static let version = 1
  /// The code that the result comes from.
  public static let sources =
    LayerFisher.sources + [
      "Sources/Experiment/Steps/Controls.swift", "Sources/Fisher/MeasuredSensitivity.swift",
      "Sources/Quantization/QuantizedModule.swift",
    ]
  /// Sums in matrix products depend on the kind of processor.
  public static let determinism = Determinism.exactOn

  /// Whose layers.
  public let detector: Artifact<Checkpoint>
  /// Where the scenes come from.
  public let source: SceneSource
  /// The critical objectives.
  public let groups: [CriticalGroup]
  /// Selection scenes.
  public let sceneCount: Int
  /// The bit widths.
  public let bits: [Int]
  /// Whether queries stay matched with the objects that the floating-point detector matches them with. One layer moves the
  /// losses by thousandths; a few pictures whose matching jumps move them by more.
  public let keepsMatching: Bool

  /// The measured sensitivities of a detector's searched layers.
  public init(
    of detector: Artifact<Checkpoint>, on source: SceneSource, groups: [CriticalGroup], sceneCount: Int = 400,
    bits: [Int] = [3, 4, 6], keepsMatching: Bool = true
  ) {
    self.keepsMatching = keepsMatching
    self.detector = detector
    self.source = source
    self.groups = groups
    self.sceneCount = source.count(sceneCount, of: .selection)
    self.bits = bits
  }

  /// What people read while it runs.
  public var title: String { "measured sensitivities on \(sceneCount) scenes" }

  /// One pass over the scenes for each layer and width.
  public func run(_ context: StepContext) throws -> MeasuredSensitivities {
    Runtime.setThreadCount(1)
    let module = try detector.value.detector()
    let scenes = try source.generator().scenes(.selection, 0..<sceneCount, threads: context.threads)
    let critical = criticalLosses(
      groups, [.folded], task: source.task, classCount: module.configuration.classCount)
    let layers = try quantizationPolicy.searchedLayers(of: module)
    let (images, targets) = (scenes.map(\.image), scenes.map(\.target))
    let kept = keepsMatching ? matchings(module, images, targets) : nil
    return try measureSensitivities(
      of: module, layers: layers, bits: bits,
      progress: {
        context.progress("\($0) of \(layers.count) layers", fraction: Double($0) / Double(layers.count))
      },
      losses: { measuredLosses(module, images, targets, critical, matchings: kept) })
  }
}

extension MeasuredSensitivities: Storable {}

/// The squared gradients of whole batches' mean losses: known to be another quantity than the Fisher information, and
/// found in its place often enough.
public struct BatchGradients: Step {
  /// The name in keys and folders.
  public static let name = "batch-gradients"
  /// Raised when the meaning of the result changes.
  public static let version = 1
  /// The code that the result comes from.
  public static let sources = LayerFisher.sources + ["Sources/Experiment/Steps/Controls.swift"]
  /// Gradients depend on the kind of processor.
  public static let determinism = Determinism.exactOn

  /// Whose layers.
  public let detector: Artifact<Checkpoint>
  /// Where the scenes come from.
  public let source: SceneSource
  /// Selection scenes.
  public let sceneCount: Int
  /// Scenes of a batch.
  public let batchSize: Int

  /// The squared batch gradients of a detector.
  public init(
    of detector: Artifact<Checkpoint>, on source: SceneSource, sceneCount: Int = 500, batchSize: Int = 20
  ) {
    self.detector = detector
    self.source = source
    self.sceneCount = source.count(sceneCount, of: .selection)
    self.batchSize = batchSize
  }

  /// What people read while it runs.
  public var title: String { "squared batch gradients" }

  /// Each batch stands in the place of an image.
  public func run(_ context: StepContext) throws -> FisherMeasurement {
    Runtime.setThreadCount(1)
    let module = try detector.value.detector()
    let scenes = try source.generator().scenes(.selection, 0..<sceneCount, threads: context.threads)
    let accumulator = try accumulateFisher(of: module, imageCount: sceneCount / batchSize) { batch in
      let part = scenes[batch * batchSize..<(batch + 1) * batchSize]
      let sum = imageLosses(module, part.map(\.image), part.map(\.target), []).overall
      return (sum * (1 / Double(batchSize)), [:])
    }
    return accumulator.measurement(bits: searchedBits)
  }
}

/// Where the costs of an allocation come from.
public enum CostModel: Codable, Sendable, Equatable {
  /// The mean Fisher trace of each layer times its squared errors.
  case fisherTrace(Objective)
  /// The Hessian trace in the place of the Fisher trace: HAWQ-V2.
  case hessianTrace
  /// The measured rise of the loss; widths in between lie on a line, and falls count as zero.
  case measured(Objective)
  /// The Fisher trace with `2⁻²ᵇ` in the place of the squared errors.
  case powerLaw(Objective)
  /// The diagonal of other gradients, such as those of batches or of shuffled labels.
  case diagonal(Objective)
  /// No costs: a random assignment of the same size.
  case random(seed: UInt64)
}

/// Bits by layer from other costs than the Fisher diagonal, at the size of a uniform row.
public struct ControlBits: Step {
  /// The name in keys and folders.
  public static let name = "control-bits"
  /// Raised when the meaning of the result changes.
  public static let version = 1
  /// The code that the result comes from.
  public static let sources =
    MixedPrecision.sources + [
      "Sources/Experiment/Steps/Controls.swift", "Sources/Experiment/Steps/ControlCosts.swift",
      "Sources/Allocation/RandomAllocations.swift",
    ]
  /// Arithmetic over given costs.
  public static let determinism = Determinism.exact

  /// Whose layers.
  public let detector: Artifact<Checkpoint>
  /// Gradients of images, or what stands in their place; names the layers and their squared errors.
  public let fisher: Artifact<FisherMeasurement>
  /// Hessian traces, where the model needs them.
  public let hessian: Artifact<HessianTraces>?
  /// Measured rises, where the model needs them.
  public let measured: Artifact<MeasuredSensitivities>?
  /// The row whose size is the budget.
  public let uniform: Artifact<WeightBits>
  /// Where costs come from.
  public let model: CostModel

  /// Bits by a cost model.
  public init(
    _ detector: Artifact<Checkpoint>, fisher: Artifact<FisherMeasurement>,
    hessian: Artifact<HessianTraces>? = nil, measured: Artifact<MeasuredSensitivities>? = nil,
    uniform: Artifact<WeightBits>, model: CostModel
  ) {
    self.detector = detector
    self.fisher = fisher
    self.hessian = hessian
    self.measured = measured
    self.uniform = uniform
    self.model = model
  }

  /// What people read while it runs.
  public var title: String { "bits by \(model)" }

  /// Solves the knapsack, or draws.
  public func run(_ context: StepContext) throws -> WeightBits {
    let module = try detector.value.detector()
    let costs = try modelCosts(
      model, try fisher.value, hessian: try hessian?.value, measured: try measured?.value)
    let (problem, budget) = try searchedProblem(
      of: module, bits: searchedBits, costs: costs, uniform: try uniform.value)
    let allocation: BitAllocation
    if case .random(let seed) = model {
      allocation = try problem.randomAllocations(1, budgetBits: budget, seed: seed)[0]
    } else {
      allocation = try AllocationTable(problem).allocation(filling: budget)
    }
    let assignment = try quantizationPolicy.completed(allocation.bits, for: module)
    return WeightBits(
      bits: assignment, size: try storedSize(of: module, assignment), objective: allocation.objective)
  }
}
