// The step that runs a detector trained with quantized weights over a split of scenes.
import Artifacts
import COCO
import Detection
import FoundationEssentials
import Scenes
import Torch

/// Detections of a packed detector on a split.
public struct QuantizedRun: Step {
  /// The name in keys and folders.
  public static let name = "quantized-detections"
  /// Raised when the meaning of the result changes.
  public static let version = 1
  /// The code that the result comes from.
  public static let sources =
    DetectorRun.sources + [
      "Sources/Experiment/Steps/QuantizedRun.swift", "Sources/Quantization/PackedFile.swift",
      "Sources/Quantization/PackedCodes.swift",
    ]
  /// Sums in matrix products depend on the kind of processor.
  public static let determinism = Determinism.exactOn

  /// The packed weights.
  public let detector: Artifact<QuantizedCheckpoint>
  /// Where the scenes come from.
  public let source: SceneSource
  /// Which scenes.
  public let split: SceneSplit
  /// How many of them.
  public internal(set) var sceneCount: Int

  /// A run over a whole split.
  public init(
    _ detector: Artifact<QuantizedCheckpoint>, on source: SceneSource, split: SceneSplit = .report
  ) {
    self.detector = detector
    self.source = source
    self.split = split
    sceneCount = split.count
  }

  /// What people read while it runs.
  public var title: String { "detections on \(split.label), \(detector.title)" }

  /// Unpacks, and runs over the scenes.
  public func run(_ context: StepContext) throws -> DetectionSet {
    Runtime.setThreadCount(1)
    let checkpoint = try detector.value
    let module = try checkpoint.detector()
    return DetectionSet(
      detect(
        module, categoryIDs: try checkpoint.categoryIDs(), in: try source.generator(), split,
        count: sceneCount,
        context))
  }
}
