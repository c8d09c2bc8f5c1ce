// Masks stored as runs, out of an annotation file.
import CSimdjson
import FoundationEssentials

/// Reads the masks of an instances file that are stored as runs, by annotation id; outlines are passed over.
///
/// A mask whose runs do not fit its size is refused, with the annotation's place.
public func readRunLengthMasks(contentsOf url: URL) throws(COCOError) -> [Int: RunLengthMask] {
  try readRunLengthMasks(JSONRecords(JSONScanner(contentsOf: url)))
}

/// Reads the masks of the text of an instances file; `named` is what messages call it.
public func readRunLengthMasks(json: Data, named name: String) throws(COCOError) -> [Int: RunLengthMask] {
  try readRunLengthMasks(JSONRecords(JSONScanner(json, file: name)))
}

private func readRunLengthMasks(_ records: JSONRecords) throws(COCOError) -> [Int: RunLengthMask] {
  var records = records
  var masks: [Int: RunLengthMask] = [:]
  let lists = [JSONList(name: "annotations", keys: ["id", "segmentation"])]
  _ = try records.readObject(lists, begin: { _ in masks = [:] }) { (_, record) throws(COCOError) in
    if let mask = try record.mask(1) { masks[try record.integer(0)] = mask }
  }
  return masks
}

extension JSONRecord {
  /// A mask stored as runs, compressed or not; `nil` for outlines and where the field is absent.
  func mask(_ key: Int) throws(COCOError) -> RunLengthMask? {
    guard values[key].kind == Int32(csj_object) else { return nil }
    let complaint = "a mask with \"size\" [height, width] and \"counts\""
    guard let (size, counts) = values[key].fields("size", "counts"), let sides = size.wholeNumbers,
      sides.count == 2
    else { throw fault(key, expected: complaint) }
    let (height, width) = (sides[0], sides[1])
    do throws(RunLengthMask.Fault) {
      if let text = counts.bytes { return try RunLengthMask(width: width, height: height, compressed: text) }
      if let runs = counts.wholeNumbers {
        return try RunLengthMask(width: width, height: height, counts: runs)
      }
    } catch {
      throw .invalid(
        file: file, place: "\(place): \"\(keys[key])\"", expected: complaint + " that fill it",
        found: error.description)
    }
    throw fault(key, expected: complaint)
  }
}

extension csj_value {
  /// Two values of an object; absent ones included. `nil` of anything else.
  fileprivate func fields(_ first: StaticString, _ second: StaticString) -> (csj_value, csj_value)? {
    var values = [csj_value(), csj_value()]
    let keys: [UnsafePointer<CChar>?] = [first, second].map {
      UnsafeRawPointer($0.utf8Start).assumingMemoryBound(to: CChar.self)
    }
    return csj_fields(self, keys, 2, &values) == 0 ? (values[0], values[1]) : nil
  }

  /// The elements of a list of whole numbers.
  fileprivate var wholeNumbers: [Int]? {
    var count = 0
    guard csj_numbers(self, nil, 0, &count) == 0 else { return nil }
    var numbers = [Double](repeating: 0, count: count)
    guard csj_numbers(self, &numbers, count, &count) == 0 else { return nil }
    let whole = numbers.compactMap { abs($0) <= 9_007_199_254_740_992 ? Int(exactly: $0) : nil }
    return whole.count == numbers.count ? whole : nil
  }

  /// The bytes of a text.
  fileprivate var bytes: UnsafeBufferPointer<UInt8>? {
    guard kind == Int32(csj_string), let text else { return nil }
    return UnsafeBufferPointer(
      start: UnsafeRawPointer(text).assumingMemoryBound(to: UInt8.self), count: length)
  }
}
