// The step that measures the Fisher information of every layer, for the overall and several critical objectives at once.
import Artifacts
import Detection
import Fisher
import FoundationEssentials
import Scenes
import Torch

/// Exact per-image Fisher information of all weight layers on selection scenes.
public struct LayerFisher: Step {
  /// The name in keys and folders.
  public static let name = "fisher"
  /// Raised when the meaning of the result changes.
  public static let version = 1
  /// The code that the result comes from.
  public static let sources =
    detectorSources + [
      "Sources/Experiment/Steps/LayerFisher.swift", "Sources/Experiment/Data/DetectionTask.swift",
      "Sources/Experiment/Training/ImageLosses.swift",
      "Sources/Fisher/FisherAccumulator.swift", "Sources/Fisher/FisherBatches.swift",
      "Sources/Fisher/FisherLoop.swift", "Sources/Detection/CriticalVariant.swift",
      "Sources/Detection/BoxLosses.swift", "Sources/Boxes/OptimalAssignment.swift",
      "Sources/Detection/CriticalObjective.swift", "Sources/Detection/Criterion.swift",
      "Sources/Detection/DetectionLoss.swift", "Sources/Detection/Matching.swift",
      "Sources/Torch/PerImageTape.swift", "Sources/CTorch/PerImage.cpp",
      "Sources/Quantization/QuantizationScheme.swift",
    ]
  /// Gradients depend on the kind of processor.
  public static let determinism = Determinism.exactOn

  /// Whose layers.
  public let detector: Artifact<Checkpoint>
  /// Where the scenes come from.
  public let source: SceneSource
  /// The critical objectives.
  public let groups: [CriticalGroup]
  /// Selection scenes.
  public let sceneCount: Int
  /// The readings of each critical objective.
  public let variants: [CriticalVariant]
  /// The seed by which scenes get the labels of others, for a control that must know nothing; true labels without.
  public let labelSeed: UInt64?

  /// The Fisher information of a detector.
  public init(
    of detector: Artifact<Checkpoint>, on source: SceneSource, groups: [CriticalGroup], sceneCount: Int = 500,
    variants: [CriticalVariant] = [.folded], labelSeed: UInt64? = nil
  ) {
    self.variants = variants
    self.labelSeed = labelSeed
    self.detector = detector
    self.source = source
    self.groups = groups
    self.sceneCount = source.count(sceneCount, of: .selection)
  }

  /// What people read while it runs.
  public var title: String { "Fisher information on \(sceneCount) scenes" }

  /// Passes over the scenes in batches; every image's gradients are its own.
  ///
  /// The first scenes of the selection split are also those of the validation curve, by which the length of training was chosen.
  public func run(_ context: StepContext) throws -> FisherMeasurement {
    Runtime.setThreadCount(1)
    let module = try detector.value.detector()
    let generator = try source.generator()
    let scenes = generator.scenes(.selection, 0..<sceneCount, threads: context.threads)
    let critical = criticalLosses(
      groups, variants, task: source.task, classCount: module.configuration.classCount)
    let targets = shuffledLabels(scenes.map(\.target), seed: labelSeed)
    for group in groups {
      let classes = Set(source.task.classes(of: group))
      guard targets.contains(where: { !classes.isDisjoint(with: $0.classes) }) else {
        throw FisherError(
          "none of the \(sceneCount) calibration scenes shows \(group.rawValue); expected at least one")
      }
    }
    let accumulator = try accumulateFisher(
      of: module, critical: critical.map(\.name), imageCount: sceneCount, batchSize: 8,
      progress: {
        context.progress("\($0) of \(sceneCount) scenes", fraction: Double($0) / Double(sceneCount))
      },
      losses: { range in
        imageLosses(module, scenes[range].map(\.image), Array(targets[range]), critical)
      })
    return accumulator.measurement(bits: searchedBits)
  }
}

extension FisherMeasurement: Storable {}
