// Bars side by side in groups, with their intervals.

/// One bar for each group, of one color and name.
public struct BarSeries: Codable, Sendable, Equatable {
  /// The name in the legend.
  public var name: String
  /// The color.
  public var color: FigureColor
  /// The heights, one for each group; nil leaves the place empty.
  public var values: [Double?]
  /// The ends of the intervals, one for each group; none where empty.
  public var intervals: [ClosedRange<Double>?]

  /// A series from its heights, and intervals where there are any.
  public init(
    _ name: String, _ color: FigureColor, values: [Double?], intervals: [ClosedRange<Double>?] = []
  ) {
    self.name = name
    self.color = color
    self.values = values
    self.intervals = intervals
  }
}

/// Bars of several series side by side at the positions 0, 1, 2, … of a category axis, with intervals on top.
///
/// - Parameters:
///   - series: from left to right.
///   - width: the share of each position that the bars of its group take together.
public func groupedBars(_ series: [BarSeries], width: Double = 0.8) -> [Mark] {
  guard !series.isEmpty else { return [] }
  let barWidth = width / Double(series.count)
  var bars: [Mark] = []
  var intervals: [Mark] = []
  for (index, one) in series.enumerated() {
    let shift = (Double(index) + 0.5) * barWidth - width / 2
    let known = one.values.enumerated().compactMap { group, value in value.map { (Double(group) + shift, $0) }
    }
    bars.append(
      Mark(
        .bars(x: known.map(\.0), y: known.map(\.1), width: barWidth * 0.92, base: 0), MarkStyle(one.color),
        name: one.name))
    let ends = one.intervals.enumerated().compactMap { group, ends in ends.map { (Double(group) + shift, $0) }
    }
    if !ends.isEmpty {
      intervals.append(
        Mark(
          .intervals(x: ends.map(\.0), low: ends.map(\.1.lowerBound), high: ends.map(\.1.upperBound)),
          MarkStyle(.ink, lineWidth: 0.8, symbolSize: 3)))
    }
  }
  return bars + intervals
}
