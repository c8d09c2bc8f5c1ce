// Tables of ways to choose bits at one size, with the best of each column standing out.
import Authoring
import COCO
import Detection

/// What stands below tables with cells in bold.
public let boldNote =
  "Bold: the highest AP of the quantized rows in a column, if its gain over uniform bits has p < 0.05 after correction for their number."

/// For each column the rows with the highest number to a tenth of a point, if they gain over the reference with p < 0.05 after Holm's correction for the
/// number of rows; none for other columns.
///
/// - Parameters:
///   - numbers: `[row][column]`, without the reference.
///   - reference: `[column]`.
public func significantlyBest(_ numbers: [[ResampledNumber]], over reference: [ResampledNumber]) -> [[Int]] {
  reference.indices.map { column in
    let gains = numbers.map { $0[column] - reference[column] }
    let corrected = correctedForNumber(gains.map(\.pValue))
    guard let highest = gains.map(\.value).max(), highest > 0 else { return [] }
    let printed = numbers.map { (1000 * $0[column].value).rounded() }
    return gains.indices.filter { printed[$0] == printed.max() && corrected[$0] < 1 - Margin.level }
  }
}

extension Study {
  /// Ways to choose bits at the size of uniform bits: name, weight bytes, AP, AP by group; a list of several draws is one row of their
  /// means.
  ///
  /// - Parameters:
  ///   - rows: the ways.
  ///   - averageBits: the size.
  ///   - beginsWithFloatingPoint: whether the first row is the detector before quantization, which never stands out.
  public func allocationTable(
    _ rows: [[AllocationRow]], averageBits: Double, beginsWithFloatingPoint: Bool = false
  ) throws -> Table {
    let sets: [CriticalGroup?] = [nil] + groups
    let numbers = try rows.map { row in
      try sets.map { set in
        ResampledNumber.mean(try row.map { try precision($0, averageBits: averageBits, set) })
      }
    }
    let reference = try sets.map { try precision(.uniform, averageBits: averageBits, $0) }
    var before: [[Cell]] = []
    if beginsWithFloatingPoint {
      let scores = try scores().value
      before = [[.text("floating point"), .missing("–")] + sets.map { .number(scores.estimate($0)) }]
    }
    let cells = try zip(rows, numbers).map { row, numbers -> [Cell] in
      let size = try bits(row[0], averageBits: averageBits).value.size
      let name = row.count == 1 ? row[0].title : "\(row[0].title), mean of \(row.count)"
      return [.text(name), .count((size.codeBits + 7) / 8)] + numbers.map { .number($0.estimate()) }
    }
    let competing = rows.indices.filter { rows[$0] != [.uniform] }
    let best = significantlyBest(competing.map { numbers[$0] }, over: reference)
    return Table(
      columns: [
        .text("Row"), .number("Weight bytes", .count), .number("AP", .points(digits: 1).withInterval),
      ] + groups.map { .number($0.rawValue, .points(digits: 1).withInterval) },
      rows: before + cells,
      emphasized: best.enumerated().flatMap { column, places in
        places.map { CellPlace(row: before.count + competing[$0], column: 2 + column) }
      })
  }

  /// What objectives gain at one size: the overall one over uniform bits, for each group its own one over the overall one and over the best
  /// of other groups and of none; last, what all categories gain by the objective of the first group.
  func objectiveGains(averageBits: Double) throws -> [ResampledNumber] {
    [try gain(.overall, over: .uniform, averageBits: averageBits)]
      + (try groups.flatMap { group in
        [
          try ownGain(averageBits: averageBits, group),
          try ownGainOverOthers(averageBits: averageBits, group),
        ]
      }) + [try gain(.critical(critical), over: .overall, averageBits: averageBits)]
  }

  /// A table of these gains of several detectors, a column each.
  public func gainTable(_ columns: [(name: String, gains: [ResampledNumber])]) -> Table {
    let names =
      ["all, overall over uniform"]
      + groups.flatMap { group in
        ["own over overall", "own over others"].map { "\(group.rawValue), \($0)" }
      } + ["all, \(critical.rawValue) over overall"]
    return Table(
      columns: [.text("Gain in AP of")]
        + columns.map { .number($0.name, .points(digits: 1).signed.withInterval) },
      rows: names.enumerated().map { row, name in
        [.text(name)] + columns.map { .number($0.gains[row].estimate()) }
      })
  }

  /// The gains of several detectors as such a table, each under its name.
  public func gainTable(of detectors: [Study], averageBits: Double) throws -> Table {
    gainTable(try detectors.map { ($0.kind.title, try $0.objectiveGains(averageBits: averageBits)) })
  }

  /// What a group gains by its own objective over the overall one at equal size.
  public func ownGain(averageBits: Double, _ group: CriticalGroup) throws -> ResampledNumber {
    try gain(.critical(group), over: .overall, averageBits: averageBits, group)
  }

  /// Whether a group's own objective chooses the bits that another group's or that of no category chooses: then there is nothing
  /// to gain over them.
  public func hasBitsOfOthers(averageBits: Double, _ group: CriticalGroup) throws -> Bool {
    let own = try bits(.critical(group), averageBits: averageBits).value.bits
    let others = groups.filter { $0 != group }.map { AllocationRow.critical($0) } + [.noCategory]
    return try others.contains { try bits($0, averageBits: averageBits).value.bits == own }
  }

  /// What a group gains by its own objective over the best of the objectives of other groups and of none; too small by the choice of the
  /// best, which is made on the same images.
  public func ownGainOverOthers(averageBits: Double, _ group: CriticalGroup) throws -> ResampledNumber {
    let own = try precision(.critical(group), averageBits: averageBits, group)
    let others = try (groups.filter { $0 != group }.map { .critical($0) } + [.noCategory])
      .map { try precision($0, averageBits: averageBits, group) }
    guard let best = others.max(by: { $0.value < $1.value }) else { return own - own }
    return own - best
  }
}
