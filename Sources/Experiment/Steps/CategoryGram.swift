// The steps that measure every category's part of the gradients at once, and allocate bits for any set of them.
import Allocation
import Artifacts
import Detection
import Fisher
import FoundationEssentials
import NN
import Quantization
import Scenes
import Torch

/// How the gradients of all categories' parts of the loss lie to each other, layer by layer: from it follows the Fisher
/// trace of the separable critical loss `Σ_{k∈S} L_k + L_boxes` of any set S, without another pass.
///
/// Parts are named as their categories; `boxes` is what all share, and `background` the class term of queries without
/// object, where heads have one.
public struct CategoryGram: Step {
  /// The name in keys and folders.
  public static let name = "category-gram"
  /// Raised when the meaning of the result changes.
  public static let version = 1
  /// The code that the result comes from.
  public static let sources =
    LayerFisher.sources + [
      "Sources/Experiment/Steps/CategoryGram.swift", "Sources/Fisher/LayerGram.swift",
      "Sources/Detection/CategoryParts.swift",
    ]
  /// Gradients depend on the kind of processor.
  public static let determinism = Determinism.exactOn

  /// Whose layers.
  public let detector: Artifact<Checkpoint>
  /// Where the scenes come from.
  public let source: SceneSource
  /// Selection scenes.
  public let sceneCount: Int

  /// The products of a detector.
  public init(of detector: Artifact<Checkpoint>, on source: SceneSource, sceneCount: Int = 200) {
    self.detector = detector
    self.source = source
    self.sceneCount = source.count(sceneCount, of: .selection)
  }

  /// What people read while it runs.
  public var title: String { "gradients of all categories on \(sceneCount) scenes" }

  /// One backward pass for each category that a batch of scenes shows, and for what all share.
  public func run(_ context: StepContext) throws -> LayerGram {
    Runtime.setThreadCount(1)
    let module = try detector.value.detector()
    let scenes = try source.generator().scenes(.selection, 0..<sceneCount, threads: context.threads)
    let names = source.task.categories.map(\.name)
    return try accumulateGram(
      of: module, parts: (names + ["boxes", "background"]).sorted(), imageCount: sceneCount, batchSize: 8,
      progress: {
        context.progress("\($0) of \(sceneCount) scenes", fraction: Double($0) / Double(sceneCount))
      },
      losses: { range in
        let output = module(ImageBatch(scenes[range].map(\.image)))
        let targets = scenes[range].map(\.target)
        return namedParts(
          module.loss.categoryParts(output, targets, module.loss.matching(output, targets)), names)
      })
  }
}

/// The parts of a loss by the names of the categories.
func namedParts(_ parts: CategoryParts, _ names: [String]) -> [String: Tensor] {
  var result = Dictionary(uniqueKeysWithValues: parts.classes.map { (names[$0], $1) })
  result["boxes"] = parts.boxes
  result["background"] = parts.background
  return result
}

extension LayerGram: Storable {}
