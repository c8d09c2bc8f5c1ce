// What a source file declares, so that a change of it can be told by the names of the functions that changed, and so
// that code that does not reach them need not run again.
//
// Whether a step runs again is decided by all tokens of its files.

/// A declaration in a source text. Together the declarations of a text hold all of its tokens.
public struct SourceDeclaration: Sendable, Equatable {
  /// Functions and properties as `Type.name(label:)`; types and their extensions as `Outer.Type`; empty where nothing is
  /// declared.
  public let name: String
  /// The number of the braces that it stands in, where they are those of a type or of an extension; they are counted over
  /// the text.
  public let block: Int?
  /// The number of the braces that it opens, if it is the head of a type or of an extension.
  public let opens: Int?
  /// Its tokens; what stands between declarations belongs to the one before.
  public let tokens: [SourceToken]
}

extension SourceDeclaration {
  /// `func`, `var`, `struct` and the like; empty where nothing is declared, as at a closing brace.
  public var keyword: String {
    let words = tokens.lazy.map(\.text).filter { declaring.contains($0) }.prefix(2)
    guard let first = words.first else { return "" }
    // `class` may also stand before a member.
    return first == "class" && opens == nil ? words.dropFirst().first ?? first : first
  }
}

/// The declarations of a source text in order; none of a text in no known language.
public func sourceDeclarations(of text: String, path: String) -> [SourceDeclaration] {
  guard let language = SourceLanguage(path: path) else { return [] }
  var scanner = DeclarationScanner(tokens: lex(text, as: language).tokens, language: language)
  scanner.run()
  return scanner.found
}

/// The declarations of a source text by name, each with the identity of its tokens, 12 hexadecimal digits: functions
/// and properties as `Type.name(label:)`. What stands between declarations belongs to the one before; declarations of
/// one name count as one.
public func declarations(of text: String, path: String) -> [String: String] {
  var tokens: [String: [SourceToken]] = [:]
  for declaration in sourceDeclarations(of: text, path: path) {
    tokens[declaration.name, default: []] += declaration.tokens
  }
  return tokens.mapValues { String(codeIdentity(of: $0).prefix(12)) }
}

/// The names of the declarations that differ, are new or are gone, sorted; of a type with all its members gone or new
/// only the type.
public func changedDeclarations(from old: [String: String], to new: [String: String]) -> [String] {
  let changed = Set(old.keys).union(new.keys).filter { !$0.isEmpty && old[$0] != new[$0] }
  // The heads of a type and of its extensions have its name.
  let wholes = changed.filter { old[$0] == nil || new[$0] == nil }
  return changed.filter { name in
    guard let dot = name.lastIndex(of: ".") else { return true }
    return !wholes.contains(String(name[..<dot]))
  }.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
}

/// Cuts tokens where a declaration begins, at the top level and inside of types.
private struct DeclarationScanner {
  let tokens: [SourceToken]
  let language: SourceLanguage
  var found: [SourceDeclaration] = []
  /// The types that the present place is in, each with the depth of brackets inside of it and the number of its braces.
  private var types: [(name: String, depth: Int, block: Int)] = []
  private var blockCount = 0
  private var depth = 0
  private var name: String?
  private var pending: [SourceToken] = []

  init(tokens: [SourceToken], language: SourceLanguage) {
    self.tokens = tokens
    self.language = language
  }

  mutating func run() {
    for index in tokens.indices {
      if isOutside, begins(at: index) { close() }
      if isOutside, name == nil { name = declaredName(at: index) }
      pending.append(tokens[index])
      switch tokens[index].text {
      case "{":
        depth += 1
        if depth == (types.last?.depth ?? 0) + 1, let type = typeName(before: index) {
          let full = qualified(type)
          close(as: full)
          types.append((full, depth, blockCount))
          blockCount += 1
        }
      case "(", "[": depth += 1
      case "}" where depth == types.last?.depth:
        depth -= 1
        close()
        types.removeLast()
      case ")", "]", "}":
        depth = max(0, depth - 1)
        if language == .cxx, isOutside, tokens[index].text == "}" { close() }
      default:
        if language == .cxx, isOutside, [";", "\n"].contains(tokens[index].text) { close() }
      }
    }
    close()
  }

  /// Whether the place is not inside of a body, an argument list or an expression in brackets.
  private var isOutside: Bool { depth == (types.last?.depth ?? 0) }

  private func qualified(_ name: String) -> String {
    [types.last?.name ?? "", name].filter { !$0.isEmpty }.joined(separator: ".")
  }

  /// - Parameter opened: the type whose braces open here, if any do.
  private mutating func close(as opened: String? = nil) {
    if !pending.isEmpty {
      found.append(
        SourceDeclaration(
          name: opened ?? name.map(qualified) ?? types.last?.name ?? "", block: types.last?.block,
          opens: opened.map { _ in blockCount }, tokens: pending))
    }
    pending = []
    name = nil
  }

  /// In Swift a declaration begins on a line of its own; attributes and modifiers before it belong to it.
  private func begins(at index: Int) -> Bool {
    guard language == .swift, name != nil, index > 0, tokens[index].line > tokens[index - 1].lastLine else {
      return false
    }
    let text = tokens[index].text
    return declaring.contains(text) || modifiers.contains(text) || text.hasPrefix("@") || text.hasPrefix("#")
  }

  /// The name of the declaration whose keyword stands at a place.
  private func declaredName(at index: Int) -> String? {
    let text = tokens[index].text
    guard index + 1 < tokens.count else { return nil }
    if language == .cxx {
      // The name before the arguments; for variables and types the whole is one without arguments.
      return tokens[index].kind == .word && tokens[index + 1].text == "(" ? text : nil
    }
    guard declaring.contains(text), index == 0 || tokens[index - 1].text != "." else { return nil }
    switch text {
    case "init", "subscript": return text + labels(after: index)
    case "deinit": return text
    case "func": return tokens[index + 1].text + labels(after: index + 1)
    case "import": return "import " + tokens[index + 1].text
    case "class" where declaring.contains(tokens[index + 1].text): return nil
    default: return tokens[index + 1].text
    }
  }

  /// The labels of a function's arguments, as in `(_:to:)`.
  private func labels(after index: Int) -> String {
    guard let open = tokens[index...].firstIndex(where: { $0.text == "(" }) else { return "" }
    var labels = ""
    var depth = 0
    var isStart = true
    for token in tokens[open...] {
      switch token.text {
      case "(", "[", "{": depth += 1
      case ")", "]", "}":
        depth -= 1
        if depth == 0 { return "(\(labels))" }
      case "," where depth == 1: isStart = true
      case _ where depth == 1 && isStart && token.kind == .word:
        labels += token.text + ":"
        isStart = false
      default: break
      }
    }
    return ""
  }

  /// The type whose braces open at a place, if it is one and not a body.
  private func typeName(before index: Int) -> String? {
    guard language == .swift else {
      // Namespaces and `extern "C"` are not what people look for.
      return pending.contains { $0.text == "namespace" || $0.text == "extern" } && name == nil ? "" : nil
    }
    guard let name, let keyword = pending.firstIndex(where: { types(of: $0) }),
      pending.indices.contains(keyword + 1), pending[keyword + 1].text == name
    else { return nil }
    // `extension Outer.Inner`
    var full = name
    var next = keyword + 2
    while next + 1 < pending.count, pending[next].text == "." {
      full += "." + pending[next + 1].text
      next += 2
    }
    return full
  }

  private func types(of token: SourceToken) -> Bool {
    ["struct", "class", "enum", "actor", "protocol", "extension"].contains(token.text)
  }
}

private let declaring: Set<String> = [
  "func", "init", "deinit", "subscript", "let", "var", "case", "typealias", "associatedtype", "struct",
  "class",
  "enum", "actor", "protocol", "extension", "import", "operator", "precedencegroup", "macro",
]

private let modifiers: Set<String> = [
  "public", "package", "internal", "fileprivate", "private", "open", "static", "final", "lazy", "mutating",
  "nonmutating", "nonisolated", "override", "required", "convenience", "indirect", "weak", "unowned",
  "prefix",
  "postfix", "infix", "consuming", "borrowing", "isolated", "dynamic", "optional",
]
