// Average precision over the bits of a uniform assignment.
import Plotting

/// Average precision, of all categories and of groups, over the bits of a uniform assignment, and in floating point.
public struct ApOverBits: Sendable {
  /// The average precision of one group.
  public struct Series: Sendable {
    /// The name in the legend.
    public var name: String
    /// One estimate per entry of `bits`.
    public var estimates: [PlottedEstimate]
    /// The estimate in floating point.
    public var floatingPoint: PlottedEstimate?

    /// A series from its estimates.
    public init(name: String, estimates: [PlottedEstimate], floatingPoint: PlottedEstimate? = nil) {
      self.name = name
      self.estimates = estimates
      self.floatingPoint = floatingPoint
    }
  }

  /// The bits, increasing.
  public var bits: [Int]
  /// All categories together, drawn dark.
  public var overall: Series
  /// The groups, each in a color.
  public var groups: [Series]
  /// What is measured, with its unit.
  public var quantity: String

  /// A figure from its series.
  public init(bits: [Int], overall: Series, groups: [Series], quantity: String = "AP") {
    self.bits = bits
    self.overall = overall
    self.groups = groups
    self.quantity = quantity
  }

  /// The figure, one column wide, with the legend at its right.
  public var figure: Figure { Figure(width: 320, height: 190, .chart(chart)) }

  private var chart: Chart {
    let last = Double(bits.last ?? 0)
    let float = last + 1.4
    var marks = [Mark(.verticalRules(x: [last + 0.7]), MarkStyle(.silver, lineWidth: 0.6, dash: .dashed))]
    let symbols: [MarkStyle.Symbol] = [.circle, .square, .diamond, .triangle, .ring, .cross]
    var styled: [(Series, MarkStyle)] = groups.enumerated().map { index, group in
      let dash: MarkStyle.Dash = index < 6 ? .solid : (index < 12 ? .dashed : .dotted)
      return (
        group,
        MarkStyle(
          .series(index), lineWidth: 1.1, dash: dash, symbol: symbols[index % symbols.count], symbolSize: 4)
      )
    }
    // First, so that it leads the legend and lies under the thinner lines.
    styled.insert((overall, MarkStyle(.ink, lineWidth: 1.8, symbol: .circle, symbolSize: 5)), at: 0)
    for (index, (series, style)) in styled.enumerated() {
      // A little apart, so that intervals of different groups stay visible beside each other.
      let shift = 0.05 * Double(index % 2 == 0 ? index / 2 : -(index + 1) / 2)
      let x = bits.map { Double($0) + shift }
      var thin = style
      (thin.symbolSize, thin.lineWidth, thin.dash) = (2.5, 0.8, .solid)
      marks.append(Mark(.line(x: x, y: series.estimates.map(\.value)), style, name: series.name))
      marks.append(
        Mark(.intervals(x: x, low: series.estimates.map(\.low), high: series.estimates.map(\.high)), thin))
      marks.append(Mark(.points(x: x, y: series.estimates.map(\.value)), style, name: series.name))
      if let floating = series.floatingPoint {
        marks.append(Mark(.intervals(x: [float + shift], low: [floating.low], high: [floating.high]), thin))
        marks.append(Mark(.points(x: [float + shift], y: [floating.value]), style, name: series.name))
      }
    }
    let ticks = bits.map { Tick(Double($0), String($0)) } + [Tick(float, "float")]
    return Chart(
      x: Axis(
        "bits of searched weights", lower: Double(bits.first ?? 0) - 0.5, upper: float + 0.5, ticks: ticks),
      y: Axis(quantity, lower: 0, hasGrid: true), marks: marks, legend: .right)
  }
}
