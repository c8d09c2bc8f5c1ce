import CairoCanvas
import Experiment
import FoundationEssentials
import Plotting
import TestSupport
import Testing

@Suite("Figures of the paper")
struct FigureBuilderTests {
  static let fonts = Fixtures.root.appending(path: "Fonts")

  static func layers() -> [LayerBits] {
    SampleLayers.names.enumerated().map { index, name in
      // A sensitivity that runs over six decades and is zero twice.
      let step = Double((index * 37) % 101) / 100
      let value = index == 91 || index == 92 ? 0 : 1e-6 * (1 + step * step * step * 1e6)
      return LayerBits(
        name: name, bits: SampleLayers.isFixed(name) ? 8 : 3 + (index * 7) % 5, sensitivity: value,
        isFixed: SampleLayers.isFixed(name))
    }
  }

  static let comparison: [AssignmentComparison.Layer] = SampleLayers.names.enumerated().map { index, name in
    .init(
      name: name, first: 4 + index % 3,
      second: 4 + index % 3 + (index % 10 == 0 ? 1 : (index % 10 == 5 ? -1 : 0)))
  }

  static func estimates(_ count: Int, _ start: Double) -> [PlottedEstimate] {
    (0..<count).map {
      PlottedEstimate(start + Double($0), low: start + Double($0) - 1, high: start + Double($0) + 1)
    }
  }

  static let groups = [
    "all", "person", "animal", "vehicle", "food", "furniture", "electronic", "kitchen", "sports", "outdoor",
    "accessory", "indoor",
  ]

  static func curve(_ values: [Double]) -> TrainingCurves.Curve {
    .init(imagesSeen: values.indices.map { Double($0) * 12_000 }, values: values)
  }

  /// Every builder with realistic amounts of data.
  static func all() throws -> [(name: String, figure: Figure)] {
    let picture = try Fixtures.data("images/chroma-halved.jpg")
    let scenes = (0..<12).map { index in
      SceneSheet.Scene(
        file: picture, width: 27, height: 19,
        objects: [
          .init(box: Rect(1, 6, 9, 9), label: "person", isCritical: true),
          .init(box: Rect(15, 8, 9, 8), label: "car"),
        ], caption: "scene \(index)")
    }
    let many = [
      ("(a) DETR-R50", layers()), ("(b) DAB-DETR-R50", layers()), ("(c) DETR-R101", layers()),
      ("(d) Deformable-DETR-R50", layers()),
    ]
    return [
      ("overview", OverviewDiagram().figure),
      ("bits", BitsVersusSensitivity(layers()).figure),
      ("bits of four", BitsVersusSensitivity(many.map { .init(title: $0.0, layers: $0.1) }).figure),
      ("comparison", AssignmentComparison([.init(layers: comparison)]).figure),
      (
        "comparisons",
        AssignmentComparison([
          .init(title: "(a) person", layers: comparison), .init(title: "(b) food", layers: comparison),
        ]).figure
      ),
      (
        "groups",
        GroupDrops(
          groups: groups,
          rows: ["floating point", "Uniform", "Fisher-overall", "Fisher-critical"].enumerated().map {
            .init(name: $1, estimates: estimates(12, Double($0)))
          }, quantity: "AP", reference: 0
        ).figure
      ),
      (
        "bits and AP",
        ApOverBits(
          bits: [3, 4, 5, 6, 8],
          overall: .init(name: "all", estimates: estimates(5, 20), floatingPoint: estimates(1, 30)[0]),
          groups: groups.dropFirst().enumerated().map {
            .init(name: $1, estimates: estimates(5, 10 + 2 * Double($0)), floatingPoint: estimates(1, 31)[0])
          }
        ).figure
      ),
      (
        "training",
        TrainingCurves(
          [
            .init(
              name: "QAT", trainingLoss: curve([9, 6, 5, 4]), validationLoss: curve([9, 7, 6, 6]),
              validationAP: curve([0, 10, 20, 22])),
            .init(
              name: "QAT with trace term", trainingLoss: curve([9, 6, 5, 4.4]),
              validationLoss: curve([9, 7, 6, 5.5]),
              validationAP: curve([0, 10, 19, 23])),
          ], events: [(24_000, "learning rate decays")]
        ).figure
      ),
      ("scenes", SceneSheet(scenes).figure), ("more scenes", SceneSheet(scenes + scenes, columns: 6).figure),
    ]
  }

  @Test("every figure can be drawn, and none of its texts overlaps another or leaves the page")
  func readable() throws {
    for (name, figure) in try Self.all() {
      let drawn = try render(figure, fonts: Self.fonts)
      #expect(drawn.textFaults == [], "\(name)")
      #expect(drawn.svg.count > 5000, "\(name)")
    }
  }

  @Test("no line of text is below 7 points, scripts aside")
  func sizes() throws {
    for (name, figure) in try Self.all() {
      #expect(figure.width <= Figure.pageWidth, "\(name)")
      for case .write(let text, _, let font, _, _) in try drawing(of: figure, fonts: Self.fonts).calls
      where font.size < 7 {
        #expect(text.count <= 2, "\"\(text)\" in \(name) has \(font.size) points")
      }
    }
  }

  @Test("layers get the parts of the detector that their names say")
  func parts() {
    let regions = LayerRegions.regions(of: SampleLayers.names)
    let wholes = regions.filter { $0.level == 1 }
    #expect(wholes.map(\.label) == ["backbone", "encoder", "decoder", "heads"])
    #expect(wholes.map { $0.to - $0.from } == [53, 37, 60, 4])
    #expect(wholes.first?.from == 0.5 && wholes.last?.to == 154.5)
    let parts = regions.filter { $0.level == 0 && !$0.label.isEmpty }
    let numbers = ["1", "2", "3", "4", "5", "6"]
    #expect(parts.map(\.label) == ["stem", "stage 1", "stage 2", "stage 3", "stage 4"] + numbers + numbers)
    let lengths = [1, 10, 13, 19, 10, 6, 6, 6, 6, 6, 6, 10, 10, 10, 10, 10, 10]
    #expect(parts.map { Int($0.to - $0.from) } == lengths)
    #expect(LayerRegions.part(of: "transformer.reference_points") == ("", "decoder"))
  }

  @Test("bits versus sensitivity shows every layer once in either quantity")
  func everyLayer() throws {
    guard case .chart(let chart) = BitsVersusSensitivity(Self.layers()).figure.panels[0] else {
      Issue.record("no chart")
      return
    }
    var bars: [String: [Double: Double]] = [:]
    var points: [String: [Double: Double]] = [:]
    for mark in chart.marks {
      switch mark.shape {
      case .bars(let x, let y, _, _): bars[mark.name ?? ""] = Dictionary(uniqueKeysWithValues: zip(x, y))
      case .points(let x, let y): points[mark.name ?? ""] = Dictionary(uniqueKeysWithValues: zip(x, y))
      default: Issue.record("an unexpected mark")
      }
    }
    #expect(bars["bits, fixed"]?.keys.sorted() == [1, 151, 152, 153, 154])
    #expect(bars["bits, chosen"]?.count == 149)
    #expect(points["sensitivity zero"]?.keys.sorted() == [92, 93])
    for (index, layer) in Self.layers().enumerated() {
      let place = Double(index + 1)
      #expect((layer.isFixed ? bars["bits, fixed"] : bars["bits, chosen"])?[place] == Double(layer.bits))
      if layer.sensitivity > 0 { #expect(points["sensitivity"]?[place] == layer.sensitivity) }
    }
    // What is zero is marked below everything that is not.
    let lowest = try #require(points["sensitivity"]?.values.min())
    #expect(points["sensitivity zero"]?.values.allSatisfy { $0 < lowest } == true)
  }

  @Test("a comparison colors exactly the layers that differ, from the one number of bits to the other")
  func differences() {
    guard case .chart(let chart) = AssignmentComparison([.init(layers: Self.comparison)]).figure.panels[0]
    else {
      Issue.record("no chart")
      return
    }
    var colored: [Double: (Double, Double, String)] = [:]
    for mark in chart.marks.dropFirst() {
      guard case .bars(let x, let y, _, let base) = mark.shape else { continue }
      for (place, top) in zip(x, y) { colored[place] = (base, top, mark.name ?? "") }
    }
    for (index, layer) in Self.comparison.enumerated() {
      let bar = colored[Double(index + 1)]
      if layer.first == layer.second {
        #expect(bar == nil)
      } else {
        #expect(
          bar?.0 == Double(min(layer.first, layer.second)) && bar?.1 == Double(max(layer.first, layer.second))
        )
        #expect(bar?.2 == (layer.second > layer.first ? "more" : "fewer") + " bits in Fisher-critical")
      }
    }
  }

  @Test("dots of one group stay within its line, and missing estimates leave no dot")
  func dodging() {
    let rows = (0..<6).map { row in
      GroupDrops.Row(
        name: "row \(row)",
        estimates: [
          PlottedEstimate(1, low: 0, high: 2), row == 2 ? nil : PlottedEstimate(2, low: 1, high: 3),
        ])
    }
    guard case .chart(let chart) = GroupDrops(groups: ["all", "person"], rows: rows).figure.panels[0] else {
      Issue.record("no chart")
      return
    }
    var places: [Double] = []
    for mark in chart.marks {
      if case .points(_, let y) = mark.shape { places += y }
    }
    #expect(places.count == 11 && Set(places).count == 11)
    #expect(places.filter { $0 > -0.4 && $0 < 0.4 }.count == 6)
    #expect(places.filter { $0 > 0.6 && $0 < 1.4 }.count == 5)
  }

  @Test("slices of several detectors share the scale of colors, and the last map is their difference")
  func slices() throws {
    let places = [-1.0, 0, 1]
    let detectors = [1.0, 5].map { factor in
      LossSlices.Detector(
        name: "detector \(factor)", line: (places, places.map { factor * $0 * $0 }),
        plane: (places, places.map { a in places.map { b in factor * (a + 10 * b) } }))
    }
    let figure = LossSlices(detectors, quantity: "loss").figure
    let maps = figure.panels.dropFirst().compactMap { panel -> (values: [[Double?]], scale: HeatScale)? in
      guard case .chart(let chart) = panel, case .heatMap(let values, let scale) = chart.marks[0].shape else {
        return nil
      }
      return (values, scale)
    }
    try #require(maps.count == 3)
    #expect(maps[0].scale.lower == -55 && maps[0].scale.upper == 55 && maps[0].scale == maps[1].scale)
    // Rows run along the second direction.
    #expect(maps[0].values[2] == [9, 10, 11])
    #expect(maps[1].values[0] == [-55, -50, -45])
    #expect(maps[2].values[2] == [36, 40, 44] && maps[2].scale.lower == -44 && maps[2].scale.upper == 44)
    #expect(try render(figure, fonts: Self.fonts).textFaults == [])
  }

  @Test("every rise with a prediction stands between the axes, and what fell below a line under all of them")
  func falls() throws {
    let figure = PredictedMeasured([
      .init(
        title: "(a)",
        series: [.init(name: "3 bits", points: [(1e-4, 1e-3), (1, 2), (0.1, -1), (0, 5), (1e-20, 6)])])
    ]).figure
    guard case .chart(let chart) = figure.panels[0] else {
      Issue.record("no chart")
      return
    }
    var points: [(x: [Double], y: [Double])] = []
    for mark in chart.marks { if case .points(let x, let y) = mark.shape { points.append((x, y)) } }
    try #require(points.count == 2)
    #expect(points[0].x == [1e-4, 1] && points[0].y == [1e-3, 2] && points[1].x == [0.1])
    let rules = chart.marks.compactMap { mark -> Double? in
      if case .horizontalRules(let y) = mark.shape { y[0] } else { nil }
    }
    let (line, foot) = (try #require(rules.first), try #require(chart.y.lower))
    #expect(foot < points[1].y[0] && points[1].y[0] < line && line < 1e-3)
    #expect(chart.y.ticks?.map(\.label) == ["fell", "10^{−3}", "10^{−2}", "10^{−1}", "10^{0}"])
    #expect(try render(figure, fonts: Self.fonts).textFaults == [])
  }
}
