// The files of the checkout, as the tests of this target see them.
import FoundationEssentials
import TestSupport

/// One file: its path below the checkout and its text.
struct SourceFile: Sendable {
  let path: String
  let text: String

  var name: String { path.split(separator: "/").last.map(String.init) ?? path }

  var lines: [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }

  /// Lines as an editor counts them: a final line feed begins no further line.
  var lineCount: Int { text.isEmpty ? 0 : lines.count - (text.hasSuffix("\n") ? 1 : 0) }
}

enum SourceTree {
  /// The files below a folder whose names end in one of the given ways, sorted; none if there is no such folder.
  static func files(in folder: String, endings: [String]) throws -> [SourceFile] {
    let top = Fixtures.root.appending(path: folder).path
    guard FileManager.default.fileExists(atPath: top) else { return [] }
    return try FileManager.default.subpathsOfDirectory(atPath: top).sorted()
      .filter { path in endings.contains { path.hasSuffix("." + $0) } }
      .map { try file(folder + "/" + $0) }
  }

  /// The file at a path below the checkout.
  static func file(_ path: String) throws -> SourceFile {
    let data = try Data(contentsOf: Fixtures.root.appending(path: path))
    return SourceFile(path: path, text: String(decoding: data, as: UTF8.self))
  }

  /// The names of the folders in a folder, sorted.
  static func folders(in folder: String) throws -> [String] {
    let top = Fixtures.root.appending(path: folder).path
    return try FileManager.default.contentsOfDirectory(atPath: top).sorted().filter { name in
      var isFolder = false
      return FileManager.default.fileExists(atPath: top + "/" + name, isDirectory: &isFolder) && isFolder
    }
  }
}
