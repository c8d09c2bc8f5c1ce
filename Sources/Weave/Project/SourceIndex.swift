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
  private let imported = Mutex<[String: Set<String>]>([:])
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

  /// The modules of the project that some modules import, themselves included, and that these import, sorted.
  ///
  /// Two kinds are left out. The engine makes records look as they do and draws them, which a check compares: an edit there
  /// does not make what was computed old. And what libraries in other languages do stands behind steps, which name their files.
  package func modules(behind names: [String]) -> [String] {
    let engine = closure(of: ["Authoring"])
    return closure(of: names).filter { !engine.contains($0) }.sorted()
  }

  private func closure(of names: [String]) -> Set<String> {
    var found: Set<String> = []
    var pending = names
    while let name = pending.popLast() {
      let files = files(ofModule: name).filter { SourceLanguage(path: $0) == .swift }
      guard !files.isEmpty, found.insert(name).inserted else { continue }
      pending += imports(ofModule: name, files)
    }
    return found
  }

  /// What the files of a module import.
  private func imports(ofModule name: String, _ files: [String]) -> Set<String> {
    if let known = imported.withLock({ $0[name] }) { return known }
    var names: Set<String> = []
    for path in files {
      let data = (try? Files.read(root.appending(path: path))) ?? Data()
      for line in String(decoding: data, as: UTF8.self).split(separator: "\n") where line.contains("import ")
      {
        let words = line.split(separator: " ")
        guard let place = words.prefix(2).firstIndex(of: "import"), words.count > place + 1 else { continue }
        // `import struct Module.Name` names a declaration.
        names.insert(String((words.last ?? "").prefix { $0 != "." }))
      }
    }
    imported.withLock { $0[name] = names }
    return names
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
