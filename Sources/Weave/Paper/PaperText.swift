// The text of the paper, with the places of its numbers.

/// A printed number, and what it is.
public struct PrintedNumber: Codable, Sendable, Equatable {
  /// Where it begins in the text, in bytes.
  public let offset: Int
  /// Its length in bytes.
  public let length: Int
  /// The value's name, or the table's label with row and column.
  public let name: String
  /// The number, as the shortest text that reads back to the same bits; empty for words.
  public let value: String
  /// What made it.
  public let origin: NumberOrigin
}

/// A text under construction.
struct PaperText {
  private(set) var text = ""
  private(set) var numbers: [PrintedNumber] = []

  mutating func write(_ piece: String) {
    text += piece
  }

  mutating func write(number printed: String, name: String, value: String, origin: NumberOrigin) {
    numbers.append(
      PrintedNumber(
        offset: text.utf8.count, length: printed.utf8.count, name: name, value: value, origin: origin))
    text += printed
  }

  /// Ends a block: blank line, but not at the very beginning.
  mutating func separate() {
    guard !text.isEmpty else { return }
    while text.hasSuffix("\n") { text.removeLast() }
    text += "\n\n"
  }

  /// Writes another page, with a text before each of its lines.
  mutating func write(_ inner: PaperText, beforeEachLine prefix: String) {
    let bytes = Array(inner.text.utf8)
    var pending = inner.numbers[...]
    var start = 0
    var isLineStart = true
    func piece(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }
    while start < bytes.count || isLineStart {
      if isLineStart { text += prefix }
      isLineStart = false
      let lineEnd = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
      while let number = pending.first, number.offset < lineEnd {
        text += piece(start..<number.offset)
        start = number.offset + number.length
        write(
          number: piece(number.offset..<start), name: number.name, value: number.value, origin: number.origin)
        pending.removeFirst()
      }
      text += piece(start..<lineEnd)
      start = lineEnd
      if start < bytes.count {
        text += "\n"
        start += 1
        isLineStart = true
      }
    }
  }

  /// Ends the text with exactly one line break.
  mutating func trimEnd() {
    while text.hasSuffix("\n") { text.removeLast() }
    text += "\n"
  }
}
