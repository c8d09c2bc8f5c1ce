// Splits Swift, C and C++ into tokens, for telling whether code changed and where strings run over several lines.
//
// It knows comments, strings, numbers, names and operators and nothing of the grammar. Where it is unsure it keeps
// more, never less: an identity may change without need, but it never stays when the code changed.

/// A language the lexer knows.
public enum SourceLanguage: Sendable {
  /// Swift.
  case swift
  /// C and C++, with the preprocessor's lines.
  case cxx

  /// The language of a file, by its ending; nothing if it is none of them.
  public init?(path: String) {
    if path.hasSuffix(".swift") {
      self = .swift
    } else if [".c", ".h", ".cc", ".cpp", ".cxx", ".hh", ".hpp"].contains(where: path.hasSuffix) {
      self = .cxx
    } else {
      return nil
    }
  }
}

/// A token of a source file.
public struct SourceToken: Sendable, Equatable {
  /// What kinds are told apart.
  public enum Kind: Sendable {
    /// A name or keyword.
    case word
    /// A number.
    case number
    /// A string or character with its quotes; the indentation of a multi-line string is taken off.
    case string
    /// A run of operator characters.
    case symbol
    /// A single bracket, comma, semicolon or the like; in C++ also the end of a preprocessor line.
    case mark
  }

  /// The kind.
  public let kind: Kind
  /// The text.
  public var text: String
  /// The line it begins on, from 1.
  public let line: Int
  /// The line it ends on; differs from `line` for strings over several lines only.
  public let lastLine: Int
}

/// What a source file consists of.
public struct LexedSource: Sendable {
  /// The tokens in order.
  public var tokens: [SourceToken] = []
  /// The first and last lines of block comments, in order.
  public var blockComments: [ClosedRange<Int>] = []
}

/// Splits a source text into tokens; comments and white space are dropped.
public func lex(_ text: String, as language: SourceLanguage) -> LexedSource {
  var lexer = SourceLexer(bytes: Array(text.utf8), language: language)
  lexer.run()
  return lexer.result
}

struct SourceLexer {
  let bytes: [UInt8]
  let language: SourceLanguage
  var result = LexedSource()
  var position = 0
  var line = 1
  private var isDirective = false

  init(bytes: [UInt8], language: SourceLanguage) {
    self.bytes = bytes
    self.language = language
  }

  mutating func run() {
    while let byte = peek() {
      switch byte {
      case newline:
        endDirective()
        advance()
      case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"), 0x0B, 0x0C:
        advance()
      case UInt8(ascii: "\\") where language == .cxx && peek(1) == newline:
        advance(2)
      case UInt8(ascii: "/") where peek(1) == UInt8(ascii: "/"):
        while let next = peek(), next != newline { advance() }
      case UInt8(ascii: "/") where peek(1) == UInt8(ascii: "*"):
        skipBlockComment()
      default:
        lexToken(byte)
      }
    }
    endDirective()
  }

  private mutating func lexToken(_ byte: UInt8) {
    let start = position
    let startLine = line
    if language == .swift ? startsSwiftString() : startsCxxString() {
      let text = language == .swift ? scanSwiftString() : scanCxxString()
      add(.string, text, from: startLine)
    } else if isWord(byte) || byte == UInt8(ascii: "`") {
      let kind: SourceToken.Kind = isDigit(byte) ? .number : .word
      if kind == .number { scanNumber() } else { scanWord() }
      add(kind, text(from: start), from: startLine)
    } else if isOperator(byte) {
      // A comment may follow an operator without a blank.
      while let next = peek(), isOperator(next), !startsComment() { advance() }
      if language == .cxx && byte == UInt8(ascii: "#") { isDirective = true }
      add(.symbol, text(from: start), from: startLine)
    } else {
      advance()
      add(.mark, text(from: start), from: startLine)
    }
  }

  private mutating func add(_ kind: SourceToken.Kind, _ text: String, from first: Int) {
    result.tokens.append(SourceToken(kind: kind, text: text, line: first, lastLine: line))
  }

  private mutating func endDirective() {
    guard isDirective else { return }
    isDirective = false
    add(.mark, "\n", from: line)
  }

  private mutating func skipBlockComment() {
    let first = line
    var depth = 0
    repeat {
      if peek() == UInt8(ascii: "/"), peek(1) == UInt8(ascii: "*"), language == .swift || depth == 0 {
        depth += 1
        advance(2)
      } else if peek() == UInt8(ascii: "*"), peek(1) == UInt8(ascii: "/") {
        depth -= 1
        advance(2)
      } else {
        advance()
      }
    } while depth > 0 && position < bytes.count
    result.blockComments.append(first...line)
  }

  private mutating func scanWord() {
    while let next = peek(), isWord(next) || next == UInt8(ascii: "`") { advance() }
  }

  private mutating func scanNumber() {
    while let next = peek() {
      if isWord(next) {
        advance()
      } else if next == UInt8(ascii: "."), let digit = peek(1), isDigit(digit) {
        advance(2)
      } else if next == UInt8(ascii: "'"), language == .cxx, let digit = peek(1), isWord(digit) {
        advance(2)
      } else if next == UInt8(ascii: "+") || next == UInt8(ascii: "-"), followsExponent() {
        advance()
      } else {
        return
      }
    }
  }

  /// Whether the byte before is the `e` of 1e-5 or the `p` of 0x1p-3.
  private func followsExponent() -> Bool {
    guard position > 0, let next = peek(1), isDigit(next) else { return false }
    var start = position
    while start > 0, isWord(bytes[start - 1]) || bytes[start - 1] == UInt8(ascii: ".") { start -= 1 }
    let isHexadecimal =
      start + 1 < bytes.count && bytes[start] == UInt8(ascii: "0")
      && (bytes[start + 1] | 0x20) == UInt8(ascii: "x")
    return (bytes[position - 1] | 0x20) == UInt8(ascii: isHexadecimal ? "p" : "e")
  }
}

extension SourceLexer {
  var newline: UInt8 { UInt8(ascii: "\n") }

  func peek(_ offset: Int = 0) -> UInt8? {
    position + offset < bytes.count ? bytes[position + offset] : nil
  }

  mutating func advance(_ count: Int = 1) {
    for _ in 0..<count where position < bytes.count {
      if bytes[position] == newline { line += 1 }
      position += 1
    }
  }

  func text(from start: Int) -> String {
    String(decoding: bytes[start..<position], as: UTF8.self)
  }

  func startsComment() -> Bool {
    peek() == UInt8(ascii: "/") && (peek(1) == UInt8(ascii: "/") || peek(1) == UInt8(ascii: "*"))
  }

  func isDigit(_ byte: UInt8) -> Bool {
    byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
  }

  /// Letters, digits, the underscore, the dollar sign, and everything beyond ASCII.
  func isWord(_ byte: UInt8) -> Bool {
    let lower = byte | 0x20
    return isDigit(byte) || (lower >= UInt8(ascii: "a") && lower <= UInt8(ascii: "z"))
      || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "$") || byte >= 0x80
  }

  func isOperator(_ byte: UInt8) -> Bool {
    "+-*/%=<>!&|^~?#.:@\\".utf8.contains(byte)
  }
}
