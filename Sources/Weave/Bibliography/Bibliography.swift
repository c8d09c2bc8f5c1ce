// References from BibTeX: a small reader for entries with fields in braces or quotes.

/// A work that may be cited.
public struct BibliographyEntry: Sendable, Equatable {
  /// The key.
  public let key: String
  /// The kind in lower case, for example `inproceedings`.
  public let kind: String
  /// The fields by lower-case name, as they stand in the file.
  public let fields: [String: String]
  /// The line it begins on.
  public let line: Int

  /// A field as plain text, without braces and commands.
  public func text(_ name: String) -> String? {
    fields[name].map(plainText)
  }
}

/// The works that may be cited.
public struct Bibliography: Sendable, Equatable {
  /// The works by key.
  public private(set) var entries: [String: BibliographyEntry] = [:]

  /// No works.
  public init() {}

  /// Reads BibTeX.
  /// - Parameters:
  ///   - text: the file.
  ///   - path: its name in messages.
  public init(_ text: String, path: String) throws(WeaveProblem) {
    var reader = BibTeXReader(characters: Array(text), path: path)
    while let entry = try reader.nextEntry() {
      if let other = entries[entry.key] {
        throw WeaveProblem(
          .error, file: path, line: entry.line, "the key \(entry.key) is used already on line \(other.line)")
      }
      entries[entry.key] = entry
    }
  }
}

struct BibTeXReader {
  let characters: [Character]
  let path: String
  var position = 0
  var line = 1

  mutating func nextEntry() throws(WeaveProblem) -> BibliographyEntry? {
    while let character = peek(), character != "@" { advance() }
    guard peek() != nil else { return nil }
    let start = line
    advance()
    let kind = word().lowercased()
    skipBlanks()
    guard peek() == "{" else { throw problem("expected { after @\(kind)") }
    if ["comment", "preamble", "string"].contains(kind) {
      _ = try braced()
      return try nextEntry()
    }
    advance()
    skipBlanks()
    let key = word()
    guard !key.isEmpty else { throw problem("the entry @\(kind) has no key") }
    var fields: [String: String] = [:]
    while true {
      skipBlanks()
      if peek() == "," { advance(); continue }
      if peek() == "}" { advance(); break }
      let name = word().lowercased()
      skipBlanks()
      guard !name.isEmpty, peek() == "=" else {
        throw problem("expected a field \"name = {…}\" in the entry \(key)")
      }
      advance()
      skipBlanks()
      fields[name] = try fieldValue(of: key)
    }
    return BibliographyEntry(key: key, kind: kind, fields: fields, line: start)
  }

  private mutating func fieldValue(of key: String) throws(WeaveProblem) -> String {
    switch peek() {
    case "{": return try braced()
    case "\"":
      advance()
      var text = ""
      var depth = 0
      while let character = peek(), character != "\"" || depth > 0 {
        depth += character == "{" ? 1 : character == "}" ? -1 : 0
        text.append(character)
        advance()
      }
      guard peek() != nil else { throw problem("a quote is not closed in the entry \(key)") }
      advance()
      return text
    default:
      let text = word()
      guard !text.isEmpty else { throw problem("a field of the entry \(key) has no value") }
      return text
    }
  }

  /// The text between matching braces.
  private mutating func braced() throws(WeaveProblem) -> String {
    let start = line
    var depth = 0
    var text = ""
    while let character = peek() {
      advance()
      if character == "\\", let next = peek() {
        text.append(character)
        text.append(next)
        advance()
        continue
      }
      if character == "}" { depth -= 1 }
      if depth > 0 { text.append(character) }
      if character == "{" { depth += 1 }
      if depth == 0 { return text }
    }
    throw WeaveProblem(.error, file: path, line: start, "a brace opened here is not closed")
  }

  private mutating func word() -> String {
    var text = ""
    while let character = peek(), character.isLetter || character.isNumber || "-_:.+/'".contains(character) {
      text.append(character)
      advance()
    }
    return text
  }

  private mutating func skipBlanks() {
    while let character = peek(), character.isWhitespace { advance() }
  }

  private func peek() -> Character? {
    position < characters.count ? characters[position] : nil
  }

  private mutating func advance() {
    if characters[position] == "\n" { line += 1 }
    position += 1
  }

  private func problem(_ message: String) -> WeaveProblem {
    WeaveProblem(.error, file: path, line: line, message)
  }
}
