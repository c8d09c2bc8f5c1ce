// What becomes of detections, and how it is drawn.
import COCO
import CairoCanvas
import Experiment
import FoundationEssentials
import Plotting
import TestSupport
import Testing

@Suite("Detections side by side") struct DetectionSheetTests {
  private func object(_ id: Int, _ category: Int, _ x: Double) -> Annotation {
    Annotation(
      id: id, imageID: 1, categoryID: category, box: PixelBox(x: x, y: 0, width: 10, height: 10), area: 100,
      isCrowd: false)
  }

  private func detection(_ category: Int, _ x: Double, _ score: Double, side: Double = 10) -> Detection {
    Detection(
      imageID: 1, categoryID: category, box: PixelBox(x: x, y: 0, width: side, height: side), score: score)
  }

  @Test("an object is found once, by the best score, by its own category and by half of the union")
  func rules() {
    let found = outcomes(
      of: [
        detection(1, 3, 0.6),  // overlaps the first object by 7 of 13, but that is found before
        detection(1, 0, 0.9), detection(2, 40, 0.8),  // another category's place
        detection(1, 84, 0.7),  // 6 of 14 is too little
        detection(3, 60, 0.4),  // too low a score
      ],
      among: [object(1, 1, 0), object(2, 3, 40), object(3, 1, 80), object(4, 3, 60)], leastScore: 0.5)
    #expect(found.map(\.outcome) == [.found, .wrong, .wrong, .wrong, .missed, .missed, .missed])
    #expect(found.map(\.categoryID) == [1, 2, 1, 1, 3, 1, 3])
    #expect(found.map(\.box.x) == [0, 40, 84, 3, 40, 80, 60])
  }

  @Test("of two objects a detection takes the one it overlaps more")
  func best() {
    let found = outcomes(of: [detection(1, 2, 1)], among: [object(1, 1, 5), object(2, 1, 1)], leastScore: 0)
    #expect(found.map(\.outcome) == [.found, .missed] && found.last?.box.x == 5)
  }

  private static func figure() throws -> Figure {
    let items: [DetectionSheet.Item] = [
      .init(box: Rect(1, 6, 9, 9), label: "person", outcome: .found),
      .init(box: Rect(15, 8, 9, 8), label: "car", outcome: .wrong),
      .init(box: Rect(14, 2, 9, 8), label: "bus", outcome: .missed),
    ]
    let scene = DetectionSheet.Scene(
      file: try Fixtures.data("images/chroma-halved.jpg"), width: 27, height: 19,
      items: [items, Array(items.prefix(1)), []])
    return DetectionSheet(detectors: ["floating point", "uniform", "critical"], [scene, scene]).figure
  }

  @Test("a line for each scene, a column for each detector; outcomes are told by color and dashes")
  func sheet() throws {
    guard case .tiles(let sheet) = try Self.figure().panels[0] else {
      Issue.record("no tiles")
      return
    }
    #expect(sheet.columns == 3 && sheet.tiles.count == 6)
    #expect(sheet.tiles[0].boxes.map(\.color) == [.gray, .green, .vermilion])
    #expect(sheet.tiles[0].boxes.map(\.isDashed) == [true, false, false])
    #expect(sheet.tiles[0].boxes.map(\.label) == ["", "person", "car"])
    #expect(
      sheet.tiles.prefix(3).map(\.caption) == [
        "floating point: 1 found, 1 wrong, 1 missed", "uniform: 1 found, 0 wrong, 0 missed",
        "critical: 0 found, 0 wrong, 0 missed",
      ])
  }

  /// The names drawn on a sheet of one scene.
  private static func names(of detections: [Detection]) throws -> [String] {
    let names = [1: "person", 2: "dog"]
    let items = outcomes(of: detections, among: [], leastScore: 0).map { item in
      DetectionSheet.Item(
        box: Rect(item.box.x, item.box.y, item.box.width, item.box.height),
        label: names[item.categoryID] ?? "", outcome: item.outcome)
    }
    let scene = DetectionSheet.Scene(
      file: try Fixtures.data("images/chroma-halved.jpg"), width: 27, height: 19, items: [items])
    let sheet = DetectionSheet(detectors: ["uniform"], [scene])
    return try drawing(of: sheet.figure, fonts: Fixtures.root.appending(path: "Fonts")).calls
      .compactMap { call in
        if case .write(let text, _, _, _, _) = call, names.values.contains(text) { text } else { nil }
      }
  }

  @Test("of overlapping boxes of one category the higher score is named")
  func repeated() throws {
    // The second person covers most of the first; the third stands alone, the dog has another name.
    let drawn = try Self.names(of: [
      detection(1, 2, 0.6), detection(1, 0, 0.9), detection(2, 0, 0.8), detection(1, 16, 0.7),
    ])
    #expect(drawn == ["person", "dog", "person"])
  }

  @Test("a name that would cover another is left out, the higher score wins")
  func crowded() throws {
    // Both are far smaller than a name and in the same corner.
    let (dog, person) = (detection(2, 0, 0.8, side: 1), detection(1, 0.5, 0.9, side: 1))
    #expect(try Self.names(of: [dog, person]) == ["person"])
    #expect(try Self.names(of: [dog]) == ["dog"])
  }

  @Test("captions and labels hide nothing")
  func readable() throws {
    let drawn = try render(try Self.figure(), fonts: Fixtures.root.appending(path: "Fonts"))
    #expect(drawn.textFaults == [])
  }
}
