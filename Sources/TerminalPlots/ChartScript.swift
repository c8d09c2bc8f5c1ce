// A chart in gnuplot's words: settings first, then one `plot` whose parts take their tables in turn.
import Plotting

struct ChartScript {
  private struct Part {
    let words: String
    let table: [[Double]]
  }

  private let chart: Chart
  private let terminal: TerminalKind
  private var settings: [String] = []
  private var parts: [Part] = []
  private var named: Set<String> = []

  init(_ chart: Chart, _ terminal: TerminalKind) {
    self.chart = chart
    self.terminal = terminal
    if let title = chart.title { settings.append("set title \(quoted(title))") }
    settings.append(axisCommands("x", chart.x))
    settings.append(axisCommands("y", chart.y))
    if let axis = chart.secondY {
      settings.append("set ytics nomirror\nset y2tics\n" + axisCommands("y2", axis))
    }
    settings.append(chart.legend == .none ? "unset key" : "set key outside below")
    for mark in chart.marks { add(mark) }
  }

  func write(to script: inout GnuplotScript) {
    for line in settings where !line.isEmpty { script.add(line) }
    // A chart of words alone still has its axes.
    let parts = self.parts.isEmpty ? [Part(words: "with points notitle", table: [[0, .nan]])] : self.parts
    let words = parts.map { "'-' " + $0.words }.joined(separator: ", ")
    for (index, part) in parts.enumerated() {
      script.pieces.append(.init(text: index == 0 ? "plot \(words)\n" : "", table: part.table))
    }
  }

  private mutating func add(_ mark: Mark) {
    switch mark.shape {
    case .line(let x, let y): add(mark, "lines", rows(x, y))
    case .steps(let x, let y): add(mark, "histeps", rows(x, y))
    case .staircase(let x, let y): add(mark, "steps", rows(x, y))
    case .points(let x, let y): add(mark, "points", rows(x, y))
    case .bars(let x, let y, let width, _):
      add(mark, "boxes", zip(x, y).map { [$0, $1, width] }, columns: "1:2:3")
    case .band(let x, let low, let high):
      if terminal.isText {
        add(mark, "lines", rows(x, low))
        add(mark, "lines", rows(x, high))
      } else {
        let table = zip(x, zip(low, high)).map { [$0, $1.0, $1.1] }
        add(mark, "filledcurves fillstyle transparent solid 0.25", table, columns: "1:2:3")
      }
    case .intervals(let x, let low, let high):
      let table = zip(x, zip(low, high)).map { [$0, ($1.0 + $1.1) / 2, $1.0, $1.1] }
      add(mark, "yerrorbars", table, columns: "1:2:3:4")
    case .horizontalIntervals(let y, let low, let high):
      let table = zip(y, zip(low, high)).map { [($1.0 + $1.1) / 2, $0, $1.0, $1.1] }
      add(mark, "xerrorbars", table, columns: "1:2:3:4")
    case .horizontalRules(let places):
      for y in places { settings.append("set arrow from graph 0, first \(y) to graph 1, first \(y) nohead") }
    case .verticalRules(let places):
      for x in places { settings.append("set arrow from first \(x), graph 0 to first \(x), graph 1 nohead") }
    case .text(let x, let y, let text, _): label(text, x, y)
    case .labels(let x, let y, let texts):
      add(mark, "points", rows(x, y))
      for (text, place) in zip(texts, zip(x, y)) { label(text, place.0, place.1) }
    case .heatMap(let values, let scale): add(values, scale)
    }
  }

  private mutating func add(_ mark: Mark, _ style: String, _ table: [[Double]], columns: String = "1:2") {
    guard !table.isEmpty else { return }
    let title = mark.name.flatMap { named.insert($0).inserted ? "title \(quoted($0))" : nil } ?? "notitle"
    let ink = Theme.ink(mark.style.color)
    let code = [ink.red, ink.green, ink.blue].map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    let axes = mark.isOnSecondAxis ? "axes x1y2 " : ""
    parts.append(
      Part(words: "using \(columns) \(axes)with \(style) linecolor rgb '#\(code)' \(title)", table: table))
  }

  private func rows(_ x: [Double], _ y: [Double]) -> [[Double]] { zip(x, y).map { [$0, $1] } }

  private mutating func label(_ text: String, _ x: Double, _ y: Double) {
    settings.append("set label \(quoted(text)) at first \(x), first \(y)")
  }

  /// In colors where there are pixels; in text a digit from 0, light, to 9, dark.
  private mutating func add(_ values: [[Double?]], _ scale: HeatScale) {
    // Without the cells that are empty, gnuplot would not see a grid.
    let grid = values.enumerated().flatMap { row, line in
      line.enumerated().map { column, value in [Double(column), Double(row), value ?? .nan] }
    }
    let cells = values.enumerated().flatMap { row, line in
      line.enumerated().compactMap { column, value in value.map { (Double(column), Double(row), $0) } }
    }
    guard terminal.isText else {
      if scale.isLogarithmic { settings.append("set logscale cb") }
      settings.append("set cblabel \(quoted(scale.title))")
      return parts.append(
        Part(words: "using 1:2:3 with image pixels notitle", table: grid))
    }
    for (x, y, value) in cells {
      let digit = min(9, Int(scale.share(of: value, among: values) * 10))
      settings.append("set label '\(digit)' at first \(x), first \(y) center")
    }
    if chart.x.scale != .category {
      settings.append("set xrange [-0.5:\(Double(values.first?.count ?? 1) - 0.5)]")
    }
    if chart.y.scale != .category { settings.append("set yrange [-0.5:\(Double(values.count) - 0.5)]") }
  }
}
