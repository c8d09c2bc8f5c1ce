// The step that lists what a split of scenes truly shows.
import Artifacts
import COCO
import FoundationEssentials
import Scenes

/// The annotations of a split, in COCO format.
public struct SplitTruth: Step {
  /// The name in keys and folders.
  public static let name = "truth"
  /// Raised when the meaning of the result changes.
  public static let version = 1
  /// The code that the result comes from; the composition of scenes has a version of its own.
  public static let sources = ["Sources/Experiment/Steps/SplitTruth.swift"]
  /// Its digests stand for the data in the lock file.
  public static let isData = true
  /// Positions come from random integers, areas from drawn pixels.
  public static let determinism = Determinism.exactOn

  /// Where the scenes come from.
  public let source: SceneSource
  /// Which scenes.
  public let split: SceneSplit
  /// How many of them.
  public internal(set) var sceneCount: Int

  /// The truth about a whole split.
  public init(_ source: SceneSource, _ split: SceneSplit) {
    self.source = source
    self.split = split
    sceneCount = split.count
  }

  /// What people read while it runs.
  public var title: String {
    "annotations of \(split.label)" + (source.task == .detection ? "" : ", \(source.task.name)")
  }

  /// Composes the scenes and keeps their objects.
  public func run(_ context: StepContext) throws -> Dataset {
    try source.generator().dataset(split, count: sceneCount, threads: context.threads)
  }
}

extension Dataset: Storable {}
