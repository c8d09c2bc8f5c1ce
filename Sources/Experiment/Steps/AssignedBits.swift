// The step that leaves of an assignment what detectors need.
import Artifacts
import Quantization

/// The bits and the size of an assignment, without the cost that it was chosen by.
///
/// Costs differ in their last digits between processors, and from objective to objective. What is made with bits must not: equal
/// bits are run once, and weights trained from them, which are committed, are found wherever the same bits are chosen.
public struct AssignedBits: Step {
  /// The name in keys and folders.
  public static let name = "assigned-bits"
  /// Raised when the meaning of the result changes.
  public static let version = 1
  /// The code that the result comes from.
  public static let sources = [
    "Sources/Experiment/Steps/AssignedBits.swift", "Sources/Experiment/Data/WeightBits.swift",
  ]
  /// Nothing is computed.
  public static let determinism = Determinism.exact

  /// The assignment.
  public let chosen: Artifact<WeightBits>

  /// The bits of an assignment.
  public init(_ chosen: Artifact<WeightBits>) { self.chosen = chosen }

  /// What people read while it runs.
  public var title: String { chosen.title }

  /// Takes the cost away.
  public func run(_ context: StepContext) throws -> WeightBits {
    var bits = try chosen.value
    bits.objective = nil
    return bits
  }
}
