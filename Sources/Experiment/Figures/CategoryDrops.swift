// The loss of average precision of every category.
import Plotting

/// The loss of average precision of every category as dots with intervals, the largest first, in two columns of names; the
/// color and the symbol tell the supercategory, a line the loss of all categories together.
public struct CategoryDrops: Sendable {
  /// A category with its loss.
  public struct Entry: Sendable, Equatable {
    /// Its name.
    public var name: String
    /// The name of its supercategory.
    public var group: String
    /// What it loses.
    public var drop: PlottedEstimate

    /// A category from its loss.
    public init(name: String, group: String, drop: PlottedEstimate) {
      self.name = name
      self.group = group
      self.drop = drop
    }
  }

  /// The categories, the largest loss first; equal ones by name.
  public let entries: [Entry]
  /// The supercategories in the order of their colors.
  public let groups: [String]
  /// The loss of all categories together.
  public let overall: Double
  /// What is measured, with its unit.
  public let quantity: String

  /// A figure of categories in any order.
  public init(_ entries: [Entry], groups: [String], overall: Double, quantity: String) {
    self.entries = entries.sorted { ($1.drop.value, $0.name) < ($0.drop.value, $1.name) }
    self.groups = groups
    self.overall = overall
    self.quantity = quantity
  }

  /// The figure: two columns on one scale, read downwards, the right one after the left one.
  public var figure: Figure {
    let half = (entries.count + 1) / 2
    let columns = [entries.prefix(half), entries.dropFirst(half)].filter { !$0.isEmpty }
    // Columns of one length, so that a line is as high in either.
    return Figure(
      height: 74 + 9.2 * Double(half), columns: columns.count, legend: .shared,
      panels: columns.map { .chart(chart(Array($0), lines: half)) })
  }

  private func chart(_ entries: [Entry], lines: Int) -> Chart {
    let names = entries.map(\.name) + Array(repeating: "", count: lines - entries.count)
    var marks = [
      Mark(.horizontalRules(y: (0..<lines - 1).map { Double($0) + 0.5 }), MarkStyle(.mist, lineWidth: 0.6)),
      Mark(.verticalRules(x: [0]), MarkStyle(.gray, lineWidth: 0.7)),
      Mark(
        .verticalRules(x: [overall]), MarkStyle(.ink, lineWidth: 1, dash: .dashed), name: "all categories"),
    ]
    for (index, group) in groups.enumerated() {
      let own = entries.enumerated().filter { $0.element.group == group }
      let places = own.map { Double($0.offset) }
      // Colors repeat after six: then the symbol tells groups apart.
      let symbols: [MarkStyle.Symbol] = [.circle, .diamond, .triangle, .square, .ring, .cross]
      let symbol = symbols[index / 6 % symbols.count]
      var style = MarkStyle(.series(index), lineWidth: 0.9, symbol: symbol, symbolSize: 4.6)
      // Every group has its place in either column, so that the legend lists them in one order.
      marks.append(Mark(.points(x: own.map(\.element.drop.value), y: places), style, name: group))
      style.symbolSize = 2
      marks.append(
        Mark(
          .horizontalIntervals(
            y: places, low: own.map(\.element.drop.low), high: own.map(\.element.drop.high)), style))
    }
    return Chart(
      x: Axis(quantity, lower: bounds.low, upper: bounds.high, hasGrid: true), y: .names(names), marks: marks)
  }

  private var bounds: (low: Double, high: Double) {
    let low = min(0, entries.map(\.drop.low).min() ?? 0)
    let high = max(overall, entries.map(\.drop.high).max() ?? 1)
    let room = 0.03 * (high - low)
    return (low - room, high + room)
  }
}
