// Predicted against measured rises of a loss.
import Plotting

/// What a model predicts beside what was measured, both on logarithmic axes, with the line on which they are equal.
/// A measured fall has no place on a logarithmic axis: it is marked at the foot.
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
    let all = panel.series.flatMap(\.points).filter { $0.predicted > 0 }
    let predicted = all.map(\.predicted)
    let measured = all.map(\.measured).filter { $0 > 0 }
    let (left, right) = ends(predicted)
    let (bottom, top) = ends(measured)
    let symbols: [MarkStyle.Symbol] = [.circle, .square, .diamond, .triangle]
    var marks = [
      Mark(
        .line(x: [max(left, bottom), min(right, top)], y: [max(left, bottom), min(right, top)]),
        MarkStyle(.gray, lineWidth: 0.8, dash: .dashed), name: "equal")
    ]
    for (index, series) in panel.series.enumerated() {
      let known = series.points.filter { $0.predicted > 0 }
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
          Mark(.points(x: falling.map(\.predicted), y: falling.map { _ in bottom * 1.3 }), foot))
      }
    }
    return Chart(
      title: panel.title, x: Axis("predicted rise of the loss", scale: .log, lower: left, upper: right),
      y: Axis("measured rise of the loss", scale: .log, lower: bottom, upper: top, hasGrid: true),
      marks: marks)
  }

  /// Ends of a logarithmic axis that show all but the smallest twentieth of the values: a layer that matters to nobody
  /// would stretch the axis over decades of noise.
  private func ends(_ values: [Double]) -> (Double, Double) {
    let sorted = values.sorted()
    guard let most = sorted.last else { return (0.1, 10) }
    return (sorted[sorted.count / 20] / 2, most * 2)
  }
}
