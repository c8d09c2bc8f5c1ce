// quire figures: redraw from records.
import ArgumentParser
import Weave

/// `quire figures`.
struct FiguresCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "figures", abstract: "Redraw figures from their records; computes nothing.")

  @Argument(help: "Labels of figures; all where none is named.")
  var labels: [String] = []

  func run() throws {
    try reporting {
      let session = try Session()
      let project = try session.project()
      let known = project.figures.map(\.label)
      for label in labels where !known.contains(label) {
        throw UnknownTarget(label, kind: "recorded figure", among: known)
      }
      let count = try session.draw(project, labels.isEmpty ? nil : Set(labels), paper: nil)
      say("\(count) figures drawn")
    }
  }
}
