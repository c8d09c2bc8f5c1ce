// Where the scenes of the report come from.
import Artifacts
import Boxes
import COCO
import Detection
import FoundationEssentials
import Scenes

/// Which scenes are meant: everything they depend on but the art, whose files are pinned by hash.
public struct SceneSource: Encodable, Sendable, Equatable {
  /// What is to be found in them.
  public var task: DetectionTask
  /// The seed of all scenes.
  public var seed: UInt64
  /// Width and height in pixels.
  public var size: Int
  /// The version of the way scenes are composed.
  public var version: Int
  /// How many photographs of garments training scenes are made of; report scenes show others. Absent from other tasks.
  public var trainingInstances: Int?
  /// The parts of a profile's data by the names of their splits; absent from composed scenes.
  public var imported: [String: ImportedPart]?

  /// The scenes of a task as the report uses them.
  ///
  /// - Parameter trainingInstances: for garments, if not the usual number.
  public init(task: DetectionTask, seed: UInt64 = 1, size: Int = 96, trainingInstances: Int? = nil) {
    self.task = task
    self.seed = seed
    self.size = size
    version = SceneGenerator.version
    if task == .garments {
      self.trainingInstances = trainingInstances ?? GarmentCatalog.usualTrainingInstances
    }
  }

  /// How many scenes a split has.
  public func count(of split: SceneSplit) -> Int {
    imported.map { $0[split.label]?.pictures ?? 0 } ?? split.count
  }

  /// How many scenes there are of those that are wanted of a split; composed ones never run out.
  public func count(_ wanted: Int, of split: SceneSplit) -> Int {
    imported.map { min(wanted, $0[split.label]?.pictures ?? 0) } ?? wanted
  }

  /// Loads the art, or the pictures of a profile.
  public func generator() throws -> SceneSupply {
    let root = try projectRoot(
      environment: ProcessInfo.processInfo.environment, from: FileManager.default.currentDirectoryPath)
    if let imported {
      var sets: [SceneSplit: PictureSet] = [:]
      for split in SceneSplit.allCases {
        guard let part = imported[split.label] else { continue }
        sets[split] = try PictureSet(records: part.records.url(in: root), pixels: part.pixels.url(in: root))
      }
      return .pictures(sets)
    }
    guard let scenes = task.scenes else { fatalError("the task \(task.name) has no composed scenes") }
    return .composed(
      SceneGenerator(
        catalog: try SceneCatalog.load(root: root, for: scenes), seed: seed, size: size, task: scenes,
        trainingInstances: trainingInstances ?? GarmentCatalog.usualTrainingInstances))
  }
}

extension Scene {
  /// The objects as a detector is taught them.
  public var target: Target {
    let (width, height) = (Double(image.width), Double(image.height))
    return Target(
      classes: objects.map(\.categoryIndex),
      boxes: objects.map {
        CenterBox(
          cx: ($0.box.x + $0.box.width / 2) / width, cy: ($0.box.y + $0.box.height / 2) / height,
          w: $0.box.width / width, h: $0.box.height / height)
      })
  }

  /// The scene as training takes it.
  public var sample: TrainingSample { TrainingSample(image: image, target: target) }
}
