// The step that pre-trains a backbone on single objects.
import Artifacts
import Detection
import FoundationEssentials
import Torch

/// A backbone trained to tell single objects apart: where detector training starts from.
public struct BackbonePretraining: Step {
  /// The name in keys and folders.
  public static let name = "pretrain"
  /// Raised when the meaning of the result changes.
  public static let version = 1
  /// The code that the result comes from.
  public static let sources = [
    "Sources/Detection/BackbonePretraining.swift", "Sources/Detection/ResNet.swift",
    "Sources/Detection/TrainingLoop.swift", "Sources/Detection/TrainingSamples.swift",
    "Sources/NN/AdamW.swift",
  ]
  /// An edit in the tensor layers must not orphan the weights.
  public static let isKeyedByVersionAlone = true
  /// The weights are committed.
  public static let isCommitted = true
  /// Convolution gradients depend on the kind of processor.
  public static let determinism = Determinism.exactOn

  /// The detector whose backbone it is.
  public let kind: DetectorKind
  /// Where the objects come from.
  public let source: SceneSource
  /// Objects to choose from.
  public internal(set) var sampleCount: Int
  /// How it is trained.
  public internal(set) var recipe: TrainingRecipe
  /// The seed of first values and order.
  public let seed: UInt64

  /// Pre-training with the recipe of the report: about five minutes.
  public init(kind: DetectorKind, source: SceneSource, seed: UInt64 = 1) {
    self.kind = kind
    self.source = source
    self.seed = seed
    sampleCount = 60_000
    recipe = TrainingRecipe(
      imageCount: 256_000, batchSize: 128, rate: 2e-3, backboneRate: 2e-3, decay: 1e-4, clippingNorm: 5,
      warmUpSteps: 50, decayShare: 0.5, validationInterval: 200)
  }

  /// What people read while it runs.
  public var title: String { "backbone of \(kind.title), \(source.task.name), seed \(seed)" }

  /// Trains the classifier and keeps its backbone.
  public func run(_ context: StepContext) throws -> Checkpoint {
    Runtime.setThreadCount(context.threads)
    context.progress("composing \(sampleCount) objects")
    let generator = try source.generator()
    let training = generator.singleObjects(.train, 0..<sampleCount, threads: context.threads)
      .map { ObjectSample(image: $0.image, category: $0.categoryIndex) }
    let validation = generator.singleObjects(.selection, 0..<2000, threads: context.threads)
      .map { ObjectSample(image: $0.image, category: $0.categoryIndex) }
    let classCount = source.task.categories.count
    let configuration = kind.configuration(classCount: classCount).backbone
    let classifier = BackboneClassifier(configuration, classCount: classCount, seed: seed)
    let loop = TrainingLoop(
      recipe: recipe, stateFile: context.scratch.appending(path: "state.safetensors"),
      report: { context.progress($0, fraction: $1) })
    let history = try trainClassifier(classifier, training, validation: validation, loop, seed: seed)
    return try Checkpoint(
      classifier.backbone,
      metadata: ["configuration": try metadataJSON(configuration), "history": try metadataJSON(history)])
  }
}
