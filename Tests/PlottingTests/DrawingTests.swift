import Plotting
import Testing

@Suite("What is drawn")
struct DrawingTests {
  private func bars(_ y: [Double], upper: Double = 10) -> Figure {
    Figure(
      width: 200, height: 150,
      .chart(
        Chart(
          x: Axis(lower: 0, upper: 4), y: Axis(lower: 0, upper: upper),
          marks: [Mark(.bars(x: [1, 2, 3], y: y, width: 0.5, base: 0), MarkStyle(.green))])))
  }

  @Test("bars stand at their places, with heights in proportion to their values")
  func barGeometry() throws {
    let drawn = try fixedDrawing(bars([2, 10, 5])).filled(Theme.ink(.green))
    try #require(drawn.count == 3)
    #expect(abs(drawn[0].height / drawn[1].height - 0.2) < 1e-9)
    #expect(abs(drawn[2].height / drawn[1].height - 0.5) < 1e-9)
    #expect(Set(drawn.map { ($0.maxY * 1e6).rounded() }).count == 1)
    #expect(abs((drawn[1].midX - drawn[0].midX) - (drawn[2].midX - drawn[1].midX)) < 1e-9)
    #expect(abs(drawn[0].width * 2 - (drawn[1].midX - drawn[0].midX)) < 1e-9)
  }

  @Test("on a logarithmic axis equal ratios are equal distances")
  func logarithm() throws {
    let figure = Figure(
      height: 200,
      .chart(
        Chart(
          x: Axis(scale: .log), y: Axis(scale: .log),
          marks: [Mark(.line(x: [1, 10, 100], y: [0.5, 5, 50]), MarkStyle(.purple))])))
    let line = try #require(try fixedDrawing(figure).stroked(Theme.ink(.purple)).first)
    #expect(abs((line[1].x - line[0].x) - (line[2].x - line[1].x)) < 1e-9)
    #expect(abs((line[1].y - line[0].y) - (line[2].y - line[1].y)) < 1e-9)
    #expect(line[1].x > line[0].x && line[1].y < line[0].y)
  }

  @Test("marks on the second axis follow it and not the first")
  func secondAxis() throws {
    func height(secondUpper: Double) throws -> Double {
      let figure = Figure(
        height: 200,
        .chart(
          Chart(
            x: Axis(), y: Axis(lower: 0, upper: 1), secondY: Axis(lower: 0, upper: secondUpper),
            marks: [Mark(.line(x: [0, 1], y: [0, 5]), MarkStyle(.purple), isOnSecondAxis: true)])))
      let line = try #require(try fixedDrawing(figure).stroked(Theme.ink(.purple)).first)
      return line[0].y - line[1].y
    }
    #expect(abs(try height(secondUpper: 10) / (try height(secondUpper: 20)) - 2) < 1e-9)
  }

  @Test("steps hold each value half-way to its neighbors")
  func steps() throws {
    let figure = Figure(
      height: 200,
      .chart(
        Chart(
          x: Axis(lower: 0, upper: 4), y: Axis(lower: 0, upper: 4),
          marks: [Mark(.steps(x: [1, 2, 3], y: [1, 3, 2]), MarkStyle(.purple))])))
    let corners = try #require(try fixedDrawing(figure).stroked(Theme.ink(.purple)).first)
    #expect(corners.count == 6)
    #expect(corners[0].y == corners[1].y && corners[1].x == corners[2].x)
    let unit = corners[1].x - corners[0].x
    #expect(abs(corners[3].x - corners[2].x - unit) < 1e-9)
  }

  @Test("rows of a category axis run downwards, and cells of a heat map with them")
  func heatRows() throws {
    let figure = Figure(
      height: 200,
      .chart(
        Chart(
          x: .names(["a", "b"]), y: .names(["top", "bottom"]),
          marks: [Mark(.heatMap(values: [[0, 1], [nil, 1]], scale: HeatScale(title: "")))])))
    let drawing = try fixedDrawing(figure)
    let light = try #require(drawing.filled(Theme.heat(0)).first)
    let dark = drawing.filled(Theme.heat(1))
    try #require(dark.count == 2)
    #expect(dark[0].midY == light.midY && dark[0].midX > light.midX)
    #expect(dark[1].midY > dark[0].midY && dark[1].midX == dark[0].midX)
    let names = drawing.texts.filter { ["top", "bottom"].contains($0.text) }
    #expect(
      names.first { $0.text == "top" }?.start.y ?? 0 < names.first { $0.text == "bottom" }?.start.y ?? 0)
  }

  @Test("the hash changes with a value, and not with what a reader cannot see")
  func hashes() throws {
    let one = try fixedDrawing(bars([2, 10, 5]))
    #expect(one.hash == (try fixedDrawing(bars([2, 10, 5]))).hash)
    #expect(one.hash == (try fixedDrawing(bars([2 + 1e-9, 10, 5]))).hash)
    let other = try fixedDrawing(bars([2.1, 10, 5]))
    #expect(one.hash != other.hash)
    #expect(one.firstDifference(from: one) == nil)
    let words = try #require(one.firstDifference(from: other))
    #expect(words.contains("fill 0,158,115"))
    #expect(one.firstDifference(from: try fixedDrawing(bars([2, 10, 5], upper: 12))) != nil)
  }

  @Test("sub- and superscripts are smaller, below and above their line, and leave no braces")
  func scripts() throws {
    let chart = Chart(title: "s_{i}^{2} of a_b", x: Axis(ticks: []), y: Axis(ticks: []), marks: [])
    let calls = try fixedDrawing(Figure(height: 100, .chart(chart))).calls
    let pieces = calls.compactMap { call -> (String, Point, Double)? in
      if case .write(let text, let start, let font, _, _) = call { return (text, start, font.size) }
      return nil
    }
    #expect(pieces.map(\.0) == ["s", "i", "2", " of a_b"])
    try #require(pieces.count == 4)
    #expect(pieces[1].1.y > pieces[0].1.y && pieces[2].1.y < pieces[0].1.y)
    #expect(pieces[1].2 < pieces[0].2 && pieces[3].2 == pieces[0].2)
    #expect(pieces[1].1.x > pieces[0].1.x && pieces[2].1.x > pieces[1].1.x)
  }

  @Test("every clip that begins ends")
  func clips() throws {
    var depth = 0
    for call in try fixedDrawing(everyMark()).calls {
      switch call {
      case .beginClip: depth += 1
      case .endClip: depth -= 1
      default: break
      }
      #expect(depth >= 0)
    }
    #expect(depth == 0)
  }

  @Test("a figure that cannot be drawn draws nothing")
  func nothingHalf() {
    let canvas = RecordingCanvas(measure: FixedMeasure())
    let bad = Chart(x: Axis(), y: Axis(), marks: [Mark(.points(x: [.infinity], y: [1]))])
    #expect(throws: FigureError.self) { try draw(Figure(height: 100, .chart(bad)), on: canvas) }
    #expect(canvas.calls.isEmpty)
  }
}
