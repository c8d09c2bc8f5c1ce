import Plotting
import Testing

@Suite("Labels side by side")
struct SpreadTests {
  @Test("labels with room stay where they are wanted")
  func free() {
    #expect(spread([10, 50, 90], widths: [10, 20, 10], gap: 2, within: 0...100) == [10, 50, 90])
  }

  @Test("two labels at one place move apart equally")
  func pair() {
    #expect(spread([50, 50], widths: [10, 10], gap: 2, within: 0...100) == [44, 56])
  }

  @Test("labels keep their order, their distance and the limits, whatever is wanted", arguments: 1...40)
  func neverOverlap(seed: Int) {
    var state = UInt64(seed)
    func next() -> Double {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Double(state >> 11) / 9_007_199_254_740_992
    }
    let count = 1 + Int(next() * 9)
    let wanted = (0..<count).map { _ in next() * 200 }.sorted()
    let widths = (0..<count).map { _ in 4 + next() * 16 }
    let places = spread(wanted, widths: widths, gap: 1, within: 0...250)
    for i in 1..<max(count, 1) {
      #expect(places[i] - places[i - 1] >= (widths[i] + widths[i - 1]) / 2 + 1 - 1e-9)
    }
    #expect(places[0] - widths[0] / 2 >= -1e-9)
    #expect(places[count - 1] + widths[count - 1] / 2 <= 250 + 1e-9)
  }
}
