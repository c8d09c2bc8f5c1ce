// The sets of categories that some user cares about more than about others.

/// A set of critical categories: a supercategory of the task, or a set that a profile names.
public struct CriticalGroup: Sendable, Hashable {
  /// The name in tables, keys and files.
  public let rawValue: String
  /// The COCO categories, if the name is not that of a supercategory.
  public let categoryIDs: [Int]?

  /// A supercategory.
  public init(rawValue: String) {
    self.rawValue = rawValue
    categoryIDs = nil
  }

  /// A set of categories under a name.
  public init(_ name: String, categoryIDs: [Int]) {
    rawValue = name
    self.categoryIDs = categoryIDs
  }

  /// One category.
  public static let person = CriticalGroup(rawValue: "person")
  /// Ten categories.
  public static let animal = CriticalGroup(rawValue: "animal")
  /// Six categories.
  public static let indoor = CriticalGroup(rawValue: "indoor")
  /// Six kinds of stuff that lie below.
  public static let ground = CriticalGroup(rawValue: "ground")
  /// Four kinds of stuff that stand behind.
  public static let wall = CriticalGroup(rawValue: "wall")
  /// Four kinds of garments that are easily confused.
  public static let tops = CriticalGroup(rawValue: "tops")
  /// Three kinds of garments.
  public static let footwear = CriticalGroup(rawValue: "footwear")
}

extension CriticalGroup: Encodable {
  private enum CodingKeys: String, CodingKey { case rawValue = "name", categoryIDs }

  /// Writes the name, which says all of a supercategory, and the categories of other sets.
  public func encode(to encoder: any Swift.Encoder) throws {
    guard let categoryIDs else {
      var container = encoder.singleValueContainer()
      return try container.encode(rawValue)
    }
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(rawValue, forKey: .rawValue)
    try container.encode(categoryIDs, forKey: .categoryIDs)
  }
}
