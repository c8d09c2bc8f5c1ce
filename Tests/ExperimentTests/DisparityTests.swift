// Inequality of known lists, sizes of known objects, and the figure of every category.
import COCO
import CairoCanvas
import Experiment
import FoundationEssentials
import Plotting
import TestSupport
import Testing

@Suite("Who pays for compression") struct DisparityTests {
  @Test("the Gini coefficient is that of its definition, whatever the order and the unit")
  func gini() {
    #expect(giniCoefficient([3, 3, 3, 3]) == 0)
    #expect(abs(giniCoefficient([0, 0, 0, 5]) - 0.75) < 1e-12)
    let values = [4.0, -1, 7, 2.5, 2.5, 0.25]
    let pairs = values.flatMap { first in values.map { abs(first - $0) } }
    let expected = pairs.reduce(0, +) / 36 / 2 / (values.reduce(0, +) / 6)
    #expect(abs(giniCoefficient(values) - expected) < 1e-12)
    #expect(abs(giniCoefficient(values.reversed().map { 100 * $0 }) - expected) < 1e-12)
    #expect(giniCoefficient([1, -1]).isNaN && giniCoefficient([]).isNaN)
  }

  @Test("what resampling explains is taken off the variance between numbers")
  func unexplained() {
    func numbers(_ spread: Double) -> [ResampledNumber] {
      [-1, 0, 1].map { value in
        ResampledNumber(value, resamples: [value - spread, value, value + spread, .nan])
      }
    }
    #expect(unexplainedShare(numbers(0)) == 1)
    // The variance between is 1, that of each over its three known resamples the square of the spread.
    #expect(abs(unexplainedShare(numbers(0.5)) - 0.75) < 1e-12)
    #expect(unexplainedShare(numbers(2)) == 0)
    #expect(unexplainedShare([]) == 0)
  }

  @Test("a function of numbers is taken resample by resample, and unknown where one of them is")
  func functions() {
    let sum = ResampledNumber.of([
      ResampledNumber(1, resamples: [1, 2, .nan]), ResampledNumber(10, resamples: [10, 20, 30]),
    ]) { $0.reduce(0, +) }
    #expect(sum.value == 11 && Array(sum.resamples.prefix(2)) == [11, 22] && sum.resamples[2].isNaN)
  }

  @Test("objects are counted and their areas averaged by category, crowds aside")
  func sizes() {
    func object(_ id: Int, _ category: Int, _ area: Double, isCrowd: Bool = false) -> Annotation {
      Annotation(
        id: id, imageID: 1, categoryID: category, box: PixelBox(x: 0, y: 0, width: 9, height: 9), area: area,
        isCrowd: isCrowd)
    }
    let truth = Dataset(
      images: [ImageRecord(id: 1, width: 9, height: 9, fileName: "a")],
      annotations: [object(1, 7, 10), object(2, 7, 30), object(3, 2, 5), object(4, 2, 99, isCrowd: true)],
      categories: [2, 5, 7].map { Category(id: $0, name: "\($0)") })
    let (counts, areas) = objectSizes(truth, categoryIDs: [7, 5, 2])
    #expect(counts == [2, 0, 1] && areas == [20, 0, 5])
  }

  private static let groups = [
    "person", "vehicle", "outdoor", "animal", "accessory", "sports", "kitchen", "food", "furniture",
    "electronic", "indoor",
  ]

  private static let drops = CategoryDrops(
    (0..<65).map { index in
      let value = Double((index * 29) % 65) / 4 - 2
      return CategoryDrops.Entry(
        name: "category \(index)", group: groups[index % 11],
        drop: PlottedEstimate(value, low: value - 3, high: value + 3))
    }, groups: groups, overall: 6, quantity: "loss of AP (points)")

  @Test("every category is drawn once, the largest loss first, on one scale in both columns")
  func sorted() throws {
    var found: [(name: String, value: Double)] = []
    var ends: Set<[Double?]> = []
    for case .chart(let chart) in Self.drops.figure.panels {
      ends.insert([chart.x.lower, chart.x.upper])
      var lines: [Int: Double] = [:]
      for mark in chart.marks {
        guard case .points(let x, let y) = mark.shape else { continue }
        for (value, place) in zip(x, y) { lines[Int(place)] = value }
      }
      found += lines.sorted { $0.key < $1.key }.map { (chart.y.categories[$0.key], $0.value) }
    }
    #expect(found.count == 65 && Set(found.map(\.name)).count == 65 && ends.count == 1)
    #expect(zip(found, found.dropFirst()).allSatisfy { $0.value >= $1.value })
    #expect(found.first?.value == 14 && found.last?.value == -2)
  }

  @Test("no two supercategories look alike, and the drawing is readable")
  func readable() throws {
    var looks: [String: Set<String>] = [:]
    for case .chart(let chart) in Self.drops.figure.panels {
      for mark in chart.marks {
        guard case .points = mark.shape, let name = mark.name else { continue }
        looks["\(mark.style.color) \(mark.style.symbol)", default: []].insert(name)
      }
    }
    #expect(looks.count == 11 && looks.values.allSatisfy { $0.count == 1 })
    let drawn = try render(Self.drops.figure, fonts: Fixtures.root.appending(path: "Fonts"))
    #expect(drawn.textFaults == [])
    let texts = try drawing(of: Self.drops.figure, fonts: Fixtures.root.appending(path: "Fonts")).calls
      .compactMap { call in if case .write(let text, _, _, _, _) = call { text } else { nil } }
    #expect((0..<65).allSatisfy { index in texts.count { $0 == "category \(index)" } == 1 })
    #expect(Self.groups.allSatisfy { group in texts.count { $0 == group } == 1 })
  }
}
