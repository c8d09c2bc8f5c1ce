// Predicted against measured rises of a loss.
import Plotting

#if canImport(Glibc)
  import Glibc
#endif

/// What a model predicts beside what was measured, both on logarithmic axes, with the line on which they are equal.
/// A measured fall has no place on a logarithmic axis: it is marked below a line under all rises. A layer without gradient,
/// whose prediction is rounding noise, has none at all: it is left out.
public struct PredictedMeasured: Sendable {
  /// Points of one color.
  public struct Series: Sendable {
    /// The name in the legend.
    public var name: String
    /// Predicted and measured rises, in pairs.
    public var points: [(predicted: Double, measured: Double)]

    /// A series from its points.
    public init(name: String, points: [(predicted: Double, measured: Double)]) {
      self.name = name
      self.points = points
    }
  }

  /// A panel with its series.
  public struct Panel: Sendable {
    /// What stands above.
    public var title: String
    /// The series, one color each.
    public var series: [Series]

    /// A panel from its series.
    public init(title: String, series: [Series]) {
      self.title = title
      self.series = series
    }
  }

  /// The panels, side by side.
  public var panels: [Panel]

  /// A figure from its panels.
  public init(_ panels: [Panel]) { self.panels = panels }

  /// The figure.
  public var figure: Figure {
    Figure(
      height: 230, columns: panels.count, legend: .shared, panels: panels.map { .chart(chart($0)) })
  }

  private func chart(_ panel: Panel) -> Chart {
    let noise = 1e-12 * max(0, panel.series.flatMap(\.points).map(\.predicted).max() ?? 0)
    let all = panel.series.flatMap(\.points).filter { $0.predicted > noise }
    let (left, right) = ends(all.map(\.predicted))
    let (bottom, top) = ends(all.map(\.measured).filter { $0 > 0 })
    let hasFalls = all.contains { $0.measured <= 0 }
    // A twelfth of the height of the rises, on the logarithmic scale of the axis.
    let half = pow(top / bottom, 1.0 / 24)
    let lane = (place: bottom / half, foot: bottom / (half * half))
    let symbols: [MarkStyle.Symbol] = [.circle, .square, .diamond, .triangle]
    let meeting = [max(left, bottom), min(right, top)]
    var marks = [
      Mark(
        .line(x: meeting, y: meeting), MarkStyle(.gray, lineWidth: 0.8, dash: .dashed), name: "equal")
    ]
    if hasFalls { marks.append(Mark(.horizontalRules(y: [bottom]), MarkStyle(.gray, lineWidth: 0.6))) }
    for (index, series) in panel.series.enumerated() {
      let known = series.points.filter { $0.predicted > noise }
      let style = MarkStyle(
        .series(index), opacity: 0.75, symbol: symbols[index % symbols.count], symbolSize: 3.2)
      let rising = known.filter { $0.measured > 0 }
      let falling = known.filter { $0.measured <= 0 }
      marks.append(
        Mark(.points(x: rising.map(\.predicted), y: rising.map(\.measured)), style, name: series.name))
      if !falling.isEmpty {
        var foot = style
        (foot.symbol, foot.symbolSize) = (.ring, 3)
        marks.append(
          Mark(.points(x: falling.map(\.predicted), y: falling.map { _ in lane.place }), foot))
      }
    }
    return Chart(
      title: panel.title, x: Axis("predicted rise of the loss", scale: .log, lower: left, upper: right),
      y: Axis(
        "measured rise of the loss", scale: .log, lower: hasFalls ? lane.foot : bottom, upper: top,
        ticks: hasFalls ? [Tick(lane.place, "fell")] + powersOfTen(from: bottom, to: top) : nil, hasGrid: true
      ),
      marks: marks)
  }

  /// Ends of a logarithmic axis with room for whole symbols beyond the values.
  private func ends(_ values: [Double]) -> (Double, Double) {
    guard let least = values.min(), let most = values.max() else { return (0.1, 10) }
    return (least / 1.5, most * 1.5)
  }

  /// The ticks that a logarithmic axis has of itself do not know that it ends at a line.
  private func powersOfTen(from lower: Double, to upper: Double) -> [Tick] {
    (-30...30).compactMap { exponent in
      let label = "10^{\(exponent < 0 ? "−" : "")\(exponent.magnitude)}"
      return Double("1e\(exponent)").map { Tick($0, label) }
    }.filter { $0.value >= lower && $0.value <= upper }
  }
}
