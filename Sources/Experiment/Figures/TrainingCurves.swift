// Loss and average precision over training.
import Plotting

/// Loss and AP on selection scenes over the number of scenes seen, for one or several runs.
public struct TrainingCurves: Sendable {
  /// A curve over scenes seen.
  public struct Curve: Sendable, Equatable {
    /// Scenes seen, increasing.
    public var imagesSeen: [Double]
    /// The value there.
    public var values: [Double]

    /// A curve from its points.
    public init(imagesSeen: [Double], values: [Double]) {
      self.imagesSeen = imagesSeen
      self.values = values
    }
  }

  /// One training run.
  public struct Run: Sendable {
    /// The name in the legend.
    public var name: String
    /// The loss on training scenes.
    public var trainingLoss: Curve
    /// The loss on selection scenes, where it was measured.
    public var validationLoss: Curve?
    /// The average precision on selection scenes.
    public var validationAP: Curve

    /// A run from its curves.
    public init(name: String, trainingLoss: Curve, validationLoss: Curve? = nil, validationAP: Curve) {
      self.name = name
      self.trainingLoss = trainingLoss
      self.validationLoss = validationLoss
      self.validationAP = validationAP
    }
  }

  /// The runs, one color each.
  public var runs: [Run]
  /// Scenes seen at which something changed, such as the learning rate, with their names.
  public var events: [(imagesSeen: Double, name: String)]

  /// A figure from its runs.
  public init(_ runs: [Run], events: [(imagesSeen: Double, name: String)] = []) {
    self.runs = runs
    self.events = events
  }

  /// The figure: loss at the left, average precision at the right.
  public var figure: Figure {
    Figure(height: 190, columns: 2, legend: .shared, panels: [.chart(loss), .chart(precision)])
  }

  private var loss: Chart {
    let several = runs.contains { $0.validationLoss != nil }
    var marks = eventMarks
    for (index, run) in runs.enumerated() {
      let name = run.name + (several ? ", training" : "")
      marks.append(line(run.trainingLoss, MarkStyle(.series(index), lineWidth: 1.1), name))
      if let curve = run.validationLoss {
        marks.append(
          line(curve, MarkStyle(.series(index), lineWidth: 1.3, dash: .dashed), run.name + ", selection"))
      }
    }
    return Chart(
      title: "(a) loss", x: Axis("training scenes seen", lower: 0), y: Axis("loss", hasGrid: true),
      marks: marks)
  }

  private var precision: Chart {
    let several = runs.contains { $0.validationLoss != nil }
    let marks = runs.enumerated().flatMap { index, run -> [Mark] in
      let style = MarkStyle(.series(index), lineWidth: 1.3, dash: several ? .dashed : .solid, symbolSize: 3.2)
      let name = run.name + (several ? ", selection" : "")
      return [
        line(run.validationAP, style, name),
        Mark(.points(x: run.validationAP.imagesSeen, y: run.validationAP.values), style, name: name),
      ]
    }
    return Chart(
      title: "(b) AP on selection scenes", x: Axis("training scenes seen", lower: 0),
      y: Axis("AP", lower: 0, hasGrid: true), marks: eventMarks + marks)
  }

  private var eventMarks: [Mark] {
    events.map {
      Mark(.verticalRules(x: [$0.imagesSeen]), MarkStyle(.gray, lineWidth: 0.7, dash: .dotted), name: $0.name)
    }
  }

  private func line(_ curve: Curve, _ style: MarkStyle, _ name: String) -> Mark {
    Mark(.line(x: curve.imagesSeen, y: curve.values), style, name: name)
  }
}
