// The step that makes the row all others are compared with at averages between whole numbers of bits.
import Artifacts
import Detection
import NN
import Quantization

/// Two neighboring widths in turn, in forward order, so that every stretch of the network has the same average: what uniform
/// bits are where the average is not whole.
public struct AlternatingBits: Step {
  /// The name in keys and folders.
  public static let name = "alternating-bits"
  /// Raised when the meaning of the result changes.
  public static let version = 1
  /// The code that the result comes from.
  public static let sources = UniformBits.sources + ["Sources/Experiment/Steps/AlternatingBits.swift"]
  /// Counting is exact everywhere.
  public static let determinism = Determinism.exact

  /// Whose layers.
  public let detector: Artifact<Checkpoint>
  /// Bits per searched weight.
  public let averageBits: Double

  /// Bits that average to a number between two whole ones.
  public init(_ detector: Artifact<Checkpoint>, averageBits: Double) {
    self.detector = detector
    self.averageBits = averageBits
  }

  /// What people read while it runs.
  public var title: String { "\(averageBits) bits in turns" }

  /// Names the layers and counts.
  public func run(_ context: StepContext) throws -> WeightBits {
    let module = try detector.value.detector()
    let searched = try quantizationPolicy.searchedLayers(of: module)
    let chosen = alternatingBits(
      searched.map { ($0.name, $0.layer.weight.value.count) }, averageBits: averageBits)
    let assignment = try quantizationPolicy.completed(chosen, for: module)
    return WeightBits(bits: assignment, size: try storedSize(of: module, assignment), objective: nil)
  }
}

/// Two neighboring widths for layers in forward order: the wider one wherever that leaves the bits spent so far nearer to the
/// average.
public func alternatingBits(_ layers: [(name: String, weights: Int)], averageBits: Double) -> BitAssignment {
  let low = Int(averageBits.rounded(.down))
  var (spent, allowed) = (0.0, 0.0)
  var chosen: BitAssignment = [:]
  for layer in layers {
    let count = Double(layer.weights)
    allowed += averageBits * count
    let width = spent + (Double(low) + 0.5) * count < allowed ? low + 1 : low
    spent += Double(width) * count
    chosen[layer.name] = width
  }
  return chosen
}
