// Facts about the data that the report states.
import COCO
import Scenes

/// The splits and categories of a source, for tables.
public struct SceneFacts: Sendable {
  /// A split of the scenes.
  public struct Split: Sendable {
    /// Its name.
    public let name: String
    /// Its art sets, or the file it comes from.
    public let origin: String
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

  /// The facts of a source.
  public init(_ source: SceneSource) {
    categoryCount = source.task.categories.count
    splits = SceneSplit.allCases.compactMap { split in
      let isComposed = source.task.scenes?.splits.contains(split) ?? false
      let art = split.artSets.map(\.title).joined(separator: ", ")
      guard let origin = source.imported?[split.label]?.origin ?? (isComposed ? art : nil) else { return nil }
      return Split(
        name: split.label, origin: origin, purpose: Self.purpose(split), count: source.count(of: split))
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
