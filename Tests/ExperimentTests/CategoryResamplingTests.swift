// Rank correlations over categories, with intervals over images and categories.
import Experiment
import Testing

struct CategoryResamplingTests {
  /// Categories whose number and property rise together, the same in every resample of the images.
  private func numbers(_ values: [Double]) -> [ResampledNumber] {
    values.map { ResampledNumber($0, resamples: Array(repeating: $0, count: 200)) }
  }

  private func ranks(_ values: [Double], _ property: [Double]) -> ResampledNumber {
    resampledOverCategories(numbers(values), numbers(values), known: property) { values, property, _ in
      rankCorrelation(values, property)
    }
  }

  @Test("the number is that of all known categories, each once")
  func value() {
    let found = ranks([1, 2, 3, 4, 9], [2, 1, 4, 3, .nan])
    #expect(found.value == rankCorrelation([1, 2, 3, 4], [2, 1, 4, 3]))
    #expect(found.resamples.count == 200)
  }

  @Test("categories scatter it though images do not, and equally for one seed")
  func spread() {
    let values = (0..<30).map { Double($0 * 7 % 30) }
    let property = (0..<30).map { Double($0 * 11 % 29) }
    let found = ranks(values, property)
    #expect(Set(found.resamples).count > 100)
    #expect(found == ranks(values, property))
    // The standard deviation of a rank correlation near zero is about one over the root of n - 1.
    let mean = found.resamples.reduce(0, +) / 200
    let spread = (found.resamples.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 200).squareRoot()
    #expect((0.12...0.26).contains(spread), "\(spread)")
  }

  @Test("perfect agreement stays perfect in every draw")
  func perfect() {
    let values = (0..<12).map(Double.init)
    #expect(ranks(values, values.map { $0 * $0 }).resamples.allSatisfy { abs($0 - 1) < 1e-12 })
  }
}
