// Where tests find their reference values.
import FoundationEssentials

/// Reference values committed with the project, in `Tests/Fixtures`; each folder holds the script that made it.
public enum Fixtures {
  /// The checkout that the tests were built from.
  public static let root = URL(filePath: #filePath).resolvingSymlinksInPath()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// The file or folder at a path below `Tests/Fixtures`.
  public static func url(_ path: String) -> URL {
    root.appending(path: "Tests/Fixtures").appending(path: path)
  }

  /// The bytes of a fixture file.
  public static func data(_ path: String) throws -> Data {
    try Data(contentsOf: url(path))
  }
}

/// Real pictures for tests. They are not part of the project: `QUIRE_TEST_DATA` names their folder.
public enum TestData {
  /// The folder, where there is one.
  public static let folder: URL? = ProcessInfo.processInfo.environment["QUIRE_TEST_DATA"]
    .map { URL(filePath: $0) }
    .flatMap { FileManager.default.fileExists(atPath: $0.path) ? $0 : nil }

  /// Why tests that need it are skipped without it.
  public static let reason: String = "QUIRE_TEST_DATA names no folder with test pictures"
}
