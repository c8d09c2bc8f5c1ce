// How near a critical objective is to the overall one is read off measurements whose answer is known.
import Experiment
import Fisher
import Testing

@Suite("Shares of costs") struct CostShareTests {
  /// Forty layers with overall costs of 1, 2, …; a critical gradient that is a multiple of the overall one.
  private func measurement(multiple: (Int) -> Double) -> FisherMeasurement {
    let layers = 0..<40
    func product(_ factor: (Int) -> Double) -> GradientProduct {
      GradientProduct(perImage: [], costs: layers.map { [0, Double($0 + 1) * factor($0)] })
    }
    return FisherMeasurement(
      layerNames: layers.map { "\($0)" }, weightCounts: layers.map { _ in 1 }, bits: [2, 4],
      squaredErrors: layers.map { _ in [1, 1] }, overall: product { _ in 1 },
      critical: [
        "x": CriticalProducts(cross: product(multiple), own: product { multiple($0) * multiple($0) })
      ])
  }

  @Test("the same gradient gives one, no gradient a quarter, half of it nine sixteenths")
  func multiples() {
    for (multiple, share) in [(1.0, 1.0), (0, 0.25), (0.5, 9.0 / 16)] {
      let shares = measurement { _ in multiple }.costShares(of: "x", bits: 4)
      #expect(abs(shares.low - share) < 1e-12 && abs(shares.high - share) < 1e-12)
    }
  }

  @Test("one layer in twenty at either end is left out")
  func ends() {
    let shares = measurement { layer in layer < 2 ? 0 : layer < 4 ? 3 : 1 }.costShares(of: "x", bits: 4)
    #expect(shares.low == 1 && shares.high == 1)
    let more = measurement { layer in layer < 3 ? 0 : layer < 6 ? 3 : 1 }.costShares(of: "x", bits: 4)
    #expect(more.low == 0.25 && more.high == 4)
  }
}
