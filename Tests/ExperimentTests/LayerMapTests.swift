// Ratios of sensitivities, kept bits, and their figures over all layers.
import CairoCanvas
import Experiment
import Foundation
import Plotting
import TestSupport
import Testing

@Suite("Maps over layers") struct LayerMapTests {
  private static let fonts = Fixtures.root.appending(path: "Fonts")

  @Test("ratios are relative to their row, so that rare categories compare with frequent ones")
  func ratios() {
    let overall = [1.0, 4, 16, 0, 64]
    let proportional = relativeSensitivities(overall.map { 0.01 * $0 }, to: overall)
    #expect(proportional[3] == nil)
    #expect(proportional.compactMap { $0 }.allSatisfy { abs($0 - 1) < 1e-12 })
    // Ratios of 4, 1, 1 and 1/4 have the geometric mean 1.
    let own = relativeSensitivities([4, 4, 16, 5, 16], to: overall)
    let expected: [Double?] = [4, 1, 1, nil, 0.25]
    for (one, other) in zip(own, expected) { #expect(abs((one ?? 9) - (other ?? 9)) < 1e-12) }
    #expect(relativeSensitivities([1, 1e-20], to: [1, 1])[1] == nil)
    #expect(abs(typicalFactor([[4, nil], [0.25, 1, 1]]) - 2) < 1e-12)
    #expect(typicalFactor([]) == 1)
  }

  @Test("what all rows share is told from what is a row's own")
  func common() {
    #expect(abs(commonShare([[1, 4, nil, 0.25], [1, 4, 7, 0.25]]) - 1) < 1e-12)
    #expect(commonShare([[4, 0.25], [0.25, 4]]) == 0)
    // Logarithms 1, -1 in common and 1, -1 of each row's own, in units of one.
    let values = [[2.0, 0, 0, -2], [0, 2, -2, 0]].map { row in row.map { Optional(pow(2, $0)) } }
    #expect(abs(commonShare(values) - 0.5) < 1e-12)
    #expect(commonShare([[1, 1], [1, 1]]) == 0 && commonShare([]) == 0)
  }

  private static func ratio(_ group: Int, _ layer: Int) -> Double? {
    if layer == 91 { return nil }
    let step = Double((layer * group) % 40)
    return layer == 7 && group == 0 ? 1 : 1.05 + step / 10
  }

  private static let rows: [[Double?]] = (0..<11).map { group in (0..<154).map { ratio(group, $0) } }

  private static let map = SensitivityMap(
    layerNames: SampleLayers.names, groups: Array(FigureBuilderTests.groups.dropFirst()),
    [
      SensitivityMap.Panel(title: "(a) classes", ratios: rows),
      SensitivityMap.Panel(title: "(b) with boxes", ratios: rows),
    ])

  @Test("a map has a cell for every group and layer, and parts of the detector end between cells")
  func cells() {
    for case .chart(let chart) in Self.map.figure.panels {
      guard case .heatMap(let values, let scale) = chart.marks[0].shape else {
        Issue.record("no heat map")
        continue
      }
      #expect(values.count == 11 && values.allSatisfy { $0.count == 154 && $0[91] == nil })
      // One is white, in the middle of the colors.
      #expect(abs(scale.share(of: 1, among: values) - 0.5) < 1e-12 && scale.isDiverging == true)
      let wholes = chart.regions.filter { $0.level == 1 }
      #expect(wholes.map(\.to) == [52.5, 89.5, 149.5, 153.5])
      #expect(chart.marks[1].shape == .verticalRules(x: [52.5, 89.5, 149.5]))
      #expect(chart.x.ticks?.first == Tick(0, "1") && chart.x.ticks?.last == Tick(153, "154"))
    }
  }

  @Test("the middle of the scale is drawn white, its ends in two hues")
  func colors() throws {
    let fills = try drawing(of: Self.map.figure, fonts: Self.fonts).calls.compactMap { call -> Ink? in
      if case .fill(_, let ink) = call { ink } else { nil }
    }
    #expect(fills.count { $0 == Theme.divergingHeat(0.5) } >= 2)
    let (low, high) = (Theme.divergingHeat(0), Theme.divergingHeat(1))
    #expect(low.blue > low.red && high.red > high.blue)
    #expect(fills.contains(high))
  }

  private static let kept = KeptBits(
    layerNames: SampleLayers.names, sceneCounts: (50, 500), differs: (0..<154).map { $0 % 50 == 3 },
    ["(a) overall", "(b) person"].map {
      .init(
        title: $0, few: (0..<154).map { Double($0 % 5) / 4 }, many: (0..<154).map { Double($0 % 3) / 2 })
    })

  @Test("kept bits are shown for every layer and number of scenes, and layers that differ above them")
  func shares() {
    for case .chart(let chart) in Self.kept.figure.panels {
      guard case .bars(let x, let y, _, _) = chart.marks[0].shape,
        case .points(_, let few) = chart.marks[1].shape,
        case .points(let marked, let heights) = chart.marks[2].shape
      else {
        Issue.record("unexpected marks")
        continue
      }
      #expect(x == (1...154).map(Double.init) && y == Self.kept.panels[0].many)
      #expect(few == Self.kept.panels[0].few)
      #expect(marked == [4, 54, 104, 154] && heights.allSatisfy { $0 > 1 })
    }
  }

  @Test("both are readable")
  func readable() throws {
    for figure in [Self.map.figure, Self.kept.figure] {
      #expect(try render(figure, fonts: Self.fonts).textFaults == [])
    }
  }
}
