// Little-endian numbers out of bytes that may end too early.

/// A place in some bytes that moves on with every number read; `nil` stands for "there are not so many left".
struct ByteReader {
  private let bytes: [UInt8]
  private(set) var position: Int

  init(_ bytes: [UInt8], at position: Int = 0) {
    self.bytes = bytes
    self.position = position
  }

  /// The next bytes.
  mutating func take(_ count: Int) -> ArraySlice<UInt8>? {
    guard count >= 0, count <= bytes.count - position else { return nil }
    defer { position += count }
    return bytes[position..<position + count]
  }

  /// An unsigned number of up to eight bytes; `nil` also where it exceeds what `Int` holds.
  mutating func unsigned(_ byteCount: Int) -> Int? {
    guard let part = take(byteCount) else { return nil }
    return Int(exactly: part.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) })
  }

  /// A signed number of up to eight bytes in two's complement; none is 0.
  mutating func signed(_ byteCount: Int) -> Int? {
    guard let part = take(byteCount) else { return nil }
    guard byteCount > 0 else { return 0 }
    let shift = 64 - 8 * UInt64(byteCount)
    return Int(
      Int64(bitPattern: part.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) } << shift) >> shift)
  }

  /// The bytes up to the next line feed, which is passed over.
  mutating func line() -> ArraySlice<UInt8>? {
    guard let end = bytes[position...].firstIndex(of: 0x0A) else { return nil }
    defer { position = end + 1 }
    return bytes[position..<end]
  }
}
