// Facts about the data that the report states.
import COCO
import Scenes

/// The splits and categories of a task, for tables.
public struct SceneFacts: Sendable {
  /// A split of the scenes.
  public struct Split: Sendable {
    /// Its name.
    public let name: String
    /// Its art sets.
    public let art: String
    /// What it is used for.
    public let purpose: String
    /// The number of its scenes.
    public let count: Int
  }

  /// The number of categories.
  public let categoryCount: Int
  /// The splits.
  public let splits: [Split]
  /// The most objects that a scene is given.
  public let largestObjectCount = SceneGenerator.objectCounts.max() ?? 0

  /// The facts of a task.
  public init(_ task: DetectionTask) {
    categoryCount = task.categories.count
    splits = task.scenes.splits.map { split in
      Split(
        name: split.label, art: split.artSets.map(\.title).joined(separator: ", "),
        purpose: Self.purpose(split),
        count: split.count)
    }
  }

  private static func purpose(_ split: SceneSplit) -> String {
    switch split {
    case .train: "weights"
    case .selection: "training curve, Fisher information"
    case .report: "every AP unless said otherwise"
    case .unseenEmojiOne, .unseenTwemoji: "AP on unseen art"
    }
  }
}

extension Study {
  /// The categories of a group and how many objects they have in the report scenes.
  public func facts(of group: CriticalGroup) throws -> (categories: [String], objectCount: Int, names: String)
  {
    let ids = Set(source.task.categoryIDs(of: group))
    let names = source.task.categories.filter { ids.contains($0.id) }.map(\.name)
    let count = try truth().value.annotations.count { ids.contains($0.categoryID) }
    return (names, count, names.joined(separator: ", "))
  }
}
