import FoundationEssentials
import Plotting
import Testing

@Suite("Surfaces, shared axes, labels, staircases, grouped bars")
struct NewMarksTests {
  /// A saddle over a grid of 3 x 4 places.
  static let saddle = Surface(
    title: "(a) saddle", x: Axis("first direction"), y: Axis("second direction"), z: Axis("loss"),
    xs: [-1, 0, 1], ys: [-1, 0, 1, 2],
    heights: [-1.0, 0, 1, 2].map { y in [-1.0, 0, 1].map { x in x * x - y * y / 4 } })

  private func plots(_ drawing: Drawing) -> [Rect] {
    var areas: [Rect] = []
    for case .beginClip(let area) in drawing.calls where !areas.contains(area) { areas.append(area) }
    return areas
  }

  @Test("a surface has a piece for each cell of its grid, drawn from back to front, higher ones darker")
  func surface() throws {
    let drawing = try fixedDrawing(Figure(width: 340, height: 240, .surface(Self.saddle)))
    let shades = (0...100).map { Theme.heat(0.2 + 0.8 * Double($0) / 100) }
    let pieces = drawing.calls.compactMap { call -> (path: Path, ink: Ink)? in
      guard case .fill(let path, let ink) = call, path.elements.count == 5, ink != Theme.ink(.mist),
        ink != Theme.ink(.white)
      else { return nil }
      return (path, ink)
    }
    #expect(pieces.count == 2 * 3)
    func middle(_ path: Path) -> Double {
      let ys = path.elements.compactMap { element -> Double? in
        switch element {
        case .move(let to), .line(let to): to.y
        default: nil
        }
      }
      return ys.reduce(0, +) / Double(ys.count)
    }
    // The first piece is the farthest corner, the last one the nearest.
    #expect(middle(pieces[0].path) < middle(pieces[5].path))
    #expect(pieces[0].ink != pieces[5].ink && shades.count == 101)
    #expect(drawing.texts.map(\.text).contains("first direction"))
    #expect(drawing.textFaults(measure: FixedMeasure()).isEmpty)
  }

  @Test(
    "surfaces that cannot be drawn are refused in words",
    arguments: [
      ([0.0, 0, 1], [[0.0, 0, 0], [0, 0, 0]], "xs of a surface are at least two increasing numbers"),
      ([0, 1, 2], [[0, 0, 0]], "needs 2 rows of 3 heights, not rows of [3]"),
      ([0, 1, 2], [[0, 0, 0], [0, .nan, 0]], "a height of the surface: nan is not a finite number"),
    ])
  func refused(xs: [Double], heights: [[Double]], expected: String) {
    let surface = Surface(x: Axis(), y: Axis(), z: Axis(), xs: xs, ys: [0, 1], heights: heights)
    let error = #expect(throws: FigureError.self) { try Figure(height: 200, .surface(surface)).validate() }
    #expect(error?.description.contains(expected) == true, "\(error?.description ?? "")")
  }

  @Test("charts with shared axes show one range, plots of one size, and numbers at the left and below only")
  func sharedAxes() throws {
    let panels = [4.0, 1, 2, 8].map { top in
      Panel.chart(
        Chart(
          x: Axis("bits"), y: Axis("AP"),
          marks: [Mark(.line(x: [0, 1], y: [0, top]), MarkStyle(.blue))]))
    }
    let shared = try fixedDrawing(
      Figure(height: 300, columns: 2, sharedAxes: .both, panels: panels))
    let areas = plots(shared)
    #expect(areas.count == 4)
    for area in areas {
      #expect(abs(area.width - areas[0].width) < 0.5 && abs(area.height - areas[0].height) < 0.5)
    }
    #expect(shared.texts.filter { $0.text == "bits" }.count == 2)
    #expect(shared.texts.filter { $0.text == "AP" }.count == 2)
    let ends = shared.stroked(Theme.ink(.blue)).map { $0[1].y }
    let heights = zip(areas, ends).map { area, end in (area.maxY - end) / area.height }
    // Heights of one range: as 4 to 1 to 2 to 8, above the margin that all have below zero.
    let foot = (areas[0].maxY - shared.stroked(Theme.ink(.blue))[0][0].y) / areas[0].height
    let scaled = heights.map { ($0 - foot) / (heights[3] - foot) }
    for (actual, expected) in zip(scaled, [0.5, 0.125, 0.25, 1]) { #expect(abs(actual - expected) < 0.01) }
  }

  @Test("labels of near points hide neither each other nor the points")
  func labels() throws {
    let (x, y) = ([1.0, 1.02, 1.04, 1.5], [1.0, 1.01, 0.99, 1.4])
    let texts = ["person", "animal", "indoor", "vehicle"]
    let drawing = try fixedDrawing(
      Figure(
        width: 260, height: 200,
        .chart(
          Chart(
            x: Axis("a"), y: Axis("b"),
            marks: [Mark(.points(x: x, y: y)), Mark(.labels(x: x, y: y, texts: texts), MarkStyle(.ink))]))))
    #expect(drawing.texts.map(\.text).filter(texts.contains) == texts)
    #expect(drawing.textFaults(measure: FixedMeasure()).isEmpty)
  }

  @Test("labels keep clear of lines and staircases as well, where there is room beside them")
  func labelsBesideLines() throws {
    let (x, y) = ([1.0, 2, 3, 4], [1.0, 2, 3, 3.5])
    for shape in [MarkShape.staircase(x: x, y: y), .line(x: x, y: y)] {
      let drawing = try fixedDrawing(
        Figure(
          width: 360, height: 260,
          .chart(
            Chart(
              x: Axis("a", lower: 0, upper: 5), y: Axis("b", lower: 0, upper: 5),
              marks: [
                Mark(shape, MarkStyle(.green)), Mark(.points(x: x, y: y)),
                Mark(.labels(x: x, y: y, texts: ["one", "two", "three", "four"]), MarkStyle(.ink)),
              ]))))
      let line = try #require(drawing.stroked(Theme.ink(.green)).first)
      var boxes: [(text: String, box: Rect)] = []
      for case .write(let text, let start, let font, _, _) in drawing.calls where text.count >= 3 {
        let (width, height) = (FixedMeasure().width(of: text, in: font), FixedMeasure().capHeight(of: font))
        boxes.append((text, Rect(start.x, start.y - height, width, height).grown(by: -0.5)))
      }
      #expect(boxes.map(\.text) == ["one", "two", "three", "four"])
      for (text, box) in boxes {
        for (start, end) in zip(line, line.dropFirst()) {
          for share in stride(from: 0.0, through: 1, by: 0.01) {
            let place = Rect(
              start.x + (end.x - start.x) * share, start.y + (end.y - start.y) * share, 0.01, 0.01)
            #expect(!place.overlaps(box), "\(text)")
          }
        }
      }
    }
  }

  @Test("a staircase holds each value until the next place")
  func staircase() throws {
    let drawing = try fixedDrawing(
      Figure(
        width: 200, height: 150,
        .chart(
          Chart(
            x: Axis(), y: Axis(), marks: [Mark(.staircase(x: [0, 1, 3], y: [1, 4, 5]), MarkStyle(.green))]))))
    let corners = try #require(drawing.stroked(Theme.ink(.green)).first)
    #expect(corners.count == 5)
    #expect(corners[0].y == corners[1].y && corners[1].x == corners[2].x && corners[2].y == corners[3].y)
    #expect(corners[3].x == corners[4].x && corners[4].y < corners[3].y)
  }

  @Test("grouped bars stand side by side around their position, with intervals in the middle of each")
  func bars() throws {
    let marks = groupedBars([
      BarSeries("uniform", .gray, values: [1, 2], intervals: [0.5...1.5, nil]),
      BarSeries("critical", .vermilion, values: [nil, 3]),
    ])
    #expect(marks.map(\.name) == ["uniform", "critical", nil])
    guard case .bars(let x, let y, let width, 0) = marks[0].shape,
      case .bars(let second, _, _, _) = marks[1].shape,
      case .intervals(let middles, let low, let high) = marks[2].shape
    else { Issue.record("other shapes"); return }
    #expect(x == [-0.2, 0.8] && y == [1, 2] && abs(width - 0.368) < 1e-12)
    #expect(abs(second[0] - 1.2) < 1e-12 && middles == [-0.2] && low == [0.5] && high == [1.5])
    #expect(groupedBars([]).isEmpty)
  }

  @Test("a heat map over numbers reaches half a step around its cells")
  func heatMapOnNumbers() throws {
    let values: [[Double?]] = [[1, 2, 3, 4], [4, 3, 2, 1]]
    let drawing = try fixedDrawing(
      Figure(
        width: 300, height: 120,
        .chart(
          Chart(
            x: Axis("layer"), y: .names(["person", "animal"]),
            marks: [Mark(.heatMap(values: values, scale: HeatScale(title: "s")))]))))
    let plot = try #require(plots(drawing).first)
    let cells = drawing.filled(Theme.heat(1)) + drawing.filled(Theme.heat(0))
    #expect(abs((cells.map(\.x).min() ?? 0) - plot.x) < 1)
    #expect(abs((cells.map(\.maxX).max() ?? 0) - plot.maxX) < 1)
  }

  @Test("old descriptions without shared axes are read, and written as before")
  func coding() throws {
    let figure = Figure(height: 100, .chart(Chart(x: Axis(), y: Axis(), marks: [])))
    let data = try JSONEncoder().encode(figure)
    #expect(!String(decoding: data, as: UTF8.self).contains("sharedAxes"))
    #expect(try JSONDecoder().decode(Figure.self, from: data) == figure)
    let surface = Figure(height: 100, sharedAxes: .x, panels: [.surface(Self.saddle)])
    #expect(try JSONDecoder().decode(Figure.self, from: JSONEncoder().encode(surface)) == surface)
  }
}
