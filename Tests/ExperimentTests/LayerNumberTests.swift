// Correlations, shares and cosines over layers, and the group that loses most, where the answer is known.
import Experiment
import Fisher
import Testing

@Suite("Numbers over layers") struct LayerNumberTests {
  @Test("a partial rank correlation is that of what is left of two ranks when the third is taken out")
  func partialCorrelation() {
    // The ranks correlate by 0.8, and with the third by 0 and by 0.6: 0.8 / √(1 - 0.6²).
    #expect(abs(partialRankCorrelation([1, 2, 3, 4], [1, 3, 2, 4], without: [2, 4, 1, 3]) - 1) < 1e-12)
    // With ties: numpy's correlation of the residuals of both ranks after least squares on the ranks of the third.
    let (first, second) = ([1.0, 2, 2, 4, 5, 5, 5, 8], [3.0, 1, 4, 1, 5, 9, 2, 6])
    let third = [2.0, 7, 1, 8, 2, 8, 1, 8]
    let partial = partialRankCorrelation(first, second, without: third)
    #expect(abs(partial - 0.5227964128480879) < 1e-12)
    #expect(abs(partialRankCorrelation(second, first, without: third) - partial) < 1e-12)
    #expect(abs(partialRankCorrelation(first, first, without: third) - 1) < 1e-12)
  }

  @Test("two lists that agree by their size alone disagree once the size is taken out")
  func commonCause() {
    let size = (1...8).map(Double.init)
    // The one is in turn above and below the size, the other below and above it; the number is numpy's as well.
    let (first, second) = ([2.0, 1, 4, 3, 6, 5, 8, 7], [1.0, 3, 2, 5, 4, 7, 6, 8])
    #expect(rankCorrelation(first, second) > 0.6)
    let partial = partialRankCorrelation(first, second, without: size)
    #expect(abs(partial + 0.9467292624062577) < 1e-12)
  }

  @Test("the share of changed weights counts the weights of layers, not the layers")
  func changedWeights() {
    let counts = [(name: "a", count: 10), (name: "b", count: 30), (name: "c", count: 60)]
    let bits = ["a": 4, "b": 4, "c": 4, "head": 8]
    #expect(changedWeightShare(bits, bits, weightCounts: counts) == 0)
    #expect(changedWeightShare(bits, ["a": 4, "b": 5, "c": 3, "head": 8], weightCounts: counts) == 0.9)
    // What is not among the counts does not count, nor does what one of them leaves in floating point.
    #expect(changedWeightShare(bits, ["a": 5, "b": 4, "head": 6], weightCounts: counts) == 0.1)
    #expect(changedWeightShare(bits, ["a": 2, "b": 2, "c": 2], weightCounts: counts) == 1)
  }

  /// A measurement of layers of one weight with gradients `[image][layer]`.
  private func measurement(overall: [[Double]], critical: [[Double]]) -> FisherMeasurement {
    func product(_ first: [[Double]], _ second: [[Double]]) -> GradientProduct {
      GradientProduct(
        perImage: zip(first, second).map { one, other in zip(one, other).map { $0 * $1 } }, costs: [])
    }
    return FisherMeasurement(
      layerNames: ["a", "b"], weightCounts: [1, 1], bits: [], squaredErrors: [],
      overall: product(overall, overall),
      critical: ["x": CriticalProducts(cross: product(overall, critical), own: product(critical, critical))])
  }

  @Test("the agreement of gradients is the cosine of all of them as one vector")
  func cosine() {
    // (1, 2, 2, 0) and (2, 1, 0, 2): 4 / √(9 · 9). Of the first layer alone (1, 2) and (2, 0): 2 / √(5 · 4).
    let measured = measurement(overall: [[1, 2], [2, 0]], critical: [[2, 1], [0, 2]])
    #expect(abs(measured.gradientAgreement(with: "x", layers: [0, 1]) - 4.0 / 9) < 1e-12)
    #expect(abs(measured.gradientAgreement(with: "x", layers: [0]) - 1 / 5.0.squareRoot()) < 1e-12)
  }

  @Test("gradients of one direction agree whatever their length, those that share nothing do not")
  func directions() {
    let overall = [[1.0, 2], [2, 0], [-3, 5]]
    func agreement(_ critical: [[Double]]) -> Double {
      measurement(overall: overall, critical: critical).gradientAgreement(with: "x", layers: [0, 1])
    }
    let shorter = overall.map { row in row.map { 0.25 * $0 } }
    let turned = overall.map { row in row.map { -3 * $0 } }
    #expect(abs(agreement(shorter) - 1) < 1e-12 && abs(agreement(turned) + 1) < 1e-12)
    #expect(agreement([[2, -1], [0, 7], [5, 3]]) == 0)
  }

  @Test("the group that loses most is chosen by its loss, not by what is left, and the first of equal ones")
  func largestLoss() {
    func group(_ before: [Double], _ after: [Double]) -> CriticalGroup? {
      let groups = [CriticalGroup.person, .animal, .indoor]
      return mostLosing(
        zip(groups, zip(before, after)).map { (group: $0, before: $1.0, after: $1.1) })
    }
    #expect(group([0.5, 0.75, 0.25], [0.375, 0.5, 0.25]) == .animal)
    #expect(group([0.5, 0.25, 0.5], [0.25, 0, 0.375]) == .person)
    // Where all gain, the one that gains least.
    #expect(group([0.25, 0.25, 0.25], [0.5, 0.75, 0.375]) == .indoor)
    #expect(group([], []) == nil)
  }
}
