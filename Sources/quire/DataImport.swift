// Bringing a profile's data in: cut into parts, checked against the profile, pictures in the size that detectors see.
import Artifacts
import Authoring
import COCO
import Foundation

/// The data of a report on other data.
struct DataImport {
  let report: ForeignReport

  /// Raised when the same data gives other parts.
  private static let version = 1

  /// A part with the folder of its pictures.
  private struct Part {
    let name: String
    let origin: String
    let dataset: Dataset
    let pictures: URL
  }

  /// Brings the data in unless it is there already.
  func run() throws {
    let root = URL(filePath: report.profile.data.folder, relativeTo: report.home).standardizedFileURL
    let data = report.profile.data
    let train = try DataDirectory(root, split: data.train)
    let selection = try data.selection.map { try DataDirectory(root, split: $0) }
    let held = try data.report.map { try DataDirectory(root, split: $0) }
    let stamp = try stamp([train, selection, held])
    let known = ProfileData.read(root: report.folder)
    if let known, known.stamp == stamp, known.parts.keys.allSatisfy(isThere) {
      return try check(known.categories, of: train)
    }
    let parts = try parts(train, selection, held)
    let categories = try categories(of: parts)
    try check(categories, of: train)
    for part in parts { try check(part, categories) }
    var kept: [String: ProfileData.Part] = [:]
    for part in parts {
      guard !part.dataset.images.isEmpty else {
        throw CommandFailure(
          description: "\(part.origin): no picture is left for \(part.name); expected at least one")
      }
      say("\(part.name): \(part.dataset.images.count) pictures, \(part.origin)")
      tellCrowded(part)
      try Files.makeFolder(report.folder.appending(path: "data"))
      try part.dataset.writeReduced(
        from: part.pictures, longSide: report.profile.pictureSize,
        records: report.folder.appending(path: ProfileData.records(part.name)),
        pixels: report.folder.appending(path: ProfileData.pixels(part.name)),
        progress: { if $0 % 1000 == 0 { say("\(part.name): \($0) pictures brought in") } })
      kept[part.name] = ProfileData.Part(origin: part.origin, pictures: part.dataset.images.count)
    }
    let index = ProfileData(stamp: stamp, categories: categories, parts: kept)
    try Files.write(
      CanonicalJSON.encodePretty(index), to: report.folder.appending(path: ProfileData.path))
  }

  private func isThere(_ part: String) -> Bool {
    [ProfileData.records(part), ProfileData.pixels(part)].allSatisfy {
      Files.exists(report.folder.appending(path: $0))
    }
  }

  /// A hash of everything that the parts follow from, but for the pictures: hashing those at every start would take longer
  /// than the start itself.
  private func stamp(_ files: [DataDirectory?]) throws -> String {
    let hasher = KeyHasher()
    hasher.add("version", "\(Self.version)")
    hasher.add("size", "\(report.profile.pictureSize)")
    hasher.add("seed", "\(report.profile.seed)")
    for file in files {
      hasher.add("annotations", try file.map { SHA256.hash(of: try Files.read($0.annotations)) } ?? "")
    }
    return hasher.finish()
  }

  /// The parts: files of their own, or cut from the training file, a tenth for selection and a fifth for the report.
  private func parts(_ train: DataDirectory, _ selection: DataDirectory?, _ held: DataDirectory?) throws
    -> [Part]
  {
    let whole = try Dataset(contentsOf: train.annotations)
    let origin = train.annotations.lastPathComponent
    let missing = [("selection", selection, 0.1), ("report", held, 0.2)].filter { $0.1 == nil }
    let cut = whole.cut(shares: missing.map(\.2), seed: report.profile.seed)
    let rest = missing.isEmpty ? origin : "what is left of \(origin)"
    var parts = [Part(name: "train", origin: rest, dataset: cut.rest, pictures: train.pictures)]
    for (name, file) in [("selection", selection), ("report", held)] {
      if let file {
        let dataset = try Dataset(contentsOf: file.annotations)
        parts.append(
          Part(
            name: name, origin: file.annotations.lastPathComponent, dataset: dataset, pictures: file.pictures)
        )
      } else if let place = missing.firstIndex(where: { $0.0 == name }) {
        parts.append(
          Part(
            name: name, origin: "cut from \(origin)", dataset: cut.parts[place], pictures: train.pictures))
      }
    }
    return parts
  }

  /// The categories, which must be the same in all files.
  private func categories(of parts: [Part]) throws -> [ProfileData.Category] {
    let sorted = parts.map { $0.dataset.categories.sorted { $0.id < $1.id } }
    if let other = sorted.firstIndex(where: { $0 != sorted[0] }) {
      throw CommandFailure(
        description:
          "\(parts[other].origin): its categories should be those of \(parts[0].origin), and are others")
    }
    return sorted[0].map { ProfileData.Category(id: $0.id, name: $0.name, supercategory: $0.supercategory) }
  }

  /// Every critical set needs objects in every part: a loss or an AP of none is no number.
  private func check(_ part: Part, _ categories: [ProfileData.Category]) throws {
    let present = Set(part.dataset.annotations.filter { !$0.isCrowd }.map(\.categoryID))
    for group in report.profile.groups(in: categories) where present.isDisjoint(with: group.ids) {
      throw CommandFailure(
        description:
          "\(part.origin): no picture for \(part.name) shows an object of the critical set \(group.name); expected at least one"
      )
    }
  }

  /// Says of how many pictures not all objects can be found.
  private func tellCrowded(_ part: Part) {
    let counts = Dictionary(grouping: part.dataset.annotations.filter { !$0.isCrowd }, by: \.imageID)
    let crowded = counts.values.count { $0.count > Profile.queryCount }
    guard crowded > 0 else { return }
    say(
      "\(part.name): \(crowded) pictures show more than the \(Profile.queryCount) objects that a detector can find"
    )
  }

  /// No two categories may share a name, every critical category must be there, and some category must not be critical.
  private func check(_ categories: [ProfileData.Category], of file: DataDirectory) throws {
    var names: Set<String> = []
    for category in categories {
      guard names.insert(category.name).inserted else {
        throw CommandFailure(
          description:
            "\(file.annotations.lastPathComponent): several categories are called \"\(category.name)\"; expected a name for each"
        )
      }
    }
    for (place, group) in report.profile.critical.enumerated() {
      for (index, category) in group.categories.enumerated() where !names.contains(category) {
        let known = categories.count > 20 ? "" : ": \(categories.map(\.name).joined(separator: ", "))"
        throw CommandFailure(
          description:
            "\(report.name): \"critical[\(place)].categories[\(index)]\" should be one of the \(categories.count) categories of the data\(known), found \(category)"
        )
      }
      if Set(group.categories) == names {
        throw CommandFailure(
          description:
            "\(report.name): \"critical[\(place)].categories\" should leave a category out, found all of them"
        )
      }
    }
  }
}
