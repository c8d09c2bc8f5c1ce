// The step that runs a detector, quantized or not, over a split of scenes.
import Artifacts
import COCO
import Detection
import FoundationEssentials
import Quantization
import Scenes
import Torch

/// Detections of a detector on a split.
public struct DetectorRun: Step {
  /// The name in keys and folders.
  public static let name = "detections"
  /// Raised when the meaning of the result changes.
  public static let version = 1
  /// The code that the result comes from.
  public static let sources =
    detectorSources + [
      "Sources/Experiment/Steps/DetectorRun.swift", "Sources/Experiment/Steps/Inference.swift",
      "Sources/Detection/PostProcessing.swift", "Sources/Quantization/QuantizationScheme.swift",
      "Sources/Quantization/QuantizedModule.swift",
    ]
  /// Sums in matrix products depend on the kind of processor.
  public static let determinism = Determinism.exactOn

  /// The floating-point weights.
  public let detector: Artifact<Checkpoint>
  /// How they are quantized; not at all if absent.
  public let bits: Artifact<WeightBits>?
  /// Where the scenes come from.
  public let source: SceneSource
  /// Which scenes.
  public let split: SceneSplit
  /// How many of them.
  public internal(set) var sceneCount: Int

  /// A run over a whole split.
  public init(
    _ detector: Artifact<Checkpoint>, bits: Artifact<WeightBits>? = nil, on source: SceneSource,
    split: SceneSplit = .report
  ) {
    self.detector = detector
    self.bits = bits
    self.source = source
    self.split = split
    sceneCount = split.count
  }

  /// What people read while it runs.
  public var title: String { "detections on \(split.label), \(bits?.title ?? "floating point")" }

  /// Quantizes, and runs over the scenes.
  public func run(_ context: StepContext) throws -> DetectionSet {
    Runtime.setThreadCount(1)
    let checkpoint = try detector.value
    let module = try checkpoint.detector()
    let categoryIDs = try checkpoint.categoryIDs()
    let generator = try source.generator()
    func all() -> [Detection] {
      detect(module, categoryIDs: categoryIDs, in: generator, split, count: sceneCount, context)
    }
    guard let bits else { return DetectionSet(all()) }
    return DetectionSet(try withQuantized(module, try bits.value.bits) { all() })
  }
}
