// The data of a profile as its report keeps it: cut into parts, pictures in the size that detectors see.
import Artifacts
import FoundationEssentials

/// What was brought in, and from where.
public struct ProfileData: Codable, Sendable, Equatable {
  /// A category of the data.
  public struct Category: Codable, Sendable, Equatable {
    /// Its number.
    public var id: Int
    /// Its name.
    public var name: String
    /// Its group; empty if it has none.
    public var supercategory: String

    /// A category from its parts.
    public init(id: Int, name: String, supercategory: String) {
      self.id = id
      self.name = name
      self.supercategory = supercategory
    }
  }

  /// A part of the data.
  public struct Part: Codable, Sendable, Equatable {
    /// The file it comes from, and how.
    public var origin: String
    /// The number of its pictures.
    public var pictures: Int

    /// A part from its parts.
    public init(origin: String, pictures: Int) {
      self.origin = origin
      self.pictures = pictures
    }
  }

  /// A hash of all that the parts follow from, but for the pictures themselves.
  public var stamp: String
  /// The categories in the order of detectors' classes: ascending by number.
  public var categories: [Category]
  /// The parts: `train`, `selection`, `report`.
  public var parts: [String: Part]

  /// Data from its parts.
  public init(stamp: String, categories: [Category], parts: [String: Part]) {
    self.stamp = stamp
    self.categories = categories
    self.parts = parts
  }

  /// Where it is said, relative to the root.
  public static let path = "data/index.json"
  /// The records of a part, relative to the root.
  public static func records(_ part: String) -> String { "data/\(part).json" }
  /// The pixels of a part, relative to the root.
  public static func pixels(_ part: String) -> String { "data/\(part).rgb" }

  /// What a report has; nothing if nothing was brought in.
  public static func read(root: URL) -> ProfileData? {
    FileManager.default.contents(atPath: root.appending(path: path).path)
      .flatMap { try? CanonicalJSON.decode(ProfileData.self, from: $0) }
  }
}

extension Profile {
  /// The critical sets with the numbers of their categories; a single one stands beside all other categories.
  public func groups(in categories: [ProfileData.Category]) -> [(name: String, ids: [Int])] {
    var groups = critical.map { group in
      (name: group.name, ids: categories.filter { group.categories.contains($0.name) }.map(\.id).sorted())
    }
    if groups.count == 1 {
      let rest = categories.map(\.id).filter { !groups[0].ids.contains($0) }.sorted()
      groups.append((name: "others", ids: rest))
    }
    return groups
  }
}
