// Records computed again against those that are committed, by their promises.
import Artifacts
import Authoring
import FoundationEssentials

/// How a result compares with the one before.
public enum Agreement: Sendable, Equatable {
  /// The same data.
  case identical
  /// Other data, but within what was promised; the largest share of the tolerance used.
  case within(share: Double)
  /// Other data than was promised, in words.
  case differs(String)
  /// Not comparable, and why.
  case unverified(String)
}

/// Compares an output with its committed record.
/// - Parameters:
///   - old: as committed.
///   - new: as computed now.
///   - sameMachine: whether both ran on the same kind of processor, with the same libraries and threads.
public func compare(_ old: Record, _ new: Record, sameMachine: Bool) -> Agreement {
  if old.payload == new.payload { return .identical }
  if old.determinism == .volatile { return .unverified("volatile, never compared") }
  guard old.determinism == .exactOn, !sameMachine else { return agreement(old, new, by: old.determinism) }
  let elsewhere = agreement(old, new, by: .elsewhere)
  // A verdict is what the paper says, so that it must not depend on the processor.
  if case .differs(let words) = elsewhere, new.payload.kind != "claim" {
    return .unverified("class exactOn of another kind of processor: \(words)")
  }
  return elsewhere
}

/// How two outputs of other data agree under a promise.
private func agreement(_ old: Record, _ new: Record, by determinism: Determinism) -> Agreement {
  let comparison = NumberComparison(determinism: determinism)
  switch (old.payload, new.payload) {
  case (.value(let one), .value(let two)): return comparison.values(one, two)
  case (.table(let one), .table(let two)): return comparison.tables(one, two)
  case (.figure(let one), .figure(let two)): return comparison.figures(one, two)
  case (.claim(let one), .claim(let two)):
    return one.verdict == two.verdict
      ? .differs("the words of the claim changed")
      : .differs("the verdict was \(one.verdict.rawValue), and is \(two.verdict.rawValue) now")
  default:
    return .differs(
      old.payload.kind == new.payload.kind
        ? "its words changed" : "it was a \(old.payload.kind), and is a \(new.payload.kind) now")
  }
}

/// Compares numbers under one promise.
struct NumberComparison {
  let determinism: Determinism

  /// The share of the allowed difference that is used: 0 for equal numbers, above 1 for too large a difference.
  func share(_ old: Double, _ new: Double) -> Double {
    if old == new || (old.isNaN && new.isNaN) { return 0 }
    guard case .within(let absolute, let relative) = determinism else { return .infinity }
    let allowed = absolute + relative * old.magnitude
    let difference = abs(new - old)
    return difference.isFinite && allowed > 0 ? difference / allowed : .infinity
  }

  func share(_ old: Estimate, _ new: Estimate) -> Double {
    if case .statistical = determinism {
      guard let low = old.low, let high = old.high, let newLow = new.low, let newHigh = new.high else {
        return old == new ? 0 : .infinity
      }
      return low <= newHigh && newLow <= high ? 0.5 : .infinity
    }
    if (old.low == nil) != (new.low == nil) || (old.high == nil) != (new.high == nil) { return .infinity }
    return max(
      share(old.value, new.value), share(old.low ?? 0, new.low ?? 0), share(old.high ?? 0, new.high ?? 0))
  }

  /// In words what is allowed.
  func allowance(of value: Double) -> String {
    switch determinism {
    case .within(let absolute, let relative): "allowed ±\(absolute + relative * value.magnitude)"
    case .statistical: "their intervals do not overlap"
    case .exact, .exactOn, .volatile: "class \(determinism.name)"
    }
  }

  func values(_ old: RecordedValue, _ new: RecordedValue) -> Agreement {
    guard let one = old.number, let two = new.number else {
      return .differs("\(old.printed) -> \(new.printed)")
    }
    let share = share(one, two)
    if share > 1 {
      return .differs(
        "\(old.printed) -> \(new.printed) (\(one.value) -> \(two.value), \(allowance(of: one.value)))")
    }
    if old.format != new.format || (one == two && old.printed != new.printed) {
      return .differs("it was printed as \(old.printed), and is as \(new.printed) now")
    }
    return .within(share: share)
  }

  func tables(_ before: RecordedTable, _ after: RecordedTable) -> Agreement {
    let (old, new) = (before.table, after.table)
    guard old.columns == new.columns else { return .differs("its columns changed") }
    guard old.rows.count == new.rows.count else {
      return .differs("it had \(old.rows.count) rows, and has \(new.rows.count) now")
    }
    var largest = 0.0
    for row in old.rows.indices {
      for column in old.columns.indices where old.rows[row][column] != new.rows[row][column] {
        let place = "row \(row + 1), column \(old.columns[column].title)"
        let words =
          "\(place): \(old.printed(row: row, column: column)) -> \(new.printed(row: row, column: column))"
        guard case .number(let one) = old.rows[row][column], case .number(let two) = new.rows[row][column]
        else {
          return .differs(words)
        }
        let share = share(one, two)
        if share > 1 {
          return .differs("\(words) (\(one.value) -> \(two.value), \(allowance(of: one.value)))")
        }
        largest = max(largest, share)
      }
    }
    guard old.emphasized == new.emphasized else { return .differs("other cells stand out") }
    guard before.caption == after.caption else { return .differs("its caption changed") }
    return .within(share: largest)
  }

  func figures(_ old: RecordedFigure, _ new: RecordedFigure) -> Agreement {
    guard let one = try? CanonicalJSON.decode(JSONValue.self, from: CanonicalJSON.encode(old.figure)),
      let two = try? CanonicalJSON.decode(JSONValue.self, from: CanonicalJSON.encode(new.figure))
    else { return .differs("its description cannot be read") }
    var walk = FigureWalk(comparison: self)
    walk.compare(one, two, series: "")
    if let words = walk.words { return .differs(words) }
    if old.caption != new.caption || old.alternative != new.alternative {
      return .differs("its caption or alternative text changed")
    }
    return .within(share: walk.largestShare)
  }
}

/// Walks two descriptions of a figure side by side.
struct FigureWalk {
  let comparison: NumberComparison
  private(set) var largestShare = 0.0
  private var structure: String?
  private var moved: [String: (count: Int, largest: Double)] = [:]

  init(comparison: NumberComparison) { self.comparison = comparison }

  mutating func compare(_ old: JSONValue, _ new: JSONValue, series: String) {
    switch (old, new) {
    case (.object(let one), .object(let two)):
      var name = series
      if case .string(let text)? = one["name"] ?? one["title"] { name = text }
      guard one.keys.sorted() == two.keys.sorted() else { return differ(name) }
      for key in one.keys.sorted() { compare(one[key] ?? .null, two[key] ?? .null, series: name) }
    case (.array(let one), .array(let two)):
      guard one.count == two.count else {
        structure = structure ?? "\(place(series)) had \(one.count) entries, and has \(two.count) now"
        return
      }
      for (first, second) in zip(one, two) { compare(first, second, series: series) }
    default:
      guard let one = number(old), let two = number(new) else {
        if old != new { differ(series) }
        return
      }
      let share = comparison.share(one, two)
      if share > 1 {
        let before = moved[series] ?? (0, 0)
        moved[series] = (before.count + 1, max(before.largest, abs(two - one)))
      } else {
        largestShare = max(largestShare, share)
      }
    }
  }

  /// What differs, told in terms of the data; nothing if nothing does.
  var words: String? {
    if let structure { return structure }
    guard !moved.isEmpty else { return nil }
    return moved.keys.sorted().compactMap { series in
      moved[series].map {
        "\(place(series)) moved at \($0.count) \($0.count == 1 ? "number" : "numbers"), by at most \(short($0.largest))"
      }
    }.joined(separator: "; ")
  }

  /// A difference in few digits.
  private func short(_ difference: Double) -> String {
    var places = 2
    var scaled = difference
    while places > 0, scaled >= 10 { (scaled, places) = (scaled / 10, places - 1) }
    while places < 15, scaled > 0, scaled < 1 { (scaled, places) = (scaled * 10, places + 1) }
    return NumberFormat.digits(places).print(Estimate(difference))
  }

  private mutating func differ(_ series: String) {
    structure = structure ?? "\(place(series)) is described otherwise"
  }

  private func place(_ series: String) -> String {
    series.isEmpty ? "the figure" : "\"\(series)\""
  }

  private func number(_ value: JSONValue) -> Double? {
    switch value {
    case .integer(let number): Double(number)
    case .number(let number): number
    case .null, .bool, .string, .array, .object: nil
    }
  }
}
