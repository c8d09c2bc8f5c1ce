// The table of contents of a zip archive whose entries are stored as they are, as PyTorch writes them.
// Format: PKWARE's APPNOTE, sections 4.3 and 4.5.3.
import FoundationEssentials

/// Where the entries of an archive lie.
struct ZipDirectory {
  /// The places of the entries' bytes by name, counted from the first byte of the archive.
  let entries: [String: Range<Int>]

  /// Reads the directory at the end of an archive; `place` names the archive in errors.
  init(_ data: Data, from place: String) throws(TorchError) {
    func damaged(_ what: String) -> TorchError { TorchError("\(place): \(what); not a whole zip archive") }
    func bytes(_ range: Range<Int>) -> [UInt8] {
      [UInt8](data[data.startIndex + range.lowerBound..<data.startIndex + range.upperBound])
    }

    guard var (count, size, start) = Self.end(of: data.count, bytes) else {
      throw damaged("the end of the directory is missing")
    }
    if count == 0xFFFF || size == 0xFFFF_FFFF || start == 0xFFFF_FFFF {
      guard let large = Self.largeEnd(of: data.count, bytes) else {
        throw damaged("the directory's 64-bit end is missing")
      }
      (count, size, start) = large
    }
    guard start <= data.count, size <= data.count - start, count <= size / 46 else {
      throw damaged("the directory is said to have \(count) entries in \(size) bytes of \(data.count)")
    }

    var reader = ByteReader(bytes(start..<start + size))
    var entries: [String: Range<Int>] = [:]
    for index in 0..<count {
      guard let entry = Self.entry(&reader) else {
        throw damaged("entry \(index) of the directory is broken")
      }
      guard entry.method == 0, entry.stored == entry.size else {
        throw TorchError("\(place): \(entry.name.legible) is compressed; expected entries stored as they are")
      }
      // The data follow a header of their own, whose extra field may have another length than the directory's.
      guard entry.offset <= start - 30, case let local = bytes(entry.offset..<entry.offset + 30),
        local.starts(with: [0x50, 0x4B, 3, 4])
      else { throw damaged("\(entry.name.legible) is not where the directory says") }
      var lengths = ByteReader(local, at: 26)
      let first = entry.offset + 30 + (lengths.unsigned(2) ?? 0) + (lengths.unsigned(2) ?? 0)
      guard first <= start, entry.size <= start - first else {
        throw damaged("\(entry.name.legible) is said to have \(entry.size) bytes")
      }
      guard entries.updateValue(first..<first + entry.size, forKey: entry.name) == nil else {
        throw damaged("\(entry.name.legible) is there twice")
      }
    }
    self.entries = entries
  }

  /// Entry count, size and start of the directory from the record at the end, which a comment may follow.
  private static func end(of count: Int, _ bytes: (Range<Int>) -> [UInt8]) -> (Int, Int, Int)? {
    guard count >= 22 else { return nil }
    let tail = bytes(max(0, count - 22 - 0xFFFF)..<count)
    for start in stride(from: tail.count - 22, through: 0, by: -1)
    where tail[start] == 0x50 && tail[start..<start + 4].elementsEqual([0x50, 0x4B, 5, 6]) {
      var reader = ByteReader(tail, at: start + 10)
      guard let entries = reader.unsigned(2), let size = reader.unsigned(4), let offset = reader.unsigned(4)
      else { return nil }
      return (entries, size, offset)
    }
    return nil
  }

  /// The same from the 64-bit record, which a locator of 20 bytes before the ordinary record points to.
  private static func largeEnd(of count: Int, _ bytes: (Range<Int>) -> [UInt8]) -> (Int, Int, Int)? {
    guard count >= 42 else { return nil }
    let locator = bytes(count - 42..<count - 22)
    guard locator.starts(with: [0x50, 0x4B, 6, 7]) else { return nil }
    var place = ByteReader(locator, at: 8)
    guard let start = place.unsigned(8), start <= count - 56,
      case let record = bytes(start..<start + 56), record.starts(with: [0x50, 0x4B, 6, 6])
    else { return nil }
    var reader = ByteReader(record, at: 32)
    guard let entries = reader.unsigned(8), let size = reader.unsigned(8), let offset = reader.unsigned(8)
    else { return nil }
    return (entries, size, offset)
  }

  private static func entry(
    _ reader: inout ByteReader
  ) -> (name: String, method: Int, stored: Int, size: Int, offset: Int)? {
    guard reader.take(4)?.elementsEqual([0x50, 0x4B, 1, 2]) == true, reader.take(6) != nil,
      let method = reader.unsigned(2), reader.take(8) != nil,
      var stored = reader.unsigned(4), var size = reader.unsigned(4),
      let nameLength = reader.unsigned(2), let extraLength = reader.unsigned(2),
      let commentLength = reader.unsigned(2), reader.take(8) != nil, var offset = reader.unsigned(4),
      let name = reader.take(nameLength), let extra = reader.take(extraLength),
      reader.take(commentLength) != nil
    else { return nil }
    // Numbers that do not fit into four bytes stand in the extra field of kind 1, in this order.
    var fields = ByteReader(Array(extra))
    while let kind = fields.unsigned(2), let length = fields.unsigned(2), let field = fields.take(length) {
      guard kind == 1 else { continue }
      var large = ByteReader(Array(field))
      if size == 0xFFFF_FFFF { size = large.unsigned(8) ?? size }
      if stored == 0xFFFF_FFFF { stored = large.unsigned(8) ?? stored }
      if offset == 0xFFFF_FFFF { offset = large.unsigned(8) ?? offset }
    }
    return (String(decoding: name, as: UTF8.self), method, stored, size, offset)
  }
}
