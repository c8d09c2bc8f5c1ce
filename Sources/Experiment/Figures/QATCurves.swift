// The course of training with quantized weights, with and without a penalty, over several seeds.
import Plotting

/// Quantities over training steps, one panel each: the mean over seeds as a line, their range as a band.
public struct QATCurves: Sendable {
  /// One way of training with a quantity of each of its seeds.
  public struct Arm: Sendable {
    /// The name in the legend.
    public var name: String
    /// Values of one quantity, `[seed][point]`.
    public var values: [[Double]]
    /// Whether the line is dashed.
    public var isDashed: Bool

    /// An arm from its seeds.
    public init(name: String, values: [[Double]], isDashed: Bool = false) {
      self.name = name
      self.values = values
      self.isDashed = isDashed
    }
  }

  /// One quantity.
  public struct Panel: Sendable {
    /// What stands above.
    public var title: String
    /// The vertical axis.
    public var quantity: String
    /// Whether the vertical axis is logarithmic.
    public var isLogarithmic: Bool
    /// The arms; equal places have equal colors in all panels.
    public var arms: [Arm]

    /// A panel from its arms.
    public init(title: String, quantity: String, isLogarithmic: Bool = false, arms: [Arm]) {
      self.title = title
      self.quantity = quantity
      self.isLogarithmic = isLogarithmic
      self.arms = arms
    }
  }

  /// Images seen at each point.
  public var imagesSeen: [Double]
  /// The panels, side by side.
  public var panels: [Panel]
  /// Images seen when the penalty sets in.
  public var onset: Double?

  /// A figure from its panels.
  public init(imagesSeen: [Double], panels: [Panel], onset: Double? = nil) {
    self.imagesSeen = imagesSeen
    self.panels = panels
    self.onset = onset
  }

  /// The figure.
  public var figure: Figure {
    Figure(height: 200, columns: panels.count, legend: .shared, panels: panels.map { .chart(chart($0)) })
  }

  private func chart(_ panel: Panel) -> Chart {
    var marks: [Mark] = []
    if let onset {
      marks.append(
        Mark(
          .verticalRules(x: [onset]), MarkStyle(.gray, lineWidth: 0.7, dash: .dotted),
          name: "penalty sets in"))
    }
    var colors: [String: Int] = [:]
    for arm in panel.arms {
      let key = arm.name.split(separator: ",").first.map(String.init) ?? arm.name
      let color = colors[key] ?? colors.count
      colors[key] = color
      let columns = imagesSeen.indices.map { point in arm.values.map { $0[point] } }
      if arm.values.count > 1 {
        marks.append(
          Mark(
            .band(
              x: imagesSeen, low: columns.map { $0.min() ?? 0 }, high: columns.map { $0.max() ?? 0 }),
            MarkStyle(.series(color), opacity: 0.18)))
      }
      let style = MarkStyle(
        .series(color), lineWidth: 1.3, dash: arm.isDashed ? .dashed : .solid, symbolSize: 3)
      marks.append(Mark(.line(x: imagesSeen, y: columns.map(mean)), style, name: arm.name))
      marks.append(Mark(.points(x: imagesSeen, y: columns.map(mean)), style, name: arm.name))
    }
    return Chart(
      title: panel.title, x: Axis("training scenes seen", lower: 0),
      y: Axis(panel.quantity, scale: panel.isLogarithmic ? .log : .linear, hasGrid: true), marks: marks)
  }
}
