// The step that gives every searched layer the same bits: the row all others are compared with.
import Artifacts
import Detection
import NN
import Quantization

/// The same bits for every searched layer.
public struct UniformBits: Step {
  /// The name in keys and folders.
  public static let name = "uniform-bits"
  /// Raised when the meaning of the result changes.
  public static let version = 1
  /// The code that the result comes from.
  public static let sources = [
    "Sources/Experiment/Steps/UniformBits.swift", "Sources/Experiment/Data/WeightBits.swift",
    "Sources/Quantization/QuantizationPolicy.swift", "Sources/Quantization/StoredSize.swift",
  ]
  /// Counting is exact everywhere.
  public static let determinism = Determinism.exact

  /// Whose layers.
  public let detector: Artifact<Checkpoint>
  /// The bits.
  public let bits: Int

  /// Uniform bits for a detector.
  public init(_ detector: Artifact<Checkpoint>, bits: Int) {
    self.detector = detector
    self.bits = bits
  }

  /// What people read while it runs.
  public var title: String { "uniform \(bits) bits" }

  /// Names the layers and counts.
  public func run(_ context: StepContext) throws -> WeightBits {
    let module = try detector.value.detector()
    let assignment = try quantizationPolicy.uniformAssignment(of: module, bits: bits)
    return WeightBits(bits: assignment, size: try storedSize(of: module, assignment), objective: nil)
  }
}
