// Where the parts of a data set lie in a folder: the usual arrangements of COCO data.
import FoundationEssentials

/// The annotation file and the folder of pictures of one split.
public struct DataDirectory: Sendable, Equatable {
  /// The instances file.
  public let annotations: URL
  /// What file names of pictures are relative to.
  public let pictures: URL

  /// An annotation file with its pictures.
  public init(annotations: URL, pictures: URL) {
    self.annotations = annotations
    self.pictures = pictures
  }

  /// Finds a split in a folder: `instances_SPLIT….json` in it or in `annotations/`, pictures in a folder of the split's
  /// name, in `images/`, or beside the file.
  ///
  /// - Parameter split: such as `train` or `val`; without one there must be a single instances file.
  public init(_ folder: URL, split: String? = nil) throws(COCOError) {
    let prefix = "instances_" + (split ?? "")
    var found = Self.annotationFiles(beginning: prefix, in: folder)
    // `instances_train.json` goes before `instances_train2017.json`.
    if let split, let exact = found.first(where: { $0.lastPathComponent == "instances_\(split).json" }) {
      found = [exact]
    }
    guard let file = found.first, found.count == 1 else {
      let names = found.map(\.lastPathComponent).joined(separator: ", ")
      throw .unusable(
        file: folder.relativePath,
        reason: found.isEmpty
          ? "it has no \(prefix)….json, nor its folder annotations; expected data in COCO's format"
          : "it has several instances files (\(names)); expected to be told the split")
    }
    annotations = file
    let name = String(file.lastPathComponent.dropFirst("instances_".count).dropLast(".json".count))
    let places = [name, "images/" + name, "images"].map { folder.appending(path: $0) }
    pictures = places.first { Self.isFolder($0) } ?? folder
  }

  /// Whether a folder has an instances file of a split, or several that could be.
  public static func hasSplit(_ split: String, in folder: URL) -> Bool {
    !annotationFiles(beginning: "instances_" + split, in: folder).isEmpty
  }

  private static func annotationFiles(beginning prefix: String, in folder: URL) -> [URL] {
    [folder, folder.appending(path: "annotations")].flatMap { place -> [URL] in
      let names = (try? FileManager.default.contentsOfDirectory(atPath: place.path)) ?? []
      return names.filter { $0.hasPrefix(prefix) && $0.hasSuffix(".json") }.sorted()
        .map { place.appending(path: $0) }
    }
  }

  private static func isFolder(_ url: URL) -> Bool {
    var isFolder = false
    return FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder) && isFolder
  }
}
