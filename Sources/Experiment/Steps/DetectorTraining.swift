// The step that trains a floating-point detector.
import Artifacts
import COCO
import Detection
import FoundationEssentials
import Scenes
import Torch

/// A detector trained from a pre-trained backbone.
public struct DetectorTraining: Step {
  /// The name in keys and folders.
  public static let name = "train"
  /// Raised when the meaning of the result changes.
  public static let version = 1
  /// The code that the result comes from.
  public static let sources =
    detectorSources + [
      "Sources/Detection/Criterion.swift", "Sources/Detection/DetectionLoss.swift",
      "Sources/Detection/Matching.swift", "Sources/Detection/BoxLosses.swift",
      "Sources/Detection/DetectorTraining.swift", "Sources/Detection/TrainingLoop.swift",
      "Sources/Detection/TrainingSamples.swift", "Sources/NN/AdamW.swift", "Sources/NN/Attention.swift",
    ]
  /// An edit in the tensor layers must not orphan the weights.
  public static let isKeyedByVersionAlone = true
  /// The weights are committed.
  public static let isCommitted = true
  /// Convolution gradients depend on the kind of processor.
  public static let determinism = Determinism.exactOn

  /// Which detector.
  public let kind: DetectorKind
  /// Where the scenes come from.
  public let source: SceneSource
  /// Training scenes.
  public internal(set) var sceneCount: Int
  /// The weights that the backbone starts from.
  public let backbone: Artifact<Checkpoint>
  /// A detector of other categories that it starts from, for data of which there is little; absent where it starts from the
  /// backbone alone.
  public let start: Artifact<Checkpoint>?
  /// How it is trained.
  public internal(set) var recipe: TrainingRecipe
  /// Whether pictures are cropped too, as those of a profile are, since they are few; absent where scenes are
  /// composed.
  public let isVaried: Bool?
  /// The seed of first values and order.
  public let seed: UInt64

  /// Scenes that AP is measured on along the way.
  static let validationCount = 500

  /// Training with the recipe of the report, unless another is given.
  public init(
    kind: DetectorKind, source: SceneSource, backbone: Artifact<Checkpoint>,
    start: Artifact<Checkpoint>? = nil, recipe: TrainingRecipe? = nil, seed: UInt64 = 1
  ) {
    self.kind = kind
    self.source = source
    self.backbone = backbone
    self.start = start
    self.seed = seed
    isVaried = source.imported == nil ? nil : true
    sceneCount = source.count(of: .train)
    self.recipe = recipe ?? kind.recipe
  }

  /// What people read while it runs.
  public var title: String { "\(kind.title), \(source.task.name), seed \(seed)" }

  /// Trains on the training scenes and measures AP on the first selection scenes along the way.
  public func run(_ context: StepContext) throws -> Checkpoint {
    let detector = makeDetector(kind.configuration(classCount: source.task.categories.count), seed: seed)
    if let start {
      try detector.start(from: try start.value.tensors())
    } else {
      try detector.backbone.load(try backbone.value.tensors())
    }
    // Thread counts differ in the last digits of gradients. Two threads are 1.6 times as fast as one on quiet cores, and
    // much slower on busy ones.
    Runtime.setThreadCount(context.threads)
    context.progress("composing \(sceneCount) scenes")
    let generator = try source.generator()
    let samples = generator.scenes(.train, 0..<sceneCount, threads: context.threads).map(\.sample)
    let validation = generator.scenes(
      .selection, 0..<source.count(Self.validationCount, of: .selection), threads: context.threads)
    let truth = generator.dataset(.selection, of: validation)
    let loop = TrainingLoop(
      recipe: recipe, stateFile: context.scratch.appending(path: "state.safetensors"),
      report: { context.progress($0, fraction: $1) })
    let categoryIDs = source.task.categoryIDs
    let history = try trainDetector(detector, samples, loop, isVaried: isVaried ?? false, seed: seed) {
      detector in
      let found = detect(
        detector, validation.map(\.image), imageIDs: truth.images.map(\.id), categoryIDs: categoryIDs)
      return evaluate(truth, found).statistics.ap
    }
    return try Checkpoint(
      detector,
      metadata: [
        "configuration": try metadataJSON(detector.configuration),
        "categoryIDs": try metadataJSON(categoryIDs), "history": try metadataJSON(history),
      ])
  }
}
