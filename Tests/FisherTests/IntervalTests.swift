// Bootstrap intervals of traces.
import Fisher
import Testing

/// A measurement of one layer and given squared norms per image.
private func measurement(_ norms: [Double]) -> FisherMeasurement {
  FisherMeasurement(
    layerNames: ["a"], weightCounts: [2], bits: [4], squaredErrors: [[0.5]],
    overall: GradientProduct(perImage: norms.map { [$0] }, costs: [[1]]), critical: [:])
}

@Suite struct IntervalTests {
  @Test("images that agree leave no doubt")
  func constant() {
    let layer = measurement([2, 2, 2, 2]).sensitivities(of: .overall, resampleCount: 50)[0]
    #expect(layer.trace == 2)
    #expect(layer.interval == Interval(low: 2, high: 2))
    #expect(layer.meanTrace == 1)
    #expect(layer.traceCosts == [0.5])
  }

  @Test("an interval follows from its seed and contains the trace")
  func seeded() {
    let norms = (0..<40).map { Double(($0 * 37) % 41) }
    let first = measurement(norms).sensitivities(of: .overall, seed: 5)[0]
    #expect(first == measurement(norms).sensitivities(of: .overall, seed: 5)[0])
    #expect(first.interval != measurement(norms).sensitivities(of: .overall, seed: 6)[0].interval)
    #expect(first.interval.low < first.trace && first.trace < first.interval.high)
  }

  @Test("intervals at 90 percent contain the true mean in about 90 percent of simulated measurements")
  func coverage() {
    var state: UInt64 = 9
    func uniform() -> Double {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Double(state >> 11) / Double(1 << 53)
    }
    var covered = 0
    for trial in 0..<400 {
      let norms = (0..<60).map { _ in uniform() }
      let interval = measurement(norms).sensitivities(
        of: .overall, resampleCount: 300, level: 0.9, seed: UInt64(trial))[0].interval
      if interval.low <= 0.5, 0.5 <= interval.high { covered += 1 }
    }
    // Binomial with 400 trials: three standard deviations are 4.5 percent.
    #expect((335...380).contains(covered), "\(covered) of 400")
  }
}
