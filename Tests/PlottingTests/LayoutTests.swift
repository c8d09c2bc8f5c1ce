import Plotting
import Testing

@Suite("Layout")
struct LayoutTests {
  /// The plot of each chart: the rectangle which the clips around a bar mark name.
  private func plots(_ drawing: Drawing) -> [Rect] {
    var seen: [Rect] = []
    for case .beginClip(let area) in drawing.calls where !seen.contains(area) { seen.append(area) }
    return seen
  }

  private func chart(_ title: String?, y: Axis, names: [String] = [], legend: Chart.Legend = .automatic)
    -> Chart
  {
    let x = (1...8).map(Double.init)
    return Chart(
      title: title, x: Axis("layer"), y: y,
      marks: names.isEmpty
        ? [Mark(.bars(x: x, y: x, width: 0.5, base: 0))]
        : names.map { Mark(.bars(x: x, y: x, width: 0.5, base: 0), name: $0) }, legend: legend)
  }

  @Test("plots of one column begin and end together, plots of one row as well")
  func aligned() throws {
    let panels = [
      chart("(a)", y: Axis("AP")), chart(nil, y: Axis("images", upper: 90_000)),
      chart("(c)", y: Axis(lower: 0, upper: 0.001)), chart("(d)", y: Axis("y", ticks: [])),
    ].map(Panel.chart)
    let drawn = plots(try fixedDrawing(Figure(height: 300, columns: 2, panels: panels)))
    try #require(drawn.count == 4)
    #expect(drawn[0].x == drawn[2].x && drawn[0].maxX == drawn[2].maxX)
    #expect(drawn[1].x == drawn[3].x && drawn[1].maxX == drawn[3].maxX)
    #expect(drawn[0].y == drawn[1].y && drawn[0].maxY == drawn[1].maxY)
    #expect(drawn[2].y == drawn[3].y && drawn[2].maxY == drawn[3].maxY)
  }

  @Test("shares divide the page")
  func shares() throws {
    let panels = [chart(nil, y: Axis()), chart(nil, y: Axis())].map(Panel.chart)
    let drawn = plots(
      try fixedDrawing(Figure(height: 150, columns: 2, columnShares: [3, 1], panels: panels)))
    try #require(drawn.count == 2)
    #expect(drawn[0].width > 2.9 * drawn[1].width)
  }

  @Test("a legend goes to a free corner, and above the chart where marks fill it")
  func legendPlace() throws {
    func drawing(_ marks: [Mark]) throws -> (legend: Point, plot: Rect) {
      let chart = Chart(x: Axis(), y: Axis(), marks: marks)
      let drawing = try fixedDrawing(Figure(width: 300, height: 200, .chart(chart)))
      let place = try #require(drawing.texts.first { $0.text == "name" })
      let plot = try #require(plots(drawing).first)
      return (place.start, plot)
    }
    let rising = try drawing([Mark(.line(x: [0, 1], y: [0, 1]), name: "name")])
    #expect(rising.plot.contains(Rect(rising.legend.x, rising.legend.y, 0, 0)))
    #expect(rising.legend.x < rising.plot.midX && rising.legend.y < rising.plot.midY)
    let falling = try drawing([Mark(.line(x: [0, 1], y: [1, 0]), name: "name")])
    #expect(falling.legend.x > falling.plot.midX && falling.legend.y < falling.plot.midY)
    let x = (0..<60).map { Double($0) }
    let full = try drawing([Mark(.bars(x: x, y: x.map { _ in 1 }, width: 1, base: 0), name: "name")])
    #expect(full.legend.y < full.plot.y)
  }

  @Test("a mark far outside of its axis is no crash, and the legend still finds a place")
  func farOutside() throws {
    let line = Mark(.line(x: [0, 1, 2], y: [0, 1e300, 1]), name: "name")
    let chart = Chart(x: Axis(), y: Axis(lower: 0, upper: 1), marks: [line])
    let drawing = try fixedDrawing(Figure(width: 300, height: 200, .chart(chart)))
    #expect(drawing.texts.contains { $0.text == "name" })
  }

  @Test("marks of one name share an entry, and a shared legend names each once")
  func legendEntries() throws {
    let marks = ["a", "b", "a"].map { Mark(.line(x: [0, 1], y: [0, 1]), name: $0) }
    let panel = Panel.chart(Chart(x: Axis(), y: Axis(), marks: marks, legend: .above))
    let own = try fixedDrawing(Figure(height: 150, columns: 2, panels: [panel, panel])).texts.map(\.text)
    #expect(own.filter { $0 == "a" }.count == 2 && own.filter { $0 == "b" }.count == 2)
    let shared = try fixedDrawing(Figure(height: 150, columns: 2, legend: .shared, panels: [panel, panel]))
    #expect(shared.texts.filter { $0.text == "a" }.count == 1)
  }

  @Test("names under a category axis stand upright where they fit, in lines where that helps, else turned")
  func categoryNames() throws {
    func angles(_ names: [String]) throws -> (count: Int, angles: Set<Double>) {
      let chart = Chart(
        x: .names(names), y: Axis(ticks: []),
        marks: [Mark(.points(x: names.indices.map(Double.init), y: names.map { _ in 1 }))])
      let angles = try fixedDrawing(Figure(width: 244, height: 150, .chart(chart))).calls.compactMap {
        if case .write(_, _, _, _, let angle) = $0 { return angle as Double? } else { return nil }
      }
      return (angles.count, Set(angles))
    }
    #expect(try angles(["person", "animal"]) == (2, [0]))
    #expect(try angles(["traffic light", "parking meter", "fire hydrant", "stop sign"]) == (6, [0]))
    let turned = try angles((0..<12).map { "category\($0)" })
    #expect(turned.count == 12 && !turned.angles.contains(0))
  }

  @Test("texts neither overlap nor leave the page, for axes of many ranges, sizes and kinds")
  func readable() throws {
    for width in [170.0, Figure.columnWidth, Figure.pageWidth] {
      for height in [90.0, 180] {
        for (low, high) in [(0.0, 1.0), (-3, 70_000), (1e-7, 2e-7), (0.5, 3e6), (99.2, 99.9)] {
          for scale in [Axis.Scale.linear, .log] {
            let lower = scale == .log ? max(low, 1e-3) : low
            let upper = max(high, lower * 2)
            let axis = Axis("quantity", scale: scale, lower: lower, upper: upper, hasGrid: true)
            let chart = Chart(
              title: "(a) title", x: axis, y: axis, secondY: axis,
              regions: [
                Region(from: lower, to: (lower + upper) / 2, label: "backbone"),
                Region(from: (lower + upper) / 2, to: upper, label: "heads"),
              ], marks: [Mark(.points(x: [lower, upper], y: [lower, upper]), name: "points")])
            let drawing = try fixedDrawing(Figure(width: width, height: height, .chart(chart)))
            let faults = drawing.textFaults(measure: FixedMeasure())
            #expect(faults.isEmpty, "\(width) x \(height), \(lower) to \(upper) \(scale): \(faults)")
          }
        }
      }
    }
  }

  @Test("overlapping texts and texts over the edge are found, turned ones as well")
  func faultsAreFound() {
    func write(_ text: String, _ x: Double, _ y: Double, angle: Double = 0) -> DrawingCall {
      .write(text: text, start: Point(x, y), font: Font(size: 10), ink: Ink(0), angle: angle)
    }
    func faults(_ calls: [DrawingCall]) -> [String] {
      Drawing(width: 100, height: 100, calls: calls).textFaults(measure: FixedMeasure())
    }
    #expect(faults([write("one", 10, 50), write("two", 20, 52)]) == ["\"two\" stands over \"one\""])
    #expect(faults([write("one", 10, 50), write("two", 40, 52)]).isEmpty)
    #expect(faults([write("outside", 80, 50)]) == ["\"outside\" leaves the page"])
    #expect(faults([write("up", 50, 5, angle: 90)]) == ["\"up\" leaves the page"])
    #expect(
      faults([write("aaaaaaaa", 20, 80, angle: 45), write("b", 35, 62)]) == ["\"b\" stands over \"aaaaaaaa\""]
    )
    #expect(faults([write("aaaaaaaa", 20, 80, angle: 45), write("b", 52, 80)]).isEmpty)
  }

  @Test("a sheet keeps the shape of its pictures and is narrower where the page is low")
  func tiles() throws {
    let tiles = (0..<4).map { Tile(TestPicture.jpeg, caption: "scene \($0)") }
    let sheet = TileSheet(columns: 2, tiles: tiles)
    for height in [sheet.height(width: 490) + 10, 200] {
      let drawing = try fixedDrawing(Figure(width: 500, height: height, .tiles(sheet)))
      let places = drawing.calls.compactMap { call -> Rect? in
        if case .place(_, let area) = call { return area } else { return nil }
      }
      try #require(places.count == 4)
      for place in places {
        #expect(abs(place.width / place.height - 27.0 / 19) < 1e-9)
        #expect(Rect(0, 0, 500, height).contains(place))
      }
      #expect(drawing.textFaults(measure: FixedMeasure()).isEmpty)
    }
  }
}
