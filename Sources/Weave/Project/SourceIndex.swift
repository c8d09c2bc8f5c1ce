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
  private let graphs = Mutex<[[String]: DeclarationGraph]>([:])
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

  /// What the files of some modules declare, and what of it rests on what.
  func declarations(ofModules names: [String]) -> DeclarationGraph {
    if let known = graphs.withLock({ $0[names] }) { return known }
    let graph = DeclarationGraph(
      names.flatMap(files).map { path in
        (path, String(decoding: (try? Files.read(root.appending(path: path))) ?? Data(), as: UTF8.self))
      })
    graphs.withLock { $0[names] = graph }
    return graph
  }

  private func sources(in folder: String) -> [String] {
    Files.names(in: root.appending(path: folder)).flatMap { name -> [String] in
      let path = "\(folder)/\(name)"
      if SourceLanguage(path: path) != nil { return [path] }
      return name.contains(".") ? [] : sources(in: path)
    }
  }
}
