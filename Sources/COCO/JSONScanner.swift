// Cuts a JSON text into pieces at its commas, so that a file of any size passes through a small window.
import FoundationEssentials

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A window on a JSON text that moves forward. Positions are counted from the window's start; `offset(of:)` gives the byte
/// of the text.
///
/// It follows strings and brackets only. Whoever takes a piece has it parsed, which finds everything else.
struct JSONScanner {
  /// What ended a piece.
  enum End {
    case comma
    case bracket
    case brace
    case colon
    /// The text ended first.
    case text
  }

  /// How much of a file is read at once.
  static let chunkSize = 4 << 20

  let file: String
  private let handle: FileDescriptor?
  private(set) var window: [UInt8]
  private var start = 0
  /// The next byte to look at.
  private(set) var position = 0
  private var isAtEnd: Bool

  /// A text in memory.
  init(_ text: Data, file: String) {
    self.file = file
    handle = nil
    window = Array(text)
    isAtEnd = true
  }

  /// A file, read piece by piece.
  init(contentsOf url: URL) throws(COCOError) {
    file = url.relativePath
    handle = try FileDescriptor(url)
    window = []
    isAtEnd = false
    try refill()
  }

  /// The byte of the text at a position of the window.
  func offset(of position: Int) -> Int { start + position }

  /// A complaint about the byte at the present position, or about the one passed last.
  func fault(_ reason: String, atLast: Bool = false) -> COCOError {
    .notJSON(file: file, offset: offset(of: atLast ? position - 1 : position), reason: reason)
  }

  /// The next byte that is no space, without passing it; `nil` at the end.
  mutating func peek() throws(COCOError) -> UInt8? {
    while true {
      while position < window.count {
        switch window[position] {
        case UInt8(ascii: " "), UInt8(ascii: "\n"), UInt8(ascii: "\r"), UInt8(ascii: "\t"): position += 1
        default: return window[position]
        }
      }
      if isAtEnd { return nil }
      forget(before: position)
      try refill()
    }
  }

  /// Passes the byte that `peek` gave.
  mutating func advance() { position += 1 }

  /// Passes one piece: up to a comma, a closing bracket or, where `isKey`, a colon outside all strings and brackets.
  ///
  /// With a `batch` size, commas are passed too until the piece has so many bytes: several elements in one piece. The piece
  /// is `window[range]`, which stays until the next call.
  mutating func piece(isKey: Bool = false, batch: Int = 0) throws(COCOError) -> (range: Range<Int>, end: End)
  {
    forget(before: position)
    var state = State()
    var lastComma: Int?
    while true {
      let found = window.withUnsafeBufferPointer { bytes in
        state.scan(bytes, from: &position, isKey: isKey, batch: batch, lastComma: &lastComma)
      }
      if let found {
        let range = 0..<position
        position += 1
        return (range, found)
      }
      // The window is used up: what is complete goes first.
      if let comma = lastComma, batch > 0, window.count >= batch {
        position = comma + 1
        return (0..<comma, .comma)
      }
      if isAtEnd { return (0..<position, .text) }
      try refill()
    }
  }

  private mutating func forget(before position: Int) {
    guard position > 0 else { return }
    window.removeSubrange(0..<position)
    start += position
    self.position = 0
  }

  private mutating func refill() throws(COCOError) {
    guard let handle else { return }
    let before = window.count
    try handle.read(Self.chunkSize, into: &window)
    isAtEnd = window.count == before
  }
}

/// Where a scan stands between brackets and quotation marks.
private struct State {
  private var depth = 0
  private var isInString = false
  private var isEscaped = false

  /// Looks for the end of a piece; `position` is left on the byte that ends it, or at the end of the bytes.
  mutating func scan(
    _ bytes: UnsafeBufferPointer<UInt8>, from position: inout Int, isKey: Bool, batch: Int,
    lastComma: inout Int?
  ) -> JSONScanner.End? {
    var index = position
    defer { position = index }
    while index < bytes.count {
      let byte = bytes[index]
      if isInString {
        if isEscaped {
          isEscaped = false
        } else if byte == UInt8(ascii: "\\") {
          isEscaped = true
        } else if byte == UInt8(ascii: "\"") {
          isInString = false
        }
        index += 1
        continue
      }
      switch byte {
      case UInt8(ascii: "\""): isInString = true
      case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        if depth == 0 { return byte == UInt8(ascii: "]") ? .bracket : .brace }
        depth -= 1
      case UInt8(ascii: ",") where depth == 0:
        if index >= batch { return .comma }
        lastComma = index
      case UInt8(ascii: ":") where depth == 0 && isKey: return .colon
      default: break
      }
      index += 1
    }
    return nil
  }
}

/// An open file.
private final class FileDescriptor {
  private let number: Int32
  private let file: String

  init(_ url: URL) throws(COCOError) {
    file = url.relativePath
    number = open(url.path, O_RDONLY)
    guard number >= 0 else {
      throw .unusable(file: file, reason: errno == ENOENT ? "there is no such file" : "cannot be read")
    }
  }

  deinit { close(number) }

  /// Appends up to `count` bytes; none at the end of the file.
  func read(_ count: Int, into bytes: inout [UInt8]) throws(COCOError) {
    let before = bytes.count
    bytes.append(contentsOf: repeatElement(0, count: count))
    var filled = 0
    while filled < count {
      let got = bytes.withUnsafeMutableBytes { buffer in
        #if canImport(Glibc)
          Glibc.read(number, buffer.baseAddress?.advanced(by: before + filled), count - filled)
        #else
          Darwin.read(number, buffer.baseAddress?.advanced(by: before + filled), count - filled)
        #endif
      }
      if got < 0 && errno == EINTR { continue }
      guard got >= 0 else { throw .unusable(file: file, reason: "cannot be read") }
      if got == 0 { break }
      filled += got
    }
    bytes.removeLast(count - filled)
  }
}
