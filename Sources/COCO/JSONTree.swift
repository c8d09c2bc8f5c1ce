// Records of a JSON file with checks that name the record at fault; parsed by simdjson.
import CSimdjson
import FoundationEssentials

/// Parsed pieces of one JSON file. Values taken from a piece are valid until the next one is parsed.
final class JSONTree {
  /// What messages call the file.
  let file: String
  private var document = csj_document()

  init(file: String) {
    self.file = file
  }

  deinit { csj_release(document) }

  /// Parses elements of a list, separated by commas. `offset` is where they stand in the file.
  func parse(elements: ArraySlice<UInt8>, at offset: Int) throws(COCOError) {
    let status = elements.withUnsafeBufferPointer {
      csj_parse_elements($0.baseAddress, $0.count, &document)
    }
    guard status == 0 else {
      let place = csj_last_error_offset()
      throw .notJSON(
        file: file, offset: place < 0 ? nil : offset + Int(place), reason: String(cString: csj_last_error()))
    }
  }

  /// The element of a piece, if there is exactly one.
  var onlyElement: csj_value? {
    var walk = csj_walk()
    var (first, second) = (csj_value(), csj_value())
    guard csj_walk_start(csj_root(document), &walk) == 0, csj_walk_next(&walk, &first) == 1,
      csj_walk_next(&walk, &second) == 0
    else { return nil }
    return first
  }

  /// Calls `body` for each record of the piece, of which the first is the `start`-th of its list, and returns their number.
  func forEachRecord(
    _ list: JSONList, from start: Int, _ body: (JSONRecord) throws(COCOError) -> Void
  ) throws(COCOError) -> Int {
    try JSONRecord.forEach(in: csj_root(document), list, from: start, file: file, within: "", body)
  }
}

/// The values of one object of a list, read by the position of their key.
struct JSONRecord {
  let file: String
  let list: String
  var index: Int
  let keys: [StaticString]
  var values: [csj_value]

  /// Calls `body` for each record in a list, of which the first has the number `start`, and returns how many there are.
  /// `outer` is the place of the record that holds the list, if there is one.
  static func forEach(
    in value: csj_value, _ list: JSONList, from start: Int, file: String, within outer: String,
    _ body: (JSONRecord) throws(COCOError) -> Void
  ) throws(COCOError) -> Int {
    let keyTexts: [UnsafePointer<CChar>?] = list.keys.map {
      UnsafeRawPointer($0.utf8Start).assumingMemoryBound(to: CChar.self)
    }
    var record = JSONRecord(
      file: file, list: outer.isEmpty ? "\(list.name)" : "\(outer).\(list.name)", index: start,
      keys: list.keys, values: Array(repeating: csj_value(), count: list.keys.count))
    var walk = csj_walk()
    guard csj_walk_start(value, &walk) == 0 else {
      throw .invalid(file: file, place: record.list, expected: "a list", found: value.summary)
    }
    var element = csj_value()
    while csj_walk_next(&walk, &element) == 1 {
      guard csj_fields(element, keyTexts, keyTexts.count, &record.values) == 0 else {
        throw .invalid(
          file: file, place: "\(record.list)[\(record.index)]", expected: "an object", found: element.summary)
      }
      try body(record)
      record.index += 1
    }
    return record.index - start
  }

  /// Calls `body` for each record of the list under a key.
  func forEachRecord(
    of list: JSONList, under key: Int, _ body: (JSONRecord) throws(COCOError) -> Void
  ) throws(COCOError) {
    _ = try Self.forEach(in: values[key], list, from: 0, file: file, within: place, body)
  }

  /// The list, the position in it and, where it is readable, what identifies the record.
  var place: String {
    let identity = values.first.flatMap { $0.wholeNumber }.map { " (\(keys[0]) \($0))" } ?? ""
    return "\(list)[\(index)]\(identity)"
  }

  func fault(_ key: Int, expected: String) -> COCOError {
    .invalid(file: file, place: "\(place): \"\(keys[key])\"", expected: expected, found: values[key].summary)
  }

  func has(_ key: Int) -> Bool { values[key].kind != Int32(csj_absent) }

  func integer(_ key: Int, expected: String = "an integer") throws(COCOError) -> Int {
    guard let number = values[key].wholeNumber else { throw fault(key, expected: expected) }
    return number
  }

  func number(_ key: Int, atLeast least: Double = -.infinity) throws(COCOError) -> Double {
    guard let number = values[key].number, number >= least else {
      throw fault(key, expected: least == 0 ? "a number not below 0" : "a number")
    }
    return number
  }

  func text(_ key: Int) throws(COCOError) -> String {
    guard let text = values[key].string else { throw fault(key, expected: "a text") }
    return text
  }

  /// Whether a field is 1 or true; a field that is absent is not.
  func flag(_ key: Int) throws(COCOError) -> Bool {
    guard has(key) else { return false }
    if values[key].kind == Int32(csj_boolean) { return values[key].integer == 1 }
    guard let number = values[key].wholeNumber, number == 0 || number == 1 else {
      throw fault(key, expected: "0 or 1")
    }
    return number == 1
  }

  /// A box. Scoring takes extents below 0 as pycocotools does, for which such a box overlaps nothing.
  func box(_ key: Int, allowingNegative: Bool = false) throws(COCOError) -> PixelBox {
    let numbers = withUnsafeTemporaryAllocation(of: Double.self, capacity: 4) { four -> PixelBox? in
      var count = 0
      guard csj_numbers(values[key], four.baseAddress, 4, &count) == 0, count == 4 else { return nil }
      return PixelBox(x: four[0], y: four[1], width: four[2], height: four[3])
    }
    guard let box = numbers, allowingNegative || (box.width >= 0 && box.height >= 0) else {
      let limit = allowingNegative ? "" : " with width and height not below 0"
      throw fault(key, expected: "four numbers [x, y, width, height]" + limit)
    }
    return box
  }
}

extension csj_value {
  /// The value as a whole number, also if it is written like 7.0.
  var wholeNumber: Int? {
    switch kind {
    case Int32(csj_integer): return Int(integer)
    case Int32(csj_real): return real.magnitude <= 9_007_199_254_740_992 ? Int(exactly: real) : nil
    default: return nil
    }
  }

  /// The value as a number.
  var number: Double? {
    kind == Int32(csj_integer) || kind == Int32(csj_real) ? real : nil
  }

  /// The value as text.
  var string: String? {
    guard kind == Int32(csj_string), let text else { return nil }
    let bytes = UnsafeBufferPointer(start: text, count: length)
    return bytes.withMemoryRebound(to: UInt8.self) { String(decoding: $0, as: UTF8.self) }
  }

  /// The value in a few words, for messages.
  var summary: String {
    switch kind {
    case Int32(csj_absent): return "nothing"
    case Int32(csj_null): return "null"
    case Int32(csj_boolean): return integer == 1 ? "true" : "false"
    case Int32(csj_integer): return "\(integer)"
    case Int32(csj_real): return "\(real)"
    case Int32(csj_string):
      let all = string ?? ""
      return all.count > 40 ? "\"\(all.prefix(40))…\"" : "\"\(all)\""
    case Int32(csj_array):
      if length > 4 { return "a list of \(length)" }
      return "[" + elements.map(\.summary).joined(separator: ", ") + "]"
    default: return "an object"
    }
  }

  private var elements: [csj_value] {
    var walk = csj_walk()
    guard csj_walk_start(self, &walk) == 0 else { return [] }
    var found: [csj_value] = []
    var element = csj_value()
    while csj_walk_next(&walk, &element) == 1 { found.append(element) }
    return found
  }
}
