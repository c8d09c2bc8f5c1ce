// A quantity by group of categories, for several rows of a table, with intervals.
import Plotting

/// A number with its interval.
public struct PlottedEstimate: Sendable, Equatable {
  /// The number.
  public var value: Double
  /// The lower end of the interval.
  public var low: Double
  /// The upper end of the interval.
  public var high: Double

  /// A number with its interval.
  public init(_ value: Double, low: Double, high: Double) {
    self.value = value
    self.low = low
    self.high = high
  }
}

/// Average precision, or its drop, by group of categories as dots with intervals; one line per group, one color per row.
public struct GroupDrops: Sendable {
  /// One row of a table: an estimate per group.
  public struct Row: Sendable {
    /// The name in the legend.
    public var name: String
    /// The estimates, one per group; nil where there is none.
    public var estimates: [PlottedEstimate?]

    /// A row from its estimates.
    public init(name: String, estimates: [PlottedEstimate?]) {
      self.name = name
      self.estimates = estimates
    }
  }

  /// The names of the groups, from the top.
  public var groups: [String]
  /// The rows, one color each.
  public var rows: [Row]
  /// What is measured, with its unit.
  public var quantity: String
  /// A value with a line through it, such as 0 for differences; nil for none.
  public var reference: Double?
  /// How many groups at the top stand apart from the others, such as "all".
  public var leadingGroups: Int

  /// A figure from its groups and rows.
  public init(
    groups: [String], rows: [Row], quantity: String = "AP", reference: Double? = nil, leadingGroups: Int = 1
  ) {
    self.groups = groups
    self.rows = rows
    self.quantity = quantity
    self.reference = reference
    self.leadingGroups = leadingGroups
  }

  /// The figure; its height follows the number of groups and rows.
  public var figure: Figure {
    let line = max(13.0, 4.6 * Double(rows.count) + 4.5)
    return Figure(
      width: 340, height: 62 + line * Double(groups.count), legend: .shared, panels: [.chart(chart)])
  }

  private var chart: Chart {
    var marks: [Mark] = []
    if let reference {
      marks.append(Mark(.verticalRules(x: [reference]), MarkStyle(.gray, lineWidth: 0.7, dash: .dashed)))
    }
    let separators = (0..<max(0, groups.count - 1)).map { Double($0) + 0.5 }
    marks.append(Mark(.horizontalRules(y: separators), MarkStyle(.mist, lineWidth: 0.8)))
    if leadingGroups > 0 && leadingGroups < groups.count {
      marks.append(
        Mark(.horizontalRules(y: [Double(leadingGroups) - 0.5]), MarkStyle(.silver, lineWidth: 1)))
    }
    let symbols: [MarkStyle.Symbol] = [.circle, .square, .diamond, .triangle, .ring, .cross]
    for (index, row) in rows.enumerated() {
      let known = row.estimates.enumerated().compactMap { group, estimate in
        estimate.map { (place: Double(group) + offset(index), estimate: $0) }
      }
      let style = MarkStyle(
        .series(index), lineWidth: 0.9, symbol: symbols[index % symbols.count], symbolSize: 4.2)
      var thin = style
      thin.symbolSize = 2
      marks.append(
        Mark(
          .horizontalIntervals(
            y: known.map(\.place), low: known.map(\.estimate.low), high: known.map(\.estimate.high)),
          thin, name: row.name))
      marks.append(
        Mark(.points(x: known.map(\.estimate.value), y: known.map(\.place)), style, name: row.name))
    }
    return Chart(
      x: Axis(quantity, hasGrid: true), y: .names(groups), marks: marks)
  }

  /// Rows of one group stand one under another within its line.
  private func offset(_ row: Int) -> Double {
    rows.count == 1 ? 0 : (Double(row) / Double(rows.count - 1) - 0.5) * 0.68 * (1 - 1 / Double(rows.count))
  }
}
