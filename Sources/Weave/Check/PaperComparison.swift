// The committed paper against the woven one: numbers by name, everything else by line.

/// Compares texts whose numbers have names.
struct PaperComparison {
  private(set) var findings: [Finding] = []
  /// Numbers that stand in the committed text as they were recorded.
  private(set) var identical = 0
  private let path: String
  private let numbersByLine: [[PrintedNumber]]
  private let lineStarts: [Int]

  /// - Parameters:
  ///   - woven: the paper as it follows from prose and records.
  ///   - committed: the paper as it stands.
  ///   - path: its name in findings.
  init(woven: WovenPaper, committed: String, path: String) {
    self.path = path
    let wovenLines = Self.lines(woven.markdown)
    let committedLines = Self.lines(committed)
    var starts: [Int] = []
    var offset = 0
    for line in wovenLines {
      starts.append(offset)
      offset += line.utf8.count + 1
    }
    lineStarts = starts
    var byLine: [[PrintedNumber]] = Array(repeating: [], count: wovenLines.count)
    var index = 0
    for number in woven.numbers {
      while index + 1 < starts.count, starts[index + 1] <= number.offset { index += 1 }
      byLine[index].append(number)
    }
    numbersByLine = byLine
    compare(wovenLines, committedLines)
  }

  private static func lines(_ text: String) -> [String] {
    text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
  }

  private mutating func compare(_ woven: [String], _ committed: [String]) {
    var isRemoved = Array(repeating: false, count: woven.count)
    var isInserted = Array(repeating: false, count: committed.count)
    for change in committed.difference(from: woven) {
      switch change {
      case .remove(let offset, _, _): isRemoved[offset] = true
      case .insert(let offset, _, _): isInserted[offset] = true
      }
    }
    var (left, right) = (0, 0)
    while left < woven.count || right < committed.count {
      if left < woven.count, right < committed.count, !isRemoved[left], !isInserted[right] {
        identical += numbersByLine[left].count
        left += 1
        right += 1
        continue
      }
      // A gap: lines of both texts that have no equal in the other.
      let (firstLeft, firstRight) = (left, right)
      while left < woven.count, isRemoved[left] { left += 1 }
      while right < committed.count, isInserted[right] { right += 1 }
      compareGap(woven, firstLeft..<left, committed, firstRight..<right)
    }
  }

  private mutating func compareGap(
    _ woven: [String], _ left: Range<Int>, _ committed: [String], _ right: Range<Int>
  ) {
    for (one, two) in zip(left, right) { compareLine(one, woven[one], two, committed[two]) }
    let common = min(left.count, right.count)
    if let extra = right.dropFirst(common).first {
      findings.append(
        Finding(
          .differs, file: path, line: extra + 1,
          "this line is not woven from anything: \(short(committed[extra]))"))
    }
    if let missing = left.dropFirst(common).first {
      findings.append(
        Finding(
          .differs, file: path, line: min(right.upperBound + 1, committed.count),
          "a line is missing here: \(short(woven[missing]))"))
    }
  }

  private mutating func compareLine(_ index: Int, _ woven: String, _ committedIndex: Int, _ committed: String)
  {
    let numbers = numbersByLine[index]
    guard let printed = match(woven, numbers, lineStarts[index], committed), printed.count == numbers.count
    else {
      return findings.append(
        Finding(
          .differs, file: path, line: committedIndex + 1,
          "this line is \(short(committed, around: woven)), and woven it is \(short(woven, around: committed))"
        ))
    }
    for (number, text) in zip(numbers, printed) {
      let expected = slice(woven, number.offset - lineStarts[index], number.length)
      if text == expected {
        identical += 1
      } else {
        findings.append(
          Finding(
            .differs, file: path, line: committedIndex + 1, name: number.name,
            "\(number.name) is printed as \(text), but its record says \(expected) (\(number.origin.description))"
          ))
      }
    }
  }

  /// What stands in the places of the numbers, if the line is otherwise the woven one.
  private func match(_ woven: String, _ numbers: [PrintedNumber], _ start: Int, _ committed: String)
    -> [String]?
  {
    var literals: [String] = []
    var position = 0
    for number in numbers {
      literals.append(slice(woven, position, number.offset - start - position))
      position = number.offset - start + number.length
    }
    literals.append(slice(woven, position, woven.utf8.count - position))
    guard !numbers.isEmpty, committed.hasPrefix(literals[0]) else { return nil }
    var rest = committed.dropFirst(literals[0].count)
    var found: [String] = []
    for (index, literal) in literals.dropFirst().enumerated() {
      if index == numbers.count - 1 {
        guard rest.hasSuffix(literal) else { return nil }
        found.append(String(rest.dropLast(literal.count)))
      } else {
        guard let range = literal.isEmpty ? nil : rest.firstRange(of: literal) else { return nil }
        found.append(String(rest[..<range.lowerBound]))
        rest = rest[range.upperBound...]
      }
    }
    // What stands in a number's place must look like one, or prose was edited too.
    return found.allSatisfy { $0.count <= 60 } ? found : nil
  }

  private func slice(_ text: String, _ offset: Int, _ length: Int) -> String {
    String(decoding: Array(text.utf8)[offset..<offset + length], as: UTF8.self)
  }

  /// The part of a line where it begins to differ from another.
  private func short(_ text: String, around other: String = "") -> String {
    let common = zip(text, other).prefix { $0 == $1 }.count
    let start = max(0, common - 20)
    let part = text.dropFirst(start).prefix(70)
    return "\"\(start > 0 ? "…" : "")\(part)\(text.count > start + 70 ? "…" : "")\""
  }
}
