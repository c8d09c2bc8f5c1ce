// The method in one picture: objective, effects, analysis, remedies.
import Plotting

/// From the critical-category objective over the effects of quantization and their analysis to the two remedies.
/// It shows ideas, no measurements: its curves and bars are pictograms.
public struct OverviewDiagram: Sendable {
  /// The diagram; there is nothing to choose.
  public init() {}

  private static let columns = [
    Rect(0, 16, 104, 198), Rect(128, 16, 108, 92), Rect(258, 16, 108, 92), Rect(388, 16, 106, 92),
  ]
  private static let rowStep = 106.0

  /// The figure, across the page.
  public var figure: Figure {
    Figure(height: 226, .diagram(Diagram(elements)))
  }

  private var elements: [DiagramElement] {
    var sketch = Sketch()
    let titles = ["Objective", "Effect of quantization", "Fisher analysis", "Remedy"]
    for (title, column) in zip(titles, Self.columns) {
      sketch.text(title, Point(column.midX, 2), role: .heading, align: .center)
    }
    drawObjective(&sketch, Self.columns[0])
    for column in 1...3 {
      let upper = Self.columns[column]
      let lower = Rect(upper.x, upper.y + Self.rowStep, upper.width, upper.height)
      for (area, isUpper) in [(upper, true), (lower, false)] {
        let before = Self.columns[column - 1]
        sketch.arrow([Point(before.maxX + 3, area.midY), Point(area.x - 3, area.midY)])
        switch column {
        case 1: drawEffect(&sketch, area, isUpper)
        case 2: drawAnalysis(&sketch, area, isUpper)
        default: drawRemedy(&sketch, area, isUpper)
        }
      }
    }
    return sketch.elements
  }

  private func drawObjective(_ sketch: inout Sketch, _ area: Rect) {
    sketch.box(area, .gray)
    sketch.scene(in: Rect(area.x + 9, area.y + 9, area.width - 18, 60))
    sketch.text("critical category", Point(area.x + 22, area.y + 76), color: .ink)
    sketch.frame(Rect(area.x + 10, area.y + 75.5, 7, 6), .vermilion, width: 1.3)
    sketch.text("other categories", Point(area.x + 22, area.y + 87))
    sketch.frame(Rect(area.x + 10, area.y + 86.5, 7, 6), .blue)
    sketch.folding(in: Rect(area.x + 12, area.y + 104, area.width - 24, 56))
    sketch.text("critical loss L_{F} beside", Point(area.midX, area.y + 170), align: .center)
    sketch.text("the overall loss L_{A}", Point(area.midX, area.y + 180), align: .center)
  }

  private func drawEffect(_ sketch: inout Sketch, _ area: Rect, _ isUpper: Bool) {
    sketch.box(area, .ink)
    title(&sketch, area, isUpper ? "PTQ: unequal loss" : "QAT: overfitting")
    let picture = Rect(area.x + 12, area.y + 20, area.width - 24, 50)
    if isUpper {
      sketch.unequalLoss(in: Rect(picture.x, picture.y, picture.width, 42))
      note(&sketch, area, "AP before and after")
    } else {
      sketch.overfitting(in: picture)
      note(&sketch, area, "critical loss over training")
    }
  }

  private func drawAnalysis(_ sketch: inout Sketch, _ area: Rect, _ isUpper: Bool) {
    sketch.box(area, .purple)
    title(&sketch, area, isUpper ? "Sensitivity" : "Sharpness")
    let picture = Rect(area.x + 12, area.y + 20, area.width - 24, 50)
    if isUpper {
      sketch.perturbation(in: Rect(picture.x, picture.y, picture.width, 42))
      note(&sketch, area, "ΔL_{F} ≈ ½ Δ^{T} F Δ")
    } else {
      sketch.sharpMinimum(in: picture)
      note(&sketch, area, "sharp where tr F is large")
    }
  }

  private func drawRemedy(_ sketch: inout Sketch, _ area: Rect, _ isUpper: Bool) {
    sketch.box(area, .green)
    title(&sketch, area, isUpper ? "Mixed precision" : "Trace regularization")
    let picture = Rect(area.x + 12, area.y + 20, area.width - 24, 50)
    if isUpper {
      sketch.bitsByLayer(in: Rect(picture.x, picture.y, picture.width, 42))
      note(&sketch, area, "bits follow sensitivity")
    } else {
      sketch.flattening(in: picture)
      note(&sketch, area, "L_{A} + λ tr F")
    }
  }

  private func title(_ sketch: inout Sketch, _ area: Rect, _ text: String) {
    sketch.text(text, Point(area.midX, area.y + 6.5), role: .strong, align: .center)
  }

  private func note(_ sketch: inout Sketch, _ area: Rect, _ text: String) {
    sketch.text(text, Point(area.midX, area.maxY - 13), align: .center)
  }
}
