// What is to be found in scenes, and which categories are critical.
import COCO
import Scenes

/// The categories of a task with the sets of them that are critical.
public struct DetectionTask: Sendable, Equatable {
  /// The name in keys and titles.
  public let name: String
  /// How its scenes are composed; nothing if they come from files.
  public let scenes: SceneTask?
  /// The categories in the order of the detectors' classes.
  public let categories: [COCO.Category]
  /// The critical sets that tables report.
  public let criticalGroups: [CriticalGroup]

  /// A task on composed scenes; its critical sets are supercategories.
  private init(_ scenes: SceneTask, _ groups: [CriticalGroup]) {
    name = scenes.rawValue
    self.scenes = scenes
    categories = scenes.categories.map {
      COCO.Category(id: $0.id, name: $0.name, supercategory: $0.supercategory)
    }
    criticalGroups = groups
  }

  /// A task on other data; its critical sets are lists of categories.
  init(imported categories: [COCO.Category], groups: [CriticalGroup]) {
    name = "imported"
    scenes = nil
    self.categories = categories.sorted { $0.id < $1.id }
    criticalGroups = groups
  }

  /// Things: 65 categories.
  public static let detection = DetectionTask(.detection, [.person, .animal, .indoor])
  /// Things and stuff, each surface an object with the box of what is seen of it: 82 categories.
  public static let panoptic = DetectionTask(.panoptic, [.person, .animal, .indoor, .ground, .wall])
  /// Photographs of garments: ten kinds.
  public static let garments = DetectionTask(.garments, [.tops, .footwear])

  /// The tasks that come with the project.
  public static let embedded = [detection, panoptic, garments]

  /// The COCO category of each class.
  public var categoryIDs: [Int] { categories.map(\.id) }

  /// The classes of a critical set.
  public func classes(of group: CriticalGroup) -> [Int] {
    categories.indices.filter { index in
      group.categoryIDs?.contains(categories[index].id) ?? (categories[index].supercategory == group.rawValue)
    }
  }

  /// The COCO categories of a critical set.
  public func categoryIDs(of group: CriticalGroup) -> [Int] {
    classes(of: group).map { categories[$0].id }
  }
}

extension DetectionTask: Encodable {
  /// Writes the name: what else there is follows from it.
  public func encode(to encoder: any Swift.Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(name)
  }
}
