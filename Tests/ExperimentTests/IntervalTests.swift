// Means, correlations and differences with their resamples, on lists whose answer is known.
import Artifacts
import Authoring
import Experiment
import Fisher
import NN
import Testing

@Suite("Numbers with resamples") struct IntervalTests {
  @Test("the mean of equal numbers is certain, that of none is zero")
  func certain() {
    // Seven quarters over seven: no digit is lost.
    let equal = [Double](repeating: 0.25, count: 7)
    #expect(meanWithInterval(equal) == Estimate(0.25, low: 0.25, high: 0.25))
    #expect(meanWithInterval([]) == Estimate(0))
  }

  /// How often the one is drawn is binomial with 50 draws at 1/50: P(0) = 0.98⁵⁰ = 0.364, P(≤ 2) = 0.922 and
  /// P(≤ 3) = 0.982. So the share of 0.025 is exceeded at none, and that of 0.975 reached at three.
  @Test("the interval of a rare event is that of the binomial distribution")
  func binomial() {
    let rare = (0..<50).map { $0 == 20 ? 1.0 : 0 }
    #expect(meanWithInterval(rare) == Estimate(1.0 / 50, low: 0, high: 3.0 / 50))
  }

  /// The standard deviation of 0, …, 99 is √((100² - 1) / 12) = 28.87, that of their mean a tenth of it: 49.5 ± 1.96 · 2.887.
  /// The ends come from 1,000 resamples, which scatter them by √(0.025 · 0.975 / 1000) over the density there, 0.0584 / 2.887: by 0.24.
  @Test(
    "the interval of many numbers is that of the normal distribution, follows from its seed and has their unit"
  )
  func normal() throws {
    let values = (0..<100).map(Double.init)
    let estimate = meanWithInterval(values)
    #expect(estimate.value == 49.5)
    let (low, high) = (try #require(estimate.low), try #require(estimate.high))
    #expect(abs(low - 43.84) < 0.75 && abs(high - 55.16) < 0.75)
    #expect(meanWithInterval(values) == estimate)
    let other = meanWithInterval(values, seed: 2)
    #expect(other.value == estimate.value && other != estimate)
    let doubled = meanWithInterval(values.map { 2 * $0 })
    #expect(doubled == Estimate(99, low: 2 * low, high: 2 * high))
  }
}

@Suite("Statistics of images") struct ImageStatisticTests {
  @Test("resamples draw as many images as there are, and statistics of the same images are paired")
  func overImages() {
    let count = ResampledNumber.overImages(7, resamples: 50) { $0.reduce(0, +) }
    #expect(count.value == 7 && count.resamples == [Double](repeating: 7, count: 50))
    let values = [3.0, 1, 4, 1, 5, 9, 2]
    func mean(_ factor: Double) -> ResampledNumber {
      .overImages(7, resamples: 50) { zip($0, values).reduce(0) { $0 + factor * $1.0 * $1.1 } / 7 }
    }
    #expect(abs(mean(1).value - 25.0 / 7) < 1e-12)
    #expect(Set(mean(1).resamples).count > 10)
    // Three times the same statistic is three times as large in every resample.
    let ratio = mean(3) / mean(1)
    #expect(ratio.resamples.allSatisfy { abs($0 - 3) < 1e-12 } && abs(ratio.value - 3) < 1e-12)
  }

  /// The standard deviation of the mean of n independent numbers is that of one over √n: 2.611 / √7 = 0.987. That of 4,000
  /// resamples scatters by 1/√8000 of it, about a hundredth.
  @Test("the resamples of a mean scatter as the mean does")
  func scatter() {
    let values = [3.0, 1, 4, 1, 5, 9, 2]
    let mean = ResampledNumber.overImages(7, resamples: 4000) {
      zip($0, values).reduce(0) { $0 + $1.0 * $1.1 } / 7
    }
    let center = mean.resamples.reduce(0, +) / 4000
    let variance = mean.resamples.reduce(0) { $0 + ($1 - center) * ($1 - center) } / 4000
    #expect(abs(variance.squareRoot() - 0.987) < 0.05, "\(variance.squareRoot())")
  }
}

/// Measured sensitivities as their file has them.
private struct WrittenSensitivities: Encodable {
  let layerNames: [String]
  let bits: [Int]
  let floatingPoint: MeasuredLosses
  let rises: [[MeasuredLosses]]
}

@Suite("Predicted and measured ranks") struct CorrelationTests {
  /// Sensitivities with rises `[layer][bits][image]` of the overall loss; those of the critical loss have the other sign.
  private func measured(_ rises: [[[Double]]]) throws -> MeasuredSensitivities {
    let written = WrittenSensitivities(
      layerNames: rises.indices.map { "\($0)" }, bits: rises[0].indices.map { $0 + 2 },
      floatingPoint: MeasuredLosses(overall: [], critical: [:]),
      rises: rises.map { layer in
        layer.map { images in MeasuredLosses(overall: images, critical: ["x": images.map { -$0 }]) }
      })
    return try CanonicalJSON.decode(MeasuredSensitivities.self, from: try CanonicalJSON.encode(written))
  }

  @Test("where every image ranks layers alike the correlation is certain, with its sign")
  func agreement() throws {
    let measured = try measured([[[1, 2]], [[3, 5]], [[4, 6]]])
    let certain = { (value: Double) in Estimate(value, low: value, high: value) }
    let critical = Objective.critical("x", alpha: 0)
    #expect(correlation([[10], [20], [30]], measured, .overall, columns: [0]) == certain(1))
    #expect(correlation([[30], [20], [10]], measured, .overall, columns: [0]) == certain(-1))
    #expect(correlation([[10], [20], [30]], measured, critical, columns: [0]) == certain(-1))
  }

  @Test("predictions that rank alike differ by nothing in pairs, in every resample")
  func pairs() throws {
    let measured = try measured([[[1, 9]], [[3, 5]], [[4, 2]]])
    func number(_ predicted: [[Double]]) -> ResampledNumber {
      resampledCorrelation(predicted, measured, .overall, columns: [0])
    }
    let difference = number([[1], [2], [3]]) - number([[10], [200], [201]])
    #expect(difference.value == 0 && difference.resamples == [Double](repeating: 0, count: 200))
    #expect(Set(number([[1], [2], [3]]).resamples).count > 1)
    // Every resample turns with its prediction.
    #expect((number([[1], [2], [3]]) + number([[3], [2], [1]])).resamples.allSatisfy { $0 == 0 })
  }

  @Test("only the widths asked for count, and several are ranked together")
  func columns() throws {
    let measured = try measured([[[1], [40]], [[2], [30]]])
    let predicted = [[1.0, 10], [2, 20]]
    #expect(correlation(predicted, measured, .overall, columns: [0]).value == 1)
    #expect(correlation(predicted, measured, .overall, columns: [1]).value == -1)
    // Ranks 1, 3, 2, 4 against 1, 4, 2, 3: 1 - 6 · (0 + 1 + 0 + 1) / (4 · 15).
    #expect(abs(correlation(predicted, measured, .overall, columns: [0, 1]).value - 0.8) < 1e-12)
  }

  /// The first image ranks the layers one way, the second the other way, and the first by more. Only resamples of the second
  /// image alone, one in four, turn the order.
  @Test("the interval holds what resamples of the images say")
  func interval() throws {
    let measured = try measured([[[1, 0]], [[0, 0.9]]])
    let estimate = correlation([[2], [1]], measured, .overall, columns: [0])
    #expect(estimate == Estimate(1, low: -1, high: 1))
    #expect(correlation([[2], [1]], measured, .overall, columns: [0], seed: 5).value == 1)
  }
}

@Suite("Numbers in words") struct PowerOfTenTests {
  @Test(
    "small and large numbers are written as digits times a power of ten",
    arguments: [
      (5e-5, "5 · 10⁻⁵"), (5e-3, "5 · 10⁻³"), (1.0, "1 · 10⁰"), (0.3, "3 · 10⁻¹"), (12.34, "1.2 · 10¹"),
      (2.5e10, "2.5 · 10¹⁰"), (1e-3, "1 · 10⁻³"), (6.7e-89, "6.7 · 10⁻⁸⁹"),
    ])
  func digits(_ number: Double, _ expected: String) {
    #expect(scientific(number) == expected)
  }

  @Test("what is rounded up to ten becomes the next power")
  func carried() {
    #expect(scientific(9.94e-5) == "9.9 · 10⁻⁵")
    #expect(scientific(9.96e-5) == "1 · 10⁻⁴")
    #expect(scientific(99.9) == "1 · 10²")
  }
}
