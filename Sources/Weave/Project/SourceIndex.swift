// Identities of the project's source files, each computed once.
import Artifacts
import FoundationEssentials
import Synchronization

/// The code that notebooks rest on.
public final class SourceIndex: Sendable {
  private let root: URL
  private let identities = Mutex<[String: String?]>([:])
  private let files = Mutex<[String: String?]>([:])
  private let modules = Mutex<[String: [String]]>([:])
  /// Knows which functions changed.
  public let history: CodeHistory

  /// An index of a project.
  public init(root: URL) {
    self.root = root
    history = CodeHistory(root: root)
  }

  /// The identity of a file, 64 digits; nothing if there is none.
  public func identity(of path: String) -> String? {
    if let known = identities.withLock({ $0[path] }) { return known }
    let identity = codeIdentity(ofFile: path, in: root)
    identities.withLock { $0[path] = .some(identity) }
    return identity
  }

  /// The hash of a file's content, 64 digits; nothing if there is none.
  public func hash(ofFile path: String) -> String? {
    if let known = files.withLock({ $0[path] }) { return known }
    let hash = (try? Files.read(root.appending(path: path))).map { SHA256.hash(of: $0) }
    files.withLock { $0[path] = .some(hash) }
    return hash
  }

  /// The source files of a module of the project, sorted; none if it is not in `Sources`.
  public func files(ofModule name: String) -> [String] {
    if let known = modules.withLock({ $0[name] }) { return known }
    let files = sources(in: "Sources/\(name)")
    modules.withLock { $0[name] = files }
    return files
  }

  private func sources(in folder: String) -> [String] {
    Files.names(in: root.appending(path: folder)).flatMap { name -> [String] in
      let path = "\(folder)/\(name)"
      if SourceLanguage(path: path) != nil { return [path] }
      return name.contains(".") ? [] : sources(in: path)
    }
  }
}

/// The project's modules that a notebook imports.
public struct LibraryState: Sendable, Equatable {
  /// The identities of their files by path, 16 digits each.
  public let files: [String: String]
  /// The identity of all of them, 16 digits.
  public let identity: String

  init(imports: [String], index: SourceIndex) {
    var files: [String: String] = [:]
    for path in imports.flatMap(index.files) {
      files[path] = String((index.identity(of: path) ?? "").prefix(16))
    }
    let hasher = KeyHasher()
    for path in files.keys.sorted() { hasher.add(path, files[path, default: ""]) }
    self.files = files
    identity = String(hasher.finish().prefix(16))
  }
}
