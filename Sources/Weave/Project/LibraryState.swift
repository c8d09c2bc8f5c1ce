// The project's modules that a notebook rests on, and how much of them some of its code reaches.
import Artifacts
import FoundationEssentials

/// The project's modules that a notebook imports, and those that these rest on.
public struct LibraryState: Sendable {
  /// The identities of their files by path, 16 digits each.
  public let files: [String: String]
  /// The identity of all of them, 16 digits.
  public let identity: String
  private let declarations: DeclarationGraph

  init(imports: [String], index: SourceIndex) {
    let modules = index.modules(behind: imports)
    var files: [String: String] = [:]
    for path in modules.flatMap(index.files(ofModule:)) {
      files[path] = String((index.identity(of: path) ?? "").prefix(16))
    }
    let hasher = KeyHasher()
    for path in files.keys.sorted() { hasher.add(path, files[path, default: ""]) }
    self.files = files
    identity = String(hasher.finish().prefix(16))
    declarations = index.declarations(ofModules: modules)
  }

  /// The identity of all declarations that code reaches which mentions some names, 16 digits.
  func identity(reachedBy names: Set<String>) -> String { declarations.identity(reachedBy: names) }

  /// The files that these declarations stand in.
  func paths(reachedBy names: Set<String>) -> Set<String> { declarations.paths(reachedBy: names) }

  /// The identities of these files by path, 16 digits each.
  func files(reachedBy names: Set<String>) -> [String: String] {
    let paths = paths(reachedBy: names)
    return files.filter { paths.contains($0.key) }
  }
}
