// quire figures: redraw from records.
import ArgumentParser
import Artifacts
import CairoCanvas
import Foundation
import Plotting
import Weave

extension Appearance: ExpressibleByArgument {}

/// `quire figures`.
struct FiguresCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "figures",
    abstract: "Redraw figures from their records; computes nothing.",
    discussion: """
      Without options, the SVG, PDF and PNG files in Figures that changed are written. With --out, copies go to \
      another folder: in the formats, on the ground and with the data that are asked for.
      """)

  private static let formats = ["svg", "pdf", "png", "csv"]

  @OptionGroup var subject: ProfileOption

  @Argument(help: "Labels of figures; all where none is named.")
  var labels: [String] = []

  @Option(help: ArgumentHelp("A folder for copies.", valueName: "folder"))
  var out: String?

  @Option(
    help: ArgumentHelp("Formats of copies, separated by commas: svg, pdf, png, csv.", valueName: "formats"))
  var format: String?

  @Option(help: "The ground of copies: light or dark.")
  var theme: Appearance?

  @Flag(help: "Only the plotted data of copies, as comma-separated values: --format csv.")
  var csv = false

  private var wanted: [String] {
    csv ? ["csv"] : (format ?? "svg,pdf,png").split(separator: ",").map(String.init)
  }

  func validate() throws {
    if wanted.isEmpty { throw ValidationError("--format names no format, expected svg, pdf, png or csv") }
    for name in wanted where !Self.formats.contains(name) {
      throw ValidationError("--format knows svg, pdf, png and csv, not \"\(name)\"")
    }
    if csv && format != nil { throw ValidationError("--csv stands for --format csv; give one of the two") }
    if out == nil && (csv || format != nil || theme != nil) {
      throw ValidationError("--format, --theme and --csv are for copies: say where with --out")
    }
  }

  func run() throws {
    try reporting {
      let session = try Session(subject)
      let project = try session.project()
      let known = project.figures.map(\.label)
      for label in labels where !known.contains(label) {
        throw UnknownTarget(label, kind: "recorded figure", among: known)
      }
      let chosen = labels.isEmpty ? nil : Set(labels)
      let count =
        if let out {
          try copy(project, chosen, to: URL(filePath: out), fonts: session.root.appending(path: "Fonts"))
        } else {
          try session.keepingResults { try session.draw(project, chosen, paper: nil) }
        }
      say("\(count) figures drawn")
    }
  }

  private func copy(_ project: Project, _ labels: Set<String>?, to folder: URL, fonts: URL) throws -> Int {
    try Files.makeFolder(folder)
    let chosen = project.figures.filter { labels?.contains($0.label) ?? true }
    for (label, figure, _) in chosen {
      let drawn = wanted == ["csv"] ? nil : try render(figure, fonts: fonts, appearance: theme ?? .light)
      for format in wanted {
        let bytes: [UInt8]? =
          switch format {
          case "svg": drawn?.svg
          case "pdf": drawn?.pdf
          case "png": drawn?.png
          default: Array(figure.csv.utf8)
          }
        if let bytes { try Files.write(Data(bytes), to: folder.appending(path: "\(label).\(format)")) }
      }
    }
    return chosen.count
  }
}
