// Budgets between whole numbers of bits.
import Experiment
import Testing

@Suite("Alternating bits") struct AlternatingBitsTests {
  @Test("layers of one size take turns, and a whole average is uniform")
  func turns() {
    let layers = (0..<6).map { (name: "\($0)", weights: 100) }
    let half = alternatingBits(layers, averageBits: 3.5)
    #expect((0..<6).map { half["\($0)"] } == [3, 4, 3, 4, 3, 4])
    #expect(Set(alternatingBits(layers, averageBits: 4).values) == [4])
  }

  @Test(
    "the bits spent up to any layer are off by at most half a bit of the largest layer so far",
    arguments: 1...50)
  func prefixes(seed: UInt64) {
    var state = seed
    func next(_ bound: UInt64) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int((state >> 33) % bound)
    }
    let layers = (0..<40).map { (name: "\($0)", weights: 1 + next(5000)) }
    let average = 2 + Double(next(50)) / 10
    let bits = alternatingBits(layers, averageBits: average)
    var (spent, weights, largest) = (0, 0, 0)
    for layer in layers {
      let width = bits[layer.name] ?? 0
      #expect(Double(width) >= average.rounded(.down) && Double(width) <= average.rounded(.down) + 1)
      spent += width * layer.weights
      weights += layer.weights
      largest = max(largest, layer.weights)
      #expect(abs(Double(spent) - average * Double(weights)) <= 0.5 * Double(largest) + 1e-6)
    }
  }
}
