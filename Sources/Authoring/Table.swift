// Tables as typed cells, so that they can be compared as data and printed by one rule.

/// A column of a table.
public struct Column: Codable, Sendable, Equatable {
  /// Where the text of the cells stands.
  public enum Alignment: String, Codable, Sendable {
    /// At the left, for words.
    case left
    /// In the middle.
    case center
    /// At the right, for numbers.
    case right
  }

  /// What stands above the cells.
  public var title: String
  /// The unit, printed with the title and not in the cells.
  public var unit: String?
  /// Where the text of the cells stands.
  public var alignment: Alignment
  /// How numbers are printed.
  public var format: NumberFormat

  /// A column of words.
  public static func text(_ title: String, alignment: Alignment = .left) -> Column {
    Column(title: title, unit: nil, alignment: alignment, format: .automatic)
  }

  /// A column of numbers.
  /// - Parameters:
  ///   - title: what stands above the cells.
  ///   - format: how they are printed.
  ///   - unit: printed with the title.
  public static func number(_ title: String, _ format: NumberFormat = .automatic, unit: String? = nil)
    -> Column
  {
    Column(title: title, unit: unit, alignment: .right, format: format)
  }
}

/// A cell of a table. Words, whole numbers and numbers may be written as literals.
public enum Cell: Sendable, Equatable {
  /// Words.
  case text(String)
  /// A number, with or without an interval.
  case number(Estimate)
  /// No number, and what is printed instead, for example a dash.
  case missing(String)

  /// A number.
  public static func number(_ value: Double) -> Cell { .number(Estimate(value)) }
  /// A whole number.
  public static func count(_ value: Int) -> Cell { .number(Estimate(Double(value))) }
}

extension Cell: ExpressibleByStringLiteral, ExpressibleByFloatLiteral, ExpressibleByIntegerLiteral {
  /// Words.
  public init(stringLiteral value: String) { self = .text(value) }
  /// A number.
  public init(floatLiteral value: Double) { self = .number(Estimate(value)) }
  /// A whole number.
  public init(integerLiteral value: Int) { self = .number(Estimate(Double(value))) }
}

extension Cell: Codable {
  private enum CodingKeys: String, CodingKey {
    case text, number, low, high, missing
  }

  /// Reads an object with `text`, `number` (with `low` and `high`) or `missing`.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    if let text = try container.decodeIfPresent(String.self, forKey: .text) {
      self = .text(text)
    } else if let missing = try container.decodeIfPresent(String.self, forKey: .missing) {
      self = .missing(missing)
    } else {
      self = .number(
        Estimate(
          try container.decode(Double.self, forKey: .number),
          low: try container.decodeIfPresent(Double.self, forKey: .low),
          high: try container.decodeIfPresent(Double.self, forKey: .high)))
    }
  }

  /// Writes the form that `init(from:)` reads.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    switch self {
    case .text(let text): try container.encode(text, forKey: .text)
    case .missing(let text): try container.encode(text, forKey: .missing)
    case .number(let estimate):
      try container.encode(estimate.value, forKey: .number)
      try container.encodeIfPresent(estimate.low, forKey: .low)
      try container.encodeIfPresent(estimate.high, forKey: .high)
    }
  }
}

/// The place of a cell, counted from 0.
public struct CellPlace: Codable, Sendable, Equatable {
  /// The row, without the titles.
  public var row: Int
  /// The column.
  public var column: Int

  /// A place from its parts.
  public init(row: Int, column: Int) {
    self.row = row
    self.column = column
  }
}

/// A table: columns, and rows of as many cells.
public struct Table: Codable, Sendable, Equatable {
  /// The columns.
  public var columns: [Column]
  /// The rows.
  public var rows: [[Cell]]
  /// The cells that stand out, printed in bold; nothing where none does.
  public var emphasized: [CellPlace]?

  /// A table from its columns and rows.
  public init(columns: [Column], rows: [[Cell]], emphasized: [CellPlace] = []) {
    self.columns = columns
    self.rows = rows
    self.emphasized = emphasized.isEmpty ? nil : emphasized
  }

  /// Tables of the same columns one above the other, with a column of their names before.
  public static func stacked(_ tables: [(name: String, table: Table)], under title: String) -> Table {
    guard let first = tables.first?.table else { fatalError("a stack of no tables") }
    var stack = Table(columns: [.text(title)] + first.columns, rows: [])
    for (name, table) in tables {
      if table.columns != first.columns {
        fatalError("the tables \(tables[0].name) and \(name) differ in columns")
      }
      stack.emphasized =
        (stack.emphasized ?? [])
        + (table.emphasized ?? []).map { CellPlace(row: stack.rows.count + $0.row, column: $0.column + 1) }
      stack.rows += table.rows.map { [.text(name)] + $0 }
    }
    if stack.emphasized?.isEmpty == true { stack.emphasized = nil }
    return stack
  }

  /// Whether a cell stands out.
  public func isEmphasized(row: Int, column: Int) -> Bool {
    emphasized?.contains(CellPlace(row: row, column: column)) ?? false
  }

  /// The same table with a dash in place of each number that is infinite or no number.
  func withoutNonFinite() -> Table {
    var table = self
    table.rows = rows.map { row in
      row.map { cell in
        if case .number(let estimate) = cell, !estimate.isFinite { return .missing("–") }
        return cell
      }
    }
    return table
  }

  /// What is wrong with the table, as the end of a sentence; nothing if it can be printed.
  package var fault: String? {
    if columns.isEmpty { return "has no columns" }
    for (index, row) in rows.enumerated() {
      if row.count != columns.count {
        return "has \(row.count) cells in row \(index + 1), expected \(columns.count)"
      }
      for (cell, column) in zip(row, columns) {
        if case .number(let estimate) = cell, !estimate.isFinite {
          return
            "has the number \(estimate.value) in row \(index + 1), column \(column.title); write .missing(\"–\")"
        }
      }
    }
    for place in emphasized ?? []
    where !rows.indices.contains(place.row) || !columns.indices.contains(place.column) {
      return "emphasizes row \(place.row + 1), column \(place.column + 1), which it does not have"
    }
    return nil
  }

  /// What a cell prints.
  /// - Parameters:
  ///   - row: counted from 0.
  ///   - column: counted from 0.
  public func printed(row: Int, column: Int) -> String {
    switch rows[row][column] {
    case .text(let text), .missing(let text): return text
    case .number(let estimate): return columns[column].format.print(estimate)
    }
  }
}
