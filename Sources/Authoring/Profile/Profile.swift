// What a report is about if it is not about the data that comes along: somebody's data, their critical categories, sizes.
import Artifacts
import FoundationEssentials

/// A report on other data: the same notebooks, another subject.
public struct Profile: Codable, Sendable, Equatable {
  /// Data in COCO's format, and which of its files serve what.
  public struct DataFiles: Codable, Sendable, Equatable {
    /// The folder, relative to that of the profile file.
    public var folder: String
    /// The name of the split that detectors learn from: of `instances_NAME….json`. Without one there is a single file.
    public var train: String?
    /// The split for validation, calibration and Fisher information; without one a tenth is cut from the training one.
    public var selection: String?
    /// The split that results are reported on; without one a fifth is cut from the training one.
    public var report: String?
  }

  /// A set of categories that matter more than others.
  public struct Group: Codable, Sendable, Equatable {
    /// What tables call it. What they call other sets is no name: `all`, `overall`, `others`, `category:…`.
    public var name: String
    /// The names of its categories.
    public var categories: [String]
  }

  /// The name of the report's folder: lower-case letters, digits, hyphens.
  public var name: String
  /// The title of the report.
  public var title: String
  /// The data.
  public var data: DataFiles
  /// The critical sets, the most important first. A single one stands beside the set of all other categories.
  public var critical: [Group]
  /// The longer side of pictures as detectors see them, in pixels.
  public var pictureSize = 96
  /// The detector, for example `dab-detr-r50`.
  public var detector = "dab-detr-r50"
  /// Pictures that the detector sees in training, repeats included.
  public var trainingPictures = 8_000
  /// The seed of all training and of cutting data into parts.
  public var seed: UInt64 = 1
  /// The folder of the report, relative to that of the profile file; without one `build/profiles/NAME` of the checkout.
  public var output: String?

  /// The detectors that profiles may name.
  public static let detectors = ["detr-r50", "detr-r101", "dab-detr-r50", "deformable-detr-r50"]
  /// How many objects of a picture each of them can find: as many as it has queries.
  public static let queryCount = 25
}

/// Why a profile cannot be used: one sentence with the file and the key.
public struct ProfileError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The sentence.
  public let description: String

  /// An error with its sentence.
  public init(_ description: String) { self.description = description }
}

extension Profile {
  /// Where the folder of a report says what it is about, relative to it.
  public static let path = "profile.json"

  /// What a project is about; nothing if it is about the data that comes along.
  public static func read(root: URL) throws(ProfileError) -> Profile? {
    guard let data = FileManager.default.contents(atPath: root.appending(path: path).path) else { return nil }
    guard let profile = try? CanonicalJSON.decode(Profile.self, from: data) else {
      throw ProfileError("\(path): this is no profile that quire wrote; run quire with --profile again")
    }
    return profile
  }

  /// Reads the text of a profile file, key by key.
  /// - Parameter name: what messages call the file.
  public init(json: Data, named name: String) throws(ProfileError) {
    guard let value = try? CanonicalJSON.decode(JSONValue.self, from: json) else {
      throw ProfileError("\(name): not JSON; expected an object with name, data and critical")
    }
    let file = try ProfileObject(value, file: name)
    try file.allow([
      "name", "title", "data", "critical", "pictureSize", "detector", "trainingPictures", "seed", "output",
    ])
    self.name = try file.text("name")
    guard Label.isWellFormed(self.name) else {
      throw file.fault("name", "lower-case letters, digits and single hyphens", found: self.name)
    }
    title = try file.optionalText("title") ?? self.name
    data = try DataFiles(try file.object("data"))
    critical = []
    for group in try file.objects("critical") { critical.append(try Group(group)) }
    guard !critical.isEmpty else { throw file.fault("critical", "at least one set", found: "none") }
    for (place, group) in critical.enumerated()
    where critical[..<place].contains(where: { $0.name == group.name }) {
      throw file.fault("critical[\(place)].name", "a name that occurs once", found: group.name)
    }
    if let size = try file.integer("pictureSize", in: 32...1333) { pictureSize = size }
    if let detector = try file.optionalText("detector") {
      guard Self.detectors.contains(detector) else {
        throw file.fault("detector", "one of \(Self.detectors.joined(separator: ", "))", found: detector)
      }
      self.detector = detector
    }
    // A step sees 8 pictures, and some steps are needed.
    if let count = try file.integer("trainingPictures", in: 32...100_000_000) { trainingPictures = count }
    if let seed = try file.integer("seed", in: 0...Int.max) { self.seed = UInt64(seed) }
    output = try file.optionalText("output")
  }
}

extension Profile.DataFiles {
  fileprivate init(_ object: ProfileObject) throws(ProfileError) {
    try object.allow(["folder", "train", "selection", "report"])
    folder = try object.text("folder")
    train = try object.optionalText("train")
    selection = try object.optionalText("selection")
    report = try object.optionalText("report")
    if train == nil, selection != nil || report != nil {
      throw object.fault("train", "the name of a split, since another part has one", found: "nothing")
    }
    let named = [("train", train), ("selection", selection), ("report", report)]
    for (place, part) in named.enumerated() {
      if let split = part.1, named[..<place].contains(where: { $0.1 == split }) {
        throw object.fault(part.0, "a split that serves nothing else", found: split)
      }
    }
  }
}

extension Profile.Group {
  /// What tables call the set of all categories, the loss on them, and the categories that are not critical.
  private static let reserved = ["all", "overall", "others"]

  fileprivate init(_ object: ProfileObject) throws(ProfileError) {
    try object.allow(["name", "categories"])
    name = try object.text("name")
    if Self.reserved.contains(name) || name.hasPrefix("category:") {
      let others = Self.reserved.joined(separator: ", ")
      throw object.fault("name", "a name of its own, not \(others) or category:…", found: name)
    }
    categories = try object.texts("categories")
  }
}
