// Strings: the one place where white space counts.

extension SourceLexer {
  /// Whether a Swift string begins here: a quote, or number signs followed by one.
  func startsSwiftString() -> Bool {
    var offset = 0
    while peek(offset) == UInt8(ascii: "#") { offset += 1 }
    return peek(offset) == UInt8(ascii: "\"")
  }

  /// Reads a Swift string with its interpolations; an unclosed one-line string ends with its line.
  mutating func scanSwiftString() -> String {
    let start = position
    var pounds = 0
    while peek() == UInt8(ascii: "#") {
      pounds += 1
      advance()
    }
    let isMultiline = peek(1) == UInt8(ascii: "\"") && peek(2) == UInt8(ascii: "\"")
    advance(isMultiline ? 3 : 1)
    while let byte = peek() {
      if byte == newline && !isMultiline { break }
      if byte == UInt8(ascii: "\\"), hasPounds(pounds, at: 1) {
        advance(1 + pounds)
        if peek() == UInt8(ascii: "(") { skipInterpolation() } else { advance() }
      } else if byte == UInt8(ascii: "\""), closes(isMultiline: isMultiline, pounds: pounds) {
        advance((isMultiline ? 3 : 1) + pounds)
        break
      } else {
        advance()
      }
    }
    return isMultiline ? unindented(text(from: start)) : text(from: start)
  }

  private func hasPounds(_ count: Int, at offset: Int) -> Bool {
    (0..<count).allSatisfy { peek(offset + $0) == UInt8(ascii: "#") }
  }

  private func closes(isMultiline: Bool, pounds: Int) -> Bool {
    guard isMultiline else { return hasPounds(pounds, at: 1) }
    return peek(1) == UInt8(ascii: "\"") && peek(2) == UInt8(ascii: "\"") && hasPounds(pounds, at: 3)
  }

  /// Skips a parenthesized expression inside a string, with the strings inside it.
  private mutating func skipInterpolation() {
    var depth = 0
    repeat {
      if startsSwiftString() {
        _ = scanSwiftString()
        continue
      }
      if peek() == UInt8(ascii: "(") { depth += 1 }
      if peek() == UInt8(ascii: ")") { depth -= 1 }
      advance()
    } while depth > 0 && position < bytes.count
  }

  /// Takes the indentation of the closing quotes off every line, as the compiler does, so that moving a string to
  /// another depth does not change it.
  private func unindented(_ text: String) -> String {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    guard lines.count > 1, let last = lines.last else { return text }
    let indentation = last.prefix { $0 == " " || $0 == "\t" }
    return lines.map { $0.hasPrefix(indentation) ? $0.dropFirst(indentation.count) : $0 }
      .joined(separator: "\n")
  }

  /// Whether a C++ string or character begins here, with its prefix.
  func startsCxxString() -> Bool {
    var offset = 0
    for prefix in ["u8R", "LR", "uR", "UR", "R", "u8", "L", "u", "U"] {
      let follows = prefix.utf8.enumerated().allSatisfy { peek($0.offset) == $0.element }
      let quote = peek(prefix.utf8.count)
      let isRaw = prefix.hasSuffix("R")
      if follows, quote == UInt8(ascii: "\"") || (!isRaw && quote == UInt8(ascii: "'")) {
        offset = prefix.utf8.count
        break
      }
    }
    return peek(offset) == UInt8(ascii: "\"") || peek(offset) == UInt8(ascii: "'")
  }

  /// Reads a C++ string, raw string or character; an unclosed one ends with its line.
  mutating func scanCxxString() -> String {
    let start = position
    while let byte = peek(), byte != UInt8(ascii: "\""), byte != UInt8(ascii: "'") { advance() }
    let isRaw = position > start && bytes[position - 1] == UInt8(ascii: "R")
    let quote = peek()
    advance()
    if isRaw {
      scanRawString()
      return text(from: start)
    }
    while let byte = peek(), byte != newline {
      if byte == UInt8(ascii: "\\") {
        advance(2)
      } else {
        advance()
        if byte == quote { break }
      }
    }
    return text(from: start)
  }

  private mutating func scanRawString() {
    var closing: [UInt8] = [UInt8(ascii: ")")]
    while let byte = peek(), byte != UInt8(ascii: "("), byte != newline {
      closing.append(byte)
      advance()
    }
    closing.append(UInt8(ascii: "\""))
    while position < bytes.count {
      if closing.indices.allSatisfy({ peek($0) == closing[$0] }) {
        advance(closing.count)
        return
      }
      advance()
    }
  }
}
