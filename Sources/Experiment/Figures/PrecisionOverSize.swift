// Average precision over the size of the weights, for several ways of choosing bits.
import Plotting

/// Average precision over size, one panel for each set of categories, one line for each way of choosing bits.
public struct PrecisionOverSize: Sendable {
  /// One way of choosing bits.
  public struct Series: Sendable {
    /// The name in the legend.
    public var name: String
    /// Sizes with estimates, from small to large.
    public var points: [(size: Double, estimate: PlottedEstimate)]

    /// A series from its points.
    public init(name: String, points: [(size: Double, estimate: PlottedEstimate)]) {
      self.name = name
      self.points = points
    }
  }

  /// One set of categories.
  public struct Panel: Sendable {
    /// What stands above.
    public var title: String
    /// The ways of choosing bits; equal places have equal colors in all panels.
    public var series: [Series]
    /// The value in floating point.
    public var floatingPoint: Double

    /// A panel from its series.
    public init(title: String, series: [Series], floatingPoint: Double) {
      self.title = title
      self.series = series
      self.floatingPoint = floatingPoint
    }
  }

  /// The horizontal axis, with its unit.
  public var size: String
  /// The panels, side by side.
  public var panels: [Panel]

  /// A figure from its panels.
  public init(size: String, _ panels: [Panel]) {
    self.size = size
    self.panels = panels
  }

  /// The figure.
  public var figure: Figure {
    Figure(height: 215, columns: panels.count, legend: .shared, panels: panels.map { .chart(chart($0)) })
  }

  private func chart(_ panel: Panel) -> Chart {
    let symbols: [MarkStyle.Symbol] = [.circle, .square, .diamond, .triangle, .ring, .cross]
    var marks = [
      Mark(
        .horizontalRules(y: [panel.floatingPoint]), MarkStyle(.gray, lineWidth: 0.8, dash: .dashed),
        name: "floating point")
    ]
    for (index, series) in panel.series.enumerated() {
      let style = MarkStyle(.series(index), lineWidth: 1.2, symbol: symbols[index % 6], symbolSize: 4)
      var thin = style
      (thin.lineWidth, thin.symbolSize) = (0.8, 2)
      let x = series.points.map(\.size)
      marks.append(Mark(.line(x: x, y: series.points.map(\.estimate.value)), style, name: series.name))
      marks.append(
        Mark(
          .intervals(
            x: x, low: series.points.map(\.estimate.low), high: series.points.map(\.estimate.high)), thin))
      marks.append(Mark(.points(x: x, y: series.points.map(\.estimate.value)), style, name: series.name))
    }
    return Chart(
      title: panel.title, x: Axis(size), y: Axis("AP (points)", lower: 0, hasGrid: true), marks: marks)
  }
}
