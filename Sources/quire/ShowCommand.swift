// quire show: an output in the terminal, or its data.
import ArgumentParser
import Artifacts
import Authoring
import Foundation
import Plotting
import TerminalPlots
import Weave

#if canImport(Glibc)
  import Glibc
#endif

/// `quire show`.
struct ShowCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Show a figure, table, value or claim in the terminal, from its record; computes nothing.",
    discussion: """
      Figures are drawn by gnuplot: in characters, or in pixels with --sixel where the terminal has them. --csv prints \
      the plotted data or the table instead; its numbers read back to the same bits.
      """)

  @OptionGroup var subject: ProfileOption

  @Argument(help: "The label of an output.")
  var label: String

  @Flag(help: "Print the data as comma-separated values.")
  var csv = false

  @Flag(help: "Draw in pixels, in the sixel format.")
  var sixel = false

  @Option(help: "Characters across; those of the terminal if not given, or 100.")
  var columns: Int?

  @Option(help: "Lines for each panel of a figure.")
  var lines = 28

  func validate() throws {
    if let columns, !(20...500).contains(columns) {
      throw ValidationError("--columns is \(columns), expected 20 to 500")
    }
    guard (8...200).contains(lines) else { throw ValidationError("--lines is \(lines), expected 8 to 200") }
  }

  func run() throws {
    try reporting {
      let project = try Session(subject).project()
      let records = project.records.map(\.record)
      guard let record = records.first(where: { $0.name == label }) else {
        throw UnknownTarget(label, kind: "recorded output", among: records.map(\.name))
      }
      switch record.payload {
      case .figure(let figure):
        if csv { return emit(figure.figure.csv) }
        try show(figure.figure)
        emit("\(figure.caption)\n")
      case .table(let table): emit(csv ? table.table.csv : table.table.text + "\n\(table.caption)\n")
      case .value(let value):
        let exact = value.number.map { "\($0.value)" } ?? value.printed
        emit(csv ? "name,value\n\(label),\(exact)\n" : "\(label)  \(value.printed)  (\(exact))\n")
      case .claim(let claim): emit("\(claim.number)  \(claim.verdict.rawValue)  \(claim.statement)\n")
      case .note(let note): emit("skipped: \(note.skipped), because \(note.because)\n")
      }
    }
  }

  private func show(_ figure: Figure) throws {
    guard let gnuplot = findProgram("gnuplot") else {
      throw CommandFailure(
        description: "there is no gnuplot on PATH; make setup installs it, and --csv needs none")
    }
    let across = columns ?? terminalColumns(of: 1).map { min(500, max(20, $0)) } ?? 100
    let isColored = isatty(1) == 1 && ProcessInfo.processInfo.environment["NO_COLOR"] == nil
    let kind =
      sixel
      ? TerminalKind.sixel(width: across * 8, height: lines * 16)
      : .text(columns: across, lines: lines, isColored: isColored)
    let scripts = try figure.panels.map { try GnuplotScript($0, on: kind) }
    for script in scripts { try script.run(command: "exec '\(gnuplot.path)'") }
  }

  private func emit(_ text: String) { FileHandle.standardOutput.write(Data(text.utf8)) }
}
