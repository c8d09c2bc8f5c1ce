// A panel of a figure in gnuplot's words.
import FoundationEssentials
import Plotting

/// Texts and tables for gnuplot, in turn.
public struct GnuplotScript: Sendable, Equatable {
  /// A text, and the numbers that follow it.
  public struct Piece: Sendable, Equatable {
    /// Commands.
    public var text: String
    /// Rows of numbers; none where empty.
    public var table: [[Double]] = []
    /// After how many rows a gap stands; 0 for none.
    public var block = 0
  }

  /// What is sent, in order.
  public internal(set) var pieces: [Piece] = []

  mutating func add(_ text: String) { pieces.append(Piece(text: text + "\n")) }
}

/// What a terminal can show.
public enum TerminalKind: Sendable, Equatable {
  /// Characters, so many across and down; in colors or not.
  case text(columns: Int, lines: Int, isColored: Bool)
  /// Pictures in the sixel format, so many pixels across and down.
  case sixel(width: Int, height: Int)

  var command: String {
    switch self {
    case .text(let columns, let lines, let isColored):
      "set terminal dumb noenhanced size \(columns), \(lines) \(isColored ? "ansi" : "mono")"
    case .sixel(let width, let height): "set terminal sixelgd noenhanced truecolor size \(width), \(height)"
    }
  }

  var isText: Bool { if case .text = self { true } else { false } }
}

/// Why a panel cannot be shown: one sentence.
public struct TerminalPlotError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The sentence.
  public let description: String

  init(_ description: String) { self.description = description }
}

extension GnuplotScript {
  /// The script for a panel.
  /// - Throws: `TerminalPlotError` for panels of pictures and diagrams.
  public init(_ panel: Panel, on terminal: TerminalKind) throws(TerminalPlotError) {
    add(terminal.command)
    switch panel {
    case .chart(let chart): ChartScript(chart, terminal).write(to: &self)
    case .surface(let surface): write(surface)
    case .tiles, .diagram:
      throw TerminalPlotError("pictures and diagrams are not shown in a terminal; its PNG file shows them")
    }
  }

  private mutating func write(_ surface: Surface) {
    if let title = surface.title { add("set title \(quoted(title))") }
    for (name, axis) in [("x", surface.x), ("y", surface.y), ("z", surface.z)] {
      add(axisCommands(name, axis))
    }
    // Gnuplot counts the tilt from above.
    add("set view \(Int(90 - surface.tilt)), \(Int(surface.turn))\nset hidden3d\nset ticslevel 0\nunset key")
    let rows = zip(surface.ys, surface.heights).flatMap { y, line in
      zip(surface.xs, line).map { [$0, y, $1] }
    }
    pieces.append(Piece(text: "splot '-' with lines\n", table: rows, block: surface.xs.count))
  }
}

/// The commands for an axis.
func axisCommands(_ name: String, _ axis: Axis) -> String {
  var lines: [String] = []
  if let title = axis.title { lines.append("set \(name)label \(quoted(title))") }
  if axis.scale == .log { lines.append("set logscale \(name)") }
  if axis.scale == .category {
    let ends = ["-0.5", "\(Double(axis.categories.count) - 0.5)"]
    // Rows are named from the top.
    lines.append("set \(name)range [\((name == "y" ? ends.reversed() : ends).joined(separator: ":"))]")
    lines.append("set \(name)tics (\(ticList(axis.categories.enumerated().map { Tick(Double($0), $1) })))")
  } else {
    if axis.lower != nil || axis.upper != nil {
      let ends = [axis.lower, axis.upper].map { $0.map { "\($0)" } ?? "*" }
      lines.append("set \(name)range [\(ends.joined(separator: ":"))]")
    }
    if let ticks = axis.ticks, !ticks.isEmpty { lines.append("set \(name)tics (\(ticList(ticks)))") }
  }
  return lines.joined(separator: "\n")
}

private func ticList(_ ticks: [Tick]) -> String {
  ticks.map { "\(quoted($0.label)) \($0.value)" }.joined(separator: ", ")
}

/// A text between quotes, without the braces of scripts.
func quoted(_ text: String) -> String {
  let plain = text.replacing("_{", with: "_").replacing("^{", with: "^").replacing("}", with: "")
  return "'" + plain.replacing("'", with: "''").replacing("\n", with: " ") + "'"
}
