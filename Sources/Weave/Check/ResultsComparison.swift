// What a paper says in one state of its records beside what it says in another.
import Authoring

/// Something that both states have and print otherwise.
public struct ChangedResult: Codable, Sendable, Equatable {
  /// The output's label; of a table with row and column.
  public let name: String
  /// As printed in the state before.
  public let before: String
  /// As printed in the state after.
  public let after: String

  package init(name: String, before: String, after: String) {
    self.name = name
    self.before = before
    self.after = after
  }
}

/// The numbers, verdicts and words of two states of a paper side by side.
///
/// Intervals say how far a number can be told from another by the data it was measured on. Training anew, on another kind
/// of processor say, moves numbers by chance that they need not contain.
public struct ResultsComparison: Codable, Sendable, Equatable {
  /// Numbers that are printed the same in both.
  public private(set) var sameNumbers = 0
  /// Numbers whose intervals have a point in common.
  public private(set) var overlapping: [ChangedResult] = []
  /// Numbers whose intervals have none, the farthest apart first, measured by the sum of the intervals' lengths.
  public private(set) var apart: [ChangedResult] = []
  /// Numbers that have no interval in one of the states, the largest relative change first.
  public private(set) var withoutInterval: [ChangedResult] = []
  /// Claims with the same verdict in both.
  public private(set) var sameVerdicts = 0
  /// Claims with another verdict.
  public private(set) var verdicts: [ChangedResult] = []
  /// Figures that show the same data.
  public private(set) var sameFigures = 0
  /// Figures that show other data.
  public private(set) var figures: [String] = []
  /// Words of values, cells, captions, claims and notes that changed.
  public private(set) var words: [ChangedResult] = []
  /// Outputs and rows of tables that only the state before has.
  public private(set) var onlyBefore: [String] = []
  /// Outputs and rows of tables that only the state after has.
  public private(set) var onlyAfter: [String] = []

  /// Whether both print the same.
  public var isSame: Bool {
    overlapping.isEmpty && apart.isEmpty && withoutInterval.isEmpty && verdicts.isEmpty && figures.isEmpty
      && words.isEmpty && onlyBefore.isEmpty && onlyAfter.isEmpty
  }

  /// All numbers that both states have.
  public var numberCount: Int {
    sameNumbers + overlapping.count + apart.count + withoutInterval.count
  }

  /// Compares two states of a paper.
  /// - Parameters:
  ///   - before: the records of one, in reading order.
  ///   - after: the records of the other.
  public init(before: [Record], after: [Record]) {
    var moves = Moves()
    let first = Dictionary(before.map { ($0.name, $0) }, uniquingKeysWith: { one, _ in one })
    let second = Set(after.map(\.name))
    onlyBefore = before.map(\.name).filter { !second.contains($0) }
    for record in after {
      guard let old = first[record.name] else {
        onlyAfter.append(record.name)
        continue
      }
      compare(old, record, &moves)
    }
    apart = moves.apart.sortedBySize
    withoutInterval = moves.withoutInterval.sortedBySize
  }

  /// What is listed by size, in the order in which it was found.
  private struct Moves {
    var apart: [(size: Double, result: ChangedResult)] = []
    var withoutInterval: [(size: Double, result: ChangedResult)] = []
  }

  private mutating func compare(_ old: Record, _ new: Record, _ moves: inout Moves) {
    let name = new.name
    switch (old.payload, new.payload) {
    case (.value(let one), .value(let two)):
      guard let number = one.number, let other = two.number else {
        return note(name, one.printed, two.printed)
      }
      compare(number, other, ChangedResult(name: name, before: one.printed, after: two.printed), &moves)
    case (.table(let one), .table(let two)):
      note("\(name), caption", one.caption, two.caption)
      compare(one.table, two.table, name, &moves)
    case (.figure(let one), .figure(let two)):
      note("\(name), caption", one.caption, two.caption)
      note("\(name), alternative text", one.alternative, two.alternative)
      if one.figure == two.figure { sameFigures += 1 } else { figures.append(name) }
    case (.claim(let one), .claim(let two)):
      note("\(name), statement", one.statement, two.statement)
      note("\(name), test", one.test, two.test)
      note("\(name), evidence", one.restsOn.joined(separator: ", "), two.restsOn.joined(separator: ", "))
      if one.verdict == two.verdict {
        sameVerdicts += 1
      } else {
        verdicts.append(
          ChangedResult(
            name: "\(two.number) (\(name))", before: one.verdict.rawValue, after: two.verdict.rawValue))
      }
    case (.note(let one), .note(let two)):
      note(name, "\(one.skipped): \(one.because)", "\(two.skipped): \(two.because)")
    default: note(name, "a \(old.payload.kind)", "a \(new.payload.kind)")
    }
  }

  /// Rows belong together by the words before their first number: tables may be sorted by what changed.
  private mutating func compare(_ old: Table, _ new: Table, _ name: String, _ moves: inout Moves) {
    let (keys, newKeys) = (old.rowKeys, new.rowKeys)
    let rows = Dictionary(uniqueKeysWithValues: zip(keys, old.rows.indices))
    let (oldTitles, titles) = (distinct(old.columns.map(\.title)), distinct(new.columns.map(\.title)))
    let columns = Dictionary(uniqueKeysWithValues: zip(oldTitles, old.columns.indices))
    let presentRows = Set(newKeys)
    onlyBefore += keys.filter { !presentRows.contains($0) }.map { "\(name), \($0)" }
    for (row, key) in newKeys.enumerated() {
      guard let oldRow = rows[key] else {
        onlyAfter.append("\(name), \(key)")
        continue
      }
      for (column, title) in titles.enumerated() {
        guard let oldColumn = columns[title] else { continue }
        let result = ChangedResult(
          name: "\(name), \(key), \(title)", before: old.printed(row: oldRow, column: oldColumn),
          after: new.printed(row: row, column: column))
        if case .number(let one) = old.rows[oldRow][oldColumn], case .number(let two) = new.rows[row][column]
        {
          compare(one, two, result, &moves)
        } else {
          note(result.name, result.before, result.after)
        }
      }
    }
    onlyAfter += titles.filter { columns[$0] == nil }.map { "\(name), column \($0)" }
    let presentColumns = Set(titles)
    onlyBefore += oldTitles.filter { !presentColumns.contains($0) }.map { "\(name), column \($0)" }
  }

  private mutating func compare(
    _ old: Estimate, _ new: Estimate, _ result: ChangedResult, _ moves: inout Moves
  ) {
    if result.before == result.after {
      sameNumbers += 1
    } else if let low = old.low, let high = old.high, let newLow = new.low, let newHigh = new.high {
      let gap = max(low - newHigh, newLow - high)
      if gap > 0 {
        moves.apart.append((gap / (high - low + newHigh - newLow), result))
      } else {
        overlapping.append(result)
      }
    } else {
      let scale = max(old.value.magnitude, new.value.magnitude)
      moves.withoutInterval.append((abs(new.value - old.value) / scale, result))
    }
  }

  private mutating func note(_ name: String, _ before: String, _ after: String) {
    if before != after { words.append(ChangedResult(name: name, before: before, after: after)) }
  }
}

extension Table {
  /// What tells rows apart: their first words that stand side by side, or the row's place.
  fileprivate var rowKeys: [String] {
    distinct(
      rows.enumerated().map { index, row in
        let texts = row.map { if case .text(let text) = $0 { text } else { nil as String? } }
        let words = texts.drop { $0 == nil }.prefix { $0 != nil }.compactMap { $0 }
        // In a row of words only, the first are its name and the others what is said of it.
        let key = (words.count < row.count ? words : Array(words.prefix(1))).joined(separator: ", ")
        return key.isEmpty ? "row \(index + 1)" : key
      })
  }
}

/// Names of which those that repeat are counted.
private func distinct(_ names: [String]) -> [String] {
  var taken: Set<String> = []
  return names.map { name in
    var (distinct, count) = (name, 1)
    while !taken.insert(distinct).inserted {
      count += 1
      distinct = "\(name) (\(count))"
    }
    return distinct
  }
}

extension [(size: Double, result: ChangedResult)] {
  /// The largest first; where sizes are equal, in the order in which they were found.
  fileprivate var sortedBySize: [ChangedResult] {
    enumerated().sorted {
      $0.element.size == $1.element.size
        ? $0.offset < $1.offset : $0.element.size > $1.element.size
    }.map(\.element.result)
  }
}
