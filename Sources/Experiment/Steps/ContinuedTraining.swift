// The step that trains a detector for another cycle.
import Artifacts
import Detection
import FoundationEssentials
import Torch

/// A detector trained on from trained weights: the rate starts high again and falls to zero again (warm restart,
/// Loshchilov and Hutter, 2017). A small transformer locates objects long before it tells them apart; what a first cycle
/// has learned makes the second one start where the first slowly arrived.
public struct ContinuedTraining: Step {
  /// The name in keys and folders.
  public static let name = "continue"
  /// Raised when the meaning of the result changes.
  public static let version = 1
  /// The code that the result comes from.
  public static let sources = DetectorTraining.sources
  /// An edit in the tensor layers must not orphan the weights.
  public static let isKeyedByVersionAlone = true
  /// The weights are committed.
  public static let isCommitted = true
  /// Convolution gradients depend on the kind of processor.
  public static let determinism = Determinism.exactOn

  /// The weights of the cycle before.
  public let start: Artifact<Checkpoint>
  /// Where the scenes come from.
  public let source: SceneSource
  /// Training scenes.
  public let sceneCount: Int
  /// How it is trained.
  public let recipe: TrainingRecipe
  /// The seed of the order, another one than that of the cycle before.
  public let seed: UInt64

  /// Another cycle of training.
  public init(
    _ start: Artifact<Checkpoint>, source: SceneSource, sceneCount: Int, recipe: TrainingRecipe, seed: UInt64
  ) {
    self.start = start
    self.source = source
    self.sceneCount = sceneCount
    self.recipe = recipe
    self.seed = seed
  }

  /// What people read while it runs.
  public var title: String { "\(start.title), second cycle" }

  /// Trains on the same scenes in another order.
  public func run(_ context: StepContext) throws -> Checkpoint {
    let before = try start.value
    return try trainedCheckpoint(
      try before.detector(), earlier: try before.history(), recipe, source: source, sceneCount: sceneCount,
      seed: seed, context)
  }
}
