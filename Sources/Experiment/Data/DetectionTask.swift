// The tasks that come with the project, and which categories are critical in each.
import Artifacts
import Boxes
import COCO
import Detection
import FoundationEssentials
import Scenes

/// A task on composed scenes, in COCO vocabulary.
public enum DetectionTask: String, Codable, Sendable, CaseIterable {
  /// Things: 65 categories.
  case detection
  /// Things and stuff: 82 categories.
  case panoptic
  /// Photographs of garments: ten kinds.
  case garments

  /// The task by which scenes are composed.
  public var scenes: SceneTask {
    switch self {
    case .detection: .detection
    case .panoptic: .panoptic
    case .garments: .garments
    }
  }

  /// The categories in the order of the detectors' classes.
  public var categories: [SceneCategory] { scenes.categories }

  /// The critical sets that tables report.
  public var criticalGroups: [CriticalGroup] {
    switch self {
    case .detection, .panoptic: CriticalGroup.allCases
    case .garments: [.tops, .footwear, .bag, .trouser, .dress]
    }
  }

  /// The COCO category of each class.
  public var categoryIDs: [Int] { categories.map(\.id) }

  /// The classes of a supercategory, which is what a critical set is.
  public func classes(of group: CriticalGroup) -> [Int] {
    categories.indices.filter { categories[$0].supercategory == group.rawValue }
  }

  /// The COCO categories of a critical set.
  public func categoryIDs(of group: CriticalGroup) -> [Int] {
    classes(of: group).map { categories[$0].id }
  }
}

/// A set of critical categories: a supercategory of the task's categories.
public enum CriticalGroup: String, Codable, Sendable {
  /// One category.
  case person
  /// Ten categories.
  case animal
  /// Six categories.
  case indoor
  /// Four kinds of garments that are easily confused.
  case tops
  /// Three kinds of garments.
  case footwear
  /// One kind of garment.
  case bag
  /// One kind of garment.
  case trouser
  /// One kind of garment.
  case dress

  /// The sets of the tasks in COCO vocabulary, which most tables report.
  public static let allCases: [CriticalGroup] = [.person, .animal, .indoor]
}

/// Which scenes are meant: everything they depend on but the art, whose files are pinned by hash.
public struct SceneSource: Codable, Sendable, Equatable {
  /// What is to be found in them.
  public var task: DetectionTask
  /// The seed of all scenes.
  public var seed: UInt64
  /// Width and height in pixels.
  public var size: Int
  /// The version of the way scenes are composed.
  public var version: Int

  /// The scenes of a task as the report uses them.
  public init(task: DetectionTask, seed: UInt64 = 1, size: Int = 96) {
    self.task = task
    self.seed = seed
    self.size = size
    version = SceneGenerator.version
  }

  /// Loads the art and makes the generator.
  public func generator() throws -> SceneGenerator {
    let root = try projectRoot(
      environment: ProcessInfo.processInfo.environment, from: FileManager.default.currentDirectoryPath)
    return SceneGenerator(
      catalog: try SceneCatalog.load(root: root, for: task.scenes), seed: seed, size: size,
      task: task.scenes)
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
