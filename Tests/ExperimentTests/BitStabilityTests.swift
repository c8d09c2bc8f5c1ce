// How far allocations move is read off measurements whose answer is known.
import Experiment
import Fisher
import Testing

@Suite("Stability of bits") struct BitStabilityTests {
  /// Three layers of equal size; squared norms of the gradients of 40 images by layer and place.
  private func measurement(
    overall: (Int, Int) -> Double, critical: (Int, Int) -> Double
  ) -> FisherMeasurement {
    let bits = [2, 4, 8]
    func product(_ norm: (Int, Int) -> Double) -> GradientProduct {
      GradientProduct(
        perImage: (0..<40).map { image in (0..<3).map { norm(image, $0) } },
        costs: (0..<3).map { _ in bits.map { _ in 0 } })
    }
    return FisherMeasurement(
      layerNames: ["a", "b", "c"], weightCounts: [64, 64, 64], bits: bits,
      squaredErrors: (0..<3).map { _ in bits.map { 1 / Double(1 << (2 * $0)) } }, overall: product(overall),
      critical: ["x": CriticalProducts(cross: product { _, _ in 0 }, own: product(critical))])
  }

  private func stability(_ measurement: FisherMeasurement) throws -> BitStabilityResult {
    try bitStability(
      measurement, layers: ["a", "b", "c"], budgetBits: 64 * (8 + 4 + 2),
      objective: .critical("x", alpha: 0), sceneCounts: [5, 40], drawCount: 8, seed: 1)
  }

  @Test("where all images agree, no draw moves a bit; objectives that rank layers alike give the same bits")
  func constant() throws {
    let result = try stability(
      measurement(
        overall: { _, layer in [100, 10, 1][layer] }, critical: { _, layer in [300, 30, 3][layer] }))
    #expect(result.changedBetween == 0)
    for row in result.rows {
      #expect((row.changedOverall + row.changedCritical + row.changedBetween).allSatisfy { $0 == 0 })
      #expect(row.spreadOverall < 1e-12 && row.spreadCritical < 1e-12)
      #expect(row.keptOverall == [1, 1, 1] && row.keptCritical == [1, 1, 1])
    }
    #expect(result.layerNames == ["a", "b", "c"] && result.bitsOverall == [8, 4, 2])
    #expect(result.keptWhereEqualAndNot.equal == 1 && result.keptWhereEqualAndNot.different == nil)
  }

  @Test("objectives that rank two layers the other way round move exactly their weights")
  func between() throws {
    let result = try stability(
      measurement(
        overall: { _, layer in [1_000_000, 1000, 1][layer] },
        critical: { _, layer in [1, 1000, 1_000_000][layer] }
      ))
    #expect(abs(result.changedBetween - 2.0 / 3) < 1e-12)
    #expect(result.bitsOverall == [8, 4, 2] && result.bitsCritical == [2, 4, 8])
    #expect(result.keptWhereEqualAndNot.equal == 1 && result.keptWhereEqualAndNot.different == 1)
    #expect(result.rows.allSatisfy { $0.changedBetween.allSatisfy { abs($0 - 2.0 / 3) < 1e-12 } })
  }

  @Test("where images differ, small draws scatter more than large ones, and move bits")
  func noise() throws {
    // One image in eight is all that the first layer depends on.
    let result = try stability(
      measurement(
        overall: { image, layer in layer == 0 ? (image % 8 == 0 ? 800 : 0) : [0, 90, 1][layer] },
        critical: { _, layer in [1, 2, 3][layer] }))
    #expect(result.rows[0].changedOverall.contains { $0 > 0 })
    // Layers are equally large: the mean share that moves is what the layers do not keep.
    for row in result.rows {
      let moved = row.changedOverall.reduce(0, +) / Double(row.changedOverall.count)
      #expect(abs(moved - (1 - row.keptOverall.reduce(0, +) / 3)) < 1e-12)
    }
    let means = result.rows.map { $0.changedOverall.reduce(0, +) }
    #expect(means[0] > means[1])
  }
}
