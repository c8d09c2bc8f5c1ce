import Foundation
import Plotting
import TerminalPlots
import Testing

@Suite("Figures in gnuplot's words")
struct TerminalPlotsTests {
  private let text = TerminalKind.text(columns: 60, lines: 16, isColored: false)

  private func chart() -> Chart {
    Chart(
      title: "it's x_{i}", x: .names(["a", "b"]), y: Axis("loss", scale: .log, lower: 1),
      secondY: Axis("bits"),
      marks: [
        Mark(.bars(x: [0, 1], y: [2, 30], width: 0.5, base: 0), MarkStyle(.blue), name: "bars"),
        Mark(.line(x: [0, 1], y: [4, 3]), MarkStyle(.vermilion), name: "line", isOnSecondAxis: true),
        Mark(.intervals(x: [0], low: [1], high: [3])), Mark(.horizontalRules(y: [10])),
        Mark(.text(x: 0, y: 5, text: "here", place: .above)),
      ])
  }

  @Test("a chart becomes settings, one plot command, and its tables in turn")
  func script() throws {
    let script = try GnuplotScript(.chart(chart()), on: text)
    let words = script.pieces.map(\.text).joined()
    for line in [
      "set terminal dumb noenhanced size 60, 16 mono", "set title 'it''s x_i'",
      "set xtics ('a' 0.0, 'b' 1.0)",
      "set xrange [-0.5:1.5]", "set logscale y", "set yrange [1.0:*]", "set y2label 'bits'",
      "set arrow from graph 0, first 10.0 to graph 1, first 10.0 nohead",
      "set label 'here' at first 0.0, first 5.0",
      "plot '-' using 1:2:3 with boxes linecolor rgb '#0072b2' title 'bars', "
        + "'-' using 1:2 axes x1y2 with lines linecolor rgb '#d55e00' title 'line', '-' using 1:2:3:4 with yerrorbars",
    ] {
      #expect(words.contains(line), "\(line) is not in \(words)")
    }
    let tables = script.pieces.map(\.table).filter { !$0.isEmpty }
    #expect(tables == [[[0, 2, 0.5], [1, 30, 0.5]], [[0, 4], [1, 3]], [[0, 2, 1, 3]]])
  }

  @Test("a surface is a grid with a gap after each row")
  func surface() throws {
    let surface = Surface(
      x: Axis("u"), y: Axis("v"), z: Axis("loss"), xs: [0, 1], ys: [0, 1, 2],
      heights: [[0, 1], [2, 3], [4, 5]])
    let script = try GnuplotScript(.surface(surface), on: .sixel(width: 400, height: 300))
    let last = try #require(script.pieces.last)
    #expect(last.text == "splot '-' with lines\n" && last.block == 2)
    #expect(last.table == [[0, 0, 0], [1, 0, 1], [0, 1, 2], [1, 1, 3], [0, 2, 4], [1, 2, 5]])
  }

  @Test("heat maps are digits in text and an image in pixels; pictures and diagrams are refused")
  func others() throws {
    let heat = Chart(
      x: Axis(), y: .names(["p"]),
      marks: [Mark(.heatMap(values: [[0, nil, 10]], scale: HeatScale(title: "s")))])
    let digits = try GnuplotScript(.chart(heat), on: text).pieces.map(\.text).joined()
    #expect(digits.contains("set label '0' at first 0.0, first 0.0 center"))
    #expect(digits.contains("set label '9' at first 2.0, first 0.0 center"))
    let image = try GnuplotScript(.chart(heat), on: .sixel(width: 400, height: 300))
    #expect(image.pieces.last?.table.map(\.first) == [0, 1, 2])
    #expect(throws: TerminalPlotError.self) { try GnuplotScript(.diagram(Diagram([])), on: text) }
  }

  private static let gnuplot = ["/usr/bin/gnuplot", "/usr/local/bin/gnuplot"].first {
    FileManager.default.isExecutableFile(atPath: $0)
  }

  @Test("gnuplot draws every mark without complaint", .enabled(if: gnuplot != nil, "there is no gnuplot"))
  func drawn() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "quire-gnuplot-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let x = [1.0, 2, 3]
    let all = Chart(
      x: Axis("x"), y: Axis("y"),
      marks: [
        Mark(.line(x: x, y: x)), Mark(.steps(x: x, y: x)), Mark(.staircase(x: x, y: x)),
        Mark(.points(x: x, y: x)),
        Mark(.bars(x: x, y: x, width: 1, base: 0)), Mark(.band(x: x, low: [0, 1, 2], high: x)),
        Mark(.intervals(x: x, low: [0, 1, 2], high: x)),
        Mark(.horizontalIntervals(y: x, low: [0, 1, 2], high: x)),
        Mark(.labels(x: x, y: x, texts: ["a", "b", "c'"])), Mark(.verticalRules(x: [2])),
      ])
    let surface = Surface(
      x: Axis(), y: Axis(), z: Axis(), xs: [0, 1], ys: [0, 1], heights: [[0, 1], [1, 2]])
    let heat = Chart(
      x: Axis(), y: Axis(),
      marks: [Mark(.heatMap(values: [[1, 2], [nil, 4]], scale: HeatScale(title: "s")))])
    for kind in [text, .sixel(width: 300, height: 200)] {
      for (name, panel) in [
        ("all", Panel.chart(all)), ("chart", .chart(chart())), ("surface", .surface(surface)),
        ("heat", .chart(heat)),
      ] {
        let (output, messages) = (folder.appending(path: name).path, folder.appending(path: "messages").path)
        try GnuplotScript(panel, on: kind).run(command: "gnuplot > '\(output)' 2> '\(messages)'")
        #expect(try Data(contentsOf: URL(filePath: output)).count > 300)
        #expect(try String(contentsOfFile: messages, encoding: .utf8) == "", "\(name)")
      }
    }
    #expect(throws: TerminalPlotError.self) {
      let long = (0..<200_000).map { Double($0) }
      let big = Chart(x: Axis(), y: Axis(), marks: [Mark(.line(x: long, y: long))])
      try GnuplotScript(.chart(big), on: text).run(command: "exit 1")
    }
  }
}
