// Groups of categories by the names people use.

/// Some categories under one name, such as a supercategory.
public struct CategorySet: Sendable, Equatable, Codable {
  /// What the set is called.
  public var name: String
  /// Ids of its categories, ascending.
  public var ids: [Int]

  /// A set of categories.
  public init(name: String, ids: [Int]) {
    self.name = name
    self.ids = ids.sorted()
  }
}

extension Dataset {
  /// The categories of a supercategory or, with `category:` before the name, the categories of that name.
  public func categorySet(named name: String) throws(COCOError) -> CategorySet {
    let prefix = "category:"
    let isSingle = name.hasPrefix(prefix)
    let wanted = isSingle ? String(name.dropFirst(prefix.count)) : name
    let members = categories.filter { (isSingle ? $0.name : $0.supercategory) == wanted }
    if wanted.isEmpty || members.isEmpty {
      let groups = Set(categories.map(\.supercategory)).subtracting([""]).sorted()
      // Eighty names would hide the sentence.
      let single = categories.count > 20 ? [] : categories.map { prefix + $0.name }.sorted()
      throw .unknownName(name, known: groups + single)
    }
    return CategorySet(name: name, ids: members.map(\.id))
  }
}
