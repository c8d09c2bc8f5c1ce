// The lists of records in a JSON file, handed over one record at a time.
import CSimdjson
import FoundationEssentials

/// A list of records that a reader wants: its key in the outermost object, and the keys of its records; the first of them
/// is the one that identifies a record.
struct JSONList {
  var name: StaticString
  var keys: [StaticString]
}

/// Reads lists of records from a text. Only some records are held at a time, so memory does not grow with the text.
struct JSONRecords {
  private var scanner: JSONScanner
  private let tree: JSONTree

  init(_ scanner: JSONScanner) {
    self.scanner = scanner
    tree = JSONTree(file: scanner.file)
  }

  /// Reads an outermost object, in the order of its keys. `body` gets each record with the position of its list; `begin` is
  /// told when a list starts. Of a repeated key the last counts, so a list may begin again.
  ///
  /// Every list must be there. Returns what messages call the file.
  mutating func readObject(
    _ lists: [JSONList], begin: (Int) -> Void, _ body: (Int, JSONRecord) throws(COCOError) -> Void
  ) throws(COCOError) -> String {
    guard try scanner.peek() == UInt8(ascii: "{") else {
      let names = lists.map { "\"\($0.name)\"" }.joined(separator: ", ")
      throw try wrongRoot("an object with \(names)")
    }
    scanner.advance()
    var seen = Set<Int>()
    if try scanner.peek() == UInt8(ascii: "}") {
      scanner.advance()
    } else {
      var isOpen = true
      while isOpen {
        let key = try readKey()
        let place = lists.firstIndex { key == "\($0.name)" }
        if let place, try scanner.peek() == UInt8(ascii: "[") {
          begin(place)
          try readList(lists[place]) { (record) throws(COCOError) in try body(place, record) }
          seen.insert(place)
          isOpen = try readSeparator()
        } else {
          let (value, end) = try readValue()
          if let place {
            throw .invalid(
              file: scanner.file, place: "\"\(lists[place].name)\"", expected: "a list", found: value.summary)
          }
          guard end != .bracket else { throw scanner.fault("a bracket closes an object", atLast: true) }
          isOpen = end == .comma
        }
      }
    }
    try readEnd()
    if let missing = lists.indices.first(where: { !seen.contains($0) }) {
      throw .invalid(
        file: scanner.file, place: "\"\(lists[missing].name)\"", expected: "a list", found: "nothing")
    }
    return scanner.file
  }

  /// Reads a text that is one list.
  mutating func readList(
    _ list: JSONList, of what: String, _ body: (JSONRecord) throws(COCOError) -> Void
  ) throws(COCOError) {
    guard try scanner.peek() == UInt8(ascii: "[") else { throw try wrongRoot("a list of \(what)") }
    try readList(list, body)
    try readEnd()
  }

  private mutating func readList(
    _ list: JSONList, _ body: (JSONRecord) throws(COCOError) -> Void
  ) throws(COCOError) {
    scanner.advance()
    if try scanner.peek() == UInt8(ascii: "]") {
      scanner.advance()
      return
    }
    var count = 0
    while true {
      let end = try piece(batch: JSONScanner.chunkSize)
      if end != .comma && end != .bracket { throw scanner.fault("a brace closes a list", atLast: true) }
      count += try tree.forEachRecord(list, from: count, body)
      if end == .bracket { return }
    }
  }

  private mutating func readKey() throws(COCOError) -> String {
    _ = try scanner.peek()
    let end = try piece(isKey: true)
    guard end == .colon else { throw scanner.fault("a key without a value", atLast: true) }
    guard let key = tree.onlyElement?.string else {
      throw scanner.fault("a key that is no text", atLast: true)
    }
    return key
  }

  private mutating func readValue() throws(COCOError) -> (csj_value, JSONScanner.End) {
    let end = try piece()
    guard let value = tree.onlyElement else { throw scanner.fault("a key without a value", atLast: true) }
    return (value, end)
  }

  /// Whether more fields follow.
  private mutating func readSeparator() throws(COCOError) -> Bool {
    let next = try scanner.peek()
    guard next == UInt8(ascii: ",") || next == UInt8(ascii: "}") else {
      throw scanner.fault("a list is followed by no comma or brace")
    }
    scanner.advance()
    return next == UInt8(ascii: ",")
  }

  private mutating func readEnd() throws(COCOError) {
    guard try scanner.peek() == nil else { throw scanner.fault("the text goes on after its end") }
  }

  /// Takes and parses the next piece.
  private mutating func piece(isKey: Bool = false, batch: Int = 0) throws(COCOError) -> JSONScanner.End {
    let (range, end) = try scanner.piece(isKey: isKey, batch: batch)
    try tree.parse(elements: scanner.window[range], at: scanner.offset(of: range.lowerBound))
    // What is wrong inside is the better complaint.
    if end == .text { throw scanner.fault("the text ends too early") }
    return end
  }

  /// What to say of a text whose outermost value is something else.
  private mutating func wrongRoot(_ expected: String) throws(COCOError) -> COCOError {
    guard let first = try scanner.peek() else { return scanner.fault("the text is empty") }
    if first == UInt8(ascii: "{") {
      return .invalid(file: scanner.file, place: "the file", expected: expected, found: "an object")
    }
    if first == UInt8(ascii: "[") {
      return .invalid(file: scanner.file, place: "the file", expected: expected, found: "a list")
    }
    try tree.parse(elements: scanner.window[...], at: scanner.offset(of: 0))
    let found = tree.onlyElement?.summary ?? "several values"
    return .invalid(file: scanner.file, place: "the file", expected: expected, found: found)
  }
}
