// The step that trains a detector with quantized weights.
import Artifacts
import COCO
import Detection
import Fisher
import FoundationEssentials
import NN
import Quantization
import Scenes
import Torch

/// A detector trained on with quantized weights from its floating-point ones.
public struct QuantizationAwareTraining: Step {
  /// The name in keys and folders.
  public static let name = "qat"
  /// Raised when the meaning of the result changes.
  public static let version = 1
  /// The code that the result comes from.
  public static let sources =
    DetectorTraining.sources + [
      "Sources/Experiment/Training/QATStep.swift", "Sources/Experiment/Training/QATRecipe.swift",
      "Sources/Quantization/FakeQuantization.swift", "Sources/Fisher/FisherTrace.swift",
      "Sources/Fisher/HessianProducts.swift", "Sources/Detection/Distillation.swift",
      "Sources/Detection/CriticalVariant.swift",
    ]
  /// An edit in the tensor layers must not orphan the weights.
  public static let isKeyedByVersionAlone = true
  /// The packed weights are committed.
  public static let isCommitted = true
  /// Convolution gradients depend on the kind of processor.
  public static let determinism = Determinism.exactOn

  /// The floating-point weights.
  public let detector: Artifact<Checkpoint>
  /// The bits of each layer.
  public let bits: Artifact<WeightBits>
  /// Where the scenes come from.
  public let source: SceneSource
  /// Training scenes.
  public let sceneCount: Int
  /// What is critical, for recipes with a critical term.
  public let group: CriticalGroup?
  /// How it is trained.
  public let recipe: QATRecipe
  /// The seed of the order and of the trace's signs.
  public let seed: UInt64

  /// Scenes on which critical losses are followed, of training and of validation.
  static let followedCount = 256
  /// Scenes on which the critical Fisher trace is followed.
  static let tracedCount = 64

  /// Training with given bits.
  public init(
    _ detector: Artifact<Checkpoint>, bits: Artifact<WeightBits>, source: SceneSource,
    group: CriticalGroup? = nil, recipe: QATRecipe, sceneCount: Int? = nil, seed: UInt64 = 1
  ) {
    self.detector = detector
    self.bits = bits
    self.source = source
    self.group = group
    self.recipe = recipe
    self.sceneCount = sceneCount ?? source.count(of: .train)
    self.seed = seed
  }

  /// What people read while it runs.
  public var title: String {
    let penalty = recipe.penalty == nil ? "" : ", flat"
    let critical = group.map { ", \($0.rawValue)" } ?? ""
    return "QAT\(penalty), \(bits.title)\(critical), seed \(seed)"
  }

  /// Trains, and follows AP, and for every group AP, losses of training and validation scenes, and the critical trace.
  public func run(_ context: StepContext) throws -> QuantizedCheckpoint {
    let (qat, history) = try train(context)
    let configuration = qat.student.configuration
    return try QuantizedCheckpoint(
      qat.student, qat.quantized.quantized(),
      metadata: [
        "configuration": try metadataJSON(configuration),
        "categoryIDs": try metadataJSON(source.task.categoryIDs), "history": try metadataJSON(history),
      ])
  }

  /// Trains to the end or to a step before it, with the course so far.
  func train(_ context: StepContext, stopStep: Int? = nil) throws -> (QATStep, [TrainingPoint]) {
    Runtime.setThreadCount(1)
    let checkpoint = try detector.value
    let student = try checkpoint.detector()
    context.progress("composing \(sceneCount) scenes")
    let generator = try source.generator()
    let samples = generator.scenes(.train, 0..<sceneCount, threads: context.threads).map(\.sample)
    let validation = generator.scenes(
      .selection, 0..<source.count(DetectorTraining.validationCount, of: .selection), threads: context.threads
    )
    let truth = generator.dataset(.selection, of: validation)
    let classCount = student.configuration.classCount
    let objective = group.map {
      CriticalObjective(classes: source.task.classes(of: $0), classCount: classCount)
    }
    let qat = try QATStep(
      student, teacher: try checkpoint.detector(), bits: try bits.value.bits, objective: objective,
      recipe: recipe, seed: seed)
    let loop = TrainingLoop(
      recipe: recipe.training, stateFile: context.scratch.appending(path: "state.safetensors"),
      stopStep: stopStep, report: { context.progress($0, fraction: $1) })
    let followed = criticalLosses(
      source.task.criticalGroups, [.folded], task: source.task, classCount: classCount)
    let categoryIDs = source.task.categoryIDs
    let history = try trainQuantized(qat, samples, loop, seed: seed) { detector in
      let found = withoutGradients {
        detect(detector, validation.map(\.image), imageIDs: truth.images.map(\.id), categoryIDs: categoryIDs)
      }
      let evaluation = evaluate(truth, found)
      func losses(_ part: ArraySlice<TrainingSample>) -> MeasuredLosses {
        measuredLosses(detector, part.map(\.image), part.map(\.target), followed)
      }
      let training = losses(samples.prefix(Self.followedCount))
      let unseen = losses(validation.map(\.sample).prefix(Self.followedCount))
      let traces = try criticalTraces(detector, validation.prefix(Self.tracedCount).map(\.sample), followed)
      var details = ["training loss": mean(training.overall), "validation loss": mean(unseen.overall)]
      for group in source.task.criticalGroups {
        let name = group.rawValue
        details["AP \(name)"] = evaluation.averagePrecision(categories: source.task.categoryIDs(of: group))
        details["training loss \(name)"] = mean(training.critical[name] ?? [])
        details["validation loss \(name)"] = mean(unseen.critical[name] ?? [])
        details["trace \(name)"] = traces[name]
      }
      return TrainingFigures(score: evaluation.statistics.ap, details: details)
    }
    return (qat, history)
  }
}

/// The mean of a list; zero of an empty one.
public func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(max(values.count, 1)) }

/// The trace of each critical loss's Fisher information over all weight layers on some images, exactly.
func criticalTraces(
  _ detector: any Detector, _ samples: [TrainingSample], _ critical: [CriticalLoss]
) throws -> [String: Double] {
  // Quantized weights are parts of a graph; gradients are taken at leaves of the same values.
  let weights = Dictionary(
    detector.weightLayers.map { ($0.name, $0.layer.weight.value.detached()) }
  ) { first, _ in first }
  return try withWeights(of: detector, replacedBy: weights) {
    let accumulator = try accumulateFisher(
      of: detector, critical: critical.map(\.name), imageCount: samples.count, batchSize: 8,
      losses: { range in
        imageLosses(detector, samples[range].map(\.image), samples[range].map(\.target), critical)
      })
    let measurement = accumulator.measurement(bits: [])
    return Dictionary(
      uniqueKeysWithValues: critical.map { critical in
        let norms = measurement.squaredNorms(of: .critical(critical.name, alpha: 0))
        return (critical.name, norms.joined().reduce(0, +) / Double(max(norms.count, 1)))
      })
  }
}
