// A typeface for tests of layout: every character is six tenths of the size wide.
import Plotting

struct FixedMeasure: TextMeasure {
  func width(of text: String, in font: Font) -> Double { 0.6 * font.size * Double(text.count) }
  func capHeight(of font: Font) -> Double { 0.7 * font.size }
  func descent(of font: Font) -> Double { 0.2 * font.size }
}

/// A drawing with text measured so.
func fixedDrawing(_ figure: Figure) throws -> Drawing { try Drawing(of: figure, measure: FixedMeasure()) }

extension Drawing {
  /// The texts written, with where they begin.
  var texts: [(text: String, start: Point)] {
    calls.compactMap { call in
      if case .write(let text, let start, _, _, _) = call { return (text, start) }
      return nil
    }
  }

  /// The filled rectangles of an ink, as left, upper, right and lower edge.
  func filled(_ ink: Ink) -> [Rect] {
    calls.compactMap { call in
      guard case .fill(let path, ink) = call else { return nil }
      let points = path.elements.compactMap { element -> Point? in
        switch element {
        case .move(let to), .line(let to), .curve(_, _, let to): to
        case .close: nil
        }
      }
      guard let left = points.map(\.x).min(), let right = points.map(\.x).max(),
        let top = points.map(\.y).min(), let bottom = points.map(\.y).max()
      else { return nil }
      return Rect(left, top, right - left, bottom - top)
    }
  }

  /// The corners of the stroked paths of an ink.
  func stroked(_ ink: Ink) -> [[Point]] {
    calls.compactMap { call in
      guard case .stroke(let path, let stroke) = call, stroke.ink == ink else { return nil }
      return path.elements.compactMap { element -> Point? in
        switch element {
        case .move(let to), .line(let to), .curve(_, _, let to): to
        case .close: nil
        }
      }
    }
  }
}

/// A small figure of every kind of mark.
func everyMark() -> Figure {
  let x = [1.0, 2, 3, 4]
  let chart = Chart(
    title: "(a) x_{i} and y^{2}", x: Axis("layer"), y: Axis("loss", hasGrid: true),
    secondY: Axis("sensitivity", scale: .log, color: .vermilion),
    regions: [
      Region(from: 0.5, to: 2.5, label: "encoder", level: 1, isShaded: true),
      Region(from: 2.5, to: 4.5, label: "decoder", level: 1), Region(from: 0.5, to: 1.5, label: "one"),
    ],
    marks: [
      Mark(.band(x: x, low: [1, 2, 3, 4], high: [2, 3, 4, 5]), MarkStyle(.blue, opacity: 0.2), name: "a"),
      Mark(.line(x: x, y: [1.5, 2.5, 3.5, 4.5]), MarkStyle(.blue), name: "a"),
      Mark(.steps(x: x, y: [4, 3, 2, 1]), MarkStyle(.green, dash: .dashed), name: "b"),
      Mark(.bars(x: x, y: [1, 2, 1, 2], width: 0.5, base: 0), MarkStyle(.silver), name: "c"),
      Mark(.intervals(x: x, low: [1, 1, 1, 1], high: [2, 2, 2, 2]), MarkStyle(.ink)),
      Mark(.horizontalIntervals(y: [2, 3], low: [1, 2], high: [2, 3]), MarkStyle(.purple), name: "d"),
      Mark(.horizontalRules(y: [3]), MarkStyle(.gray, dash: .dotted), name: "e"),
      Mark(.verticalRules(x: [2]), MarkStyle(.gray)),
      Mark(.text(x: 3, y: 2, text: "here", place: .above)),
      Mark(
        .points(x: x, y: [1e-3, 1, 10, 1e4]), MarkStyle(.vermilion, symbol: .ring), name: "f",
        isOnSecondAxis: true),
    ])
  let heat = Chart(
    x: .names(["a", "b", "c"]), y: .names(["p", "q"]),
    marks: [
      Mark(
        .heatMap(
          values: [[1, 10, nil], [100, 1000, 5]],
          scale: HeatScale(title: "s", isLogarithmic: true, digits: 0)))
    ])
  let diagram = Diagram([
    .box(area: Rect(0, 0, 80, 40), color: .blue, isFilled: true, isDashed: false),
    .line(
      points: [Point(80, 20), Point(120, 20)], color: .gray, width: 1, isSmooth: false, hasArrow: true,
      isDashed: false),
    .area(
      points: [Point(0, 50), Point(20, 45), Point(40, 50)], color: .green, opacity: 0.5, isSmooth: true),
    .dot(center: Point(130, 20), radius: 3, color: .vermilion),
    .bar(area: Rect(140, 0, 5, 20), color: .sky, opacity: 1),
    .text(text: "two words", anchor: Point(40, 5), width: 30, role: .small, alignment: .center, color: .ink),
  ])
  let tiles = TileSheet(
    title: "(d) scenes", columns: 2,
    tiles: [
      Tile(
        TestPicture.jpeg, boxes: [TileBox(Rect(2, 2, 8, 8), label: "cat", isDashed: true)], caption: "one"),
      Tile(TestPicture.jpeg, boxes: [TileBox(Rect(4, 4, 8, 8), label: "dog", color: .orange)]),
    ])
  return Figure(
    height: 420, columns: 2, columnShares: [3, 2],
    panels: [.chart(chart), .chart(heat), .diagram(diagram), .tiles(tiles)])
}
