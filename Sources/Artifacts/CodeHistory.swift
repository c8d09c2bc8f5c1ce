// `Results/code.jsonl`: what the source files declared that recorded results were made by, so that a clone without their
// text can say which function changed.
import FoundationEssentials
import Synchronization

/// The declarations of source files as they were when results were recorded, and as they are.
public final class CodeHistory: Sendable {
  /// A source file as it was, one line of the file.
  struct Entry: Codable, Equatable {
    let path: String
    /// The first 16 digits of its identity.
    let identity: String
    /// The identities of its declarations by name.
    let declarations: [String: String]
  }

  /// Where it stands, relative to the root.
  public static let path = "Results/code.jsonl"

  private let root: URL
  private let known = Mutex<[String: Entry]?>(nil)
  /// What was answered already: many outputs ask about the same files.
  private let places = Mutex<[String: String]>([:])

  /// The history of a project.
  public init(root: URL) { self.root = root }

  /// Where a source file changed: the functions and the file, for example `area(of:) in Sources/Shapes/Box.swift`; the
  /// file alone where it is not known what it was.
  /// - Parameters:
  ///   - path: the file, relative to the root.
  ///   - identity: what it was, at least 16 digits.
  public func place(of path: String, since identity: String?) -> String {
    guard let identity else { return path }
    let question = path + " " + identity.prefix(Self.digits)
    if let answer = places.withLock({ $0[question] }) { return answer }
    let answer = changedPlace(of: path, since: String(identity.prefix(Self.digits)))
    places.withLock { $0[question] = answer }
    return answer
  }

  private func changedPlace(of path: String, since identity: String) -> String {
    guard let old = entries[identity], let text = text(of: path) else { return path }
    let names = changedDeclarations(from: old.declarations, to: declarations(of: text, path: path))
    if names.isEmpty { return path }
    let rest = names.count > 3 ? " and \(names.count - 3) more" : ""
    return names.prefix(3).joined(separator: ", ") + rest + " in " + path
  }

  /// Writes down what the files declare that results rest on, as far as they are still what they were then; what is
  /// known of others stays, and what nothing rests on goes.
  /// - Parameter identities: those that results name, by path; at least 16 digits each.
  public func keep(_ identities: [String: Set<String>]) throws {
    var kept: [Entry] = []
    for path in identities.keys.sorted() where SourceLanguage(path: path) != nil {
      let wanted = Set(identities[path, default: []].map { String($0.prefix(Self.digits)) })
      for identity in wanted.sorted() {
        if let entry = entries[identity], entry.path == path {
          kept.append(entry)
        } else if let text = text(of: path),
          codeIdentity(of: Data(text.utf8), path: path).hasPrefix(identity)
        {
          kept.append(
            Entry(path: path, identity: identity, declarations: declarations(of: text, path: path)))
        }
      }
    }
    let url = root.appending(path: Self.path)
    var data = Data()
    for entry in kept { data += try CanonicalJSON.encode(entry) + [UInt8(ascii: "\n")] }
    if FileManager.default.contents(atPath: url.path) ?? Data() != data { try Files.write(data, to: url) }
    known.withLock { $0 = nil }
    places.withLock { $0 = [:] }
  }

  private static let digits = 16

  /// By identity. A line that cannot be read is worth no refusal: it only makes messages shorter.
  private var entries: [String: Entry] {
    if let known = known.withLock({ $0 }) { return known }
    let data = FileManager.default.contents(atPath: root.appending(path: Self.path).path) ?? Data()
    let entries = Dictionary(
      data.split(separator: UInt8(ascii: "\n")).compactMap { line in
        (try? CanonicalJSON.decode(Entry.self, from: Data(line))).map { ($0.identity, $0) }
      }, uniquingKeysWith: { first, _ in first })
    known.withLock { $0 = entries }
    return entries
  }

  private func text(of path: String) -> String? {
    (try? Files.read(root.appending(path: path))).map { String(decoding: $0, as: UTF8.self) }
  }
}
