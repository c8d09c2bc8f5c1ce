// `paper.map.json`: where each printed number stands, and what it is.

/// A number of the paper by line and column.
public struct MappedNumber: Codable, Sendable, Equatable {
  /// The line, from 1.
  public let line: Int
  /// The column in bytes, from 1.
  public let column: Int
  /// The length in bytes.
  public let length: Int
  /// The value's name, or the table's label with row and column.
  public let name: String
  /// What made it.
  public let origin: String
}

extension WovenPaper {
  /// The numbers with their places.
  public var map: [MappedNumber] {
    var line = 1
    var lineStart = 0
    var position = 0
    let bytes = Array(markdown.utf8)
    return numbers.map { number in
      while position < number.offset {
        if bytes[position] == UInt8(ascii: "\n") {
          line += 1
          lineStart = position + 1
        }
        position += 1
      }
      return MappedNumber(
        line: line, column: number.offset - lineStart + 1, length: number.length, name: number.name,
        origin: number.origin.description)
    }
  }
}
