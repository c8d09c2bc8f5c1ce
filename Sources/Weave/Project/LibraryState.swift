// The project's modules that a notebook imports, and how much of them some of its code reaches.
import Artifacts
import FoundationEssentials

/// The project's modules that a notebook imports.
public struct LibraryState: Sendable {
  /// The identities of their files by path, 16 digits each.
  public let files: [String: String]
  /// The identity of all of them, 16 digits.
  public let identity: String
  private let declarations: DeclarationGraph

  init(imports: [String], index: SourceIndex) {
    var files: [String: String] = [:]
    for path in imports.flatMap(index.files) {
      files[path] = String((index.identity(of: path) ?? "").prefix(16))
    }
    let hasher = KeyHasher()
    for path in files.keys.sorted() { hasher.add(path, files[path, default: ""]) }
    self.files = files
    identity = String(hasher.finish().prefix(16))
    declarations = index.declarations(ofModules: imports)
  }

  /// The identity of all declarations that code reaches which mentions some names, 16 digits.
  func identity(reachedBy names: Set<String>) -> String { declarations.identity(reachedBy: names) }

  /// The files that these declarations stand in.
  func paths(reachedBy names: Set<String>) -> Set<String> { declarations.paths(reachedBy: names) }
}
