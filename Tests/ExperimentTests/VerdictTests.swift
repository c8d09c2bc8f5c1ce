// Verdicts follow from intervals by fixed rules.
import Authoring
import Experiment
import Testing

@Suite("Verdicts") struct VerdictTests {
  /// A number whose resamples are spread evenly about it by at most some width.
  private func number(_ value: Double, width: Double) -> ResampledNumber {
    ResampledNumber(value, resamples: (0..<1001).map { value + width * (Double($0) / 500 - 1) })
  }

  @Test(
    "an effect is positive if its interval is, refuted if the interval is below the margin, open otherwise")
  func positive() {
    #expect(Verdict.positive(number(0.02, width: 0.01)) == .supported)
    #expect(Verdict.positive(number(0.0, width: 0.004)) == .notSupported)
    #expect(Verdict.positive(number(0.0, width: 0.01)) == .inconclusive)
    #expect(Verdict.positive(number(-0.02, width: 0.01)) == .notSupported)
  }

  @Test("among many effects one must stand after correction for their number")
  func anyPositive() {
    // Two in a hundred resamples lie beyond: enough alone, too little among five.
    let weak = number(0.0098, width: 0.01)
    #expect(weak.pValue > 0.01 && weak.pValue < 0.05)
    #expect(Verdict.anyPositive([weak]) == .supported)
    #expect(Verdict.anyPositive([weak] + (0..<4).map { _ in number(0, width: 0.01) }) == .inconclusive)
    #expect(Verdict.anyPositive([number(-0.02, width: 0.01), number(0, width: 0.004)]) == .notSupported)
  }

  @Test("over seeds one effect must stand in the mean after correction, and have the sign in each of them")
  func anyPositiveInEverySeed() {
    let (clear, none) = (number(0.03, width: 0.01), number(0, width: 0.004))
    #expect(Verdict.anyPositive(inEverySeed: [[clear, clear], [none, none]]) == .supported)
    // The mean is clear, and the second seed contradicts it.
    let against = number(-0.001, width: 0.01)
    #expect(ResampledNumber.mean([number(0.06, width: 0.01), against]).pValue < 0.05)
    #expect(Verdict.anyPositive(inEverySeed: [[number(0.06, width: 0.01), against]]) == .inconclusive)
    #expect(
      Verdict.anyPositive(inEverySeed: [[none, none], [number(-0.02, width: 0.01), none]]) == .notSupported)
    // What stands alone does not among five.
    let weak = number(0.0098, width: 0.01)
    let others = (0..<4).map { _ in [number(0, width: 0.01), number(0, width: 0.01)] }
    #expect(Verdict.anyPositive(inEverySeed: [[weak, weak]]) == .supported)
    #expect(Verdict.anyPositive(inEverySeed: [[weak, weak]] + others) == .inconclusive)
  }

  @Test("stability needs the whole interval within the margin")
  func stability() {
    #expect(Verdict.within(0.005, number(0.001, width: 0.003)) == .supported)
    #expect(Verdict.within(0.005, number(0.004, width: 0.003)) == .inconclusive)
    #expect(Verdict.within(0.005, number(0.02, width: 0.01)) == .notSupported)
    #expect(Verdict.atMost(0.01, number(0.005, width: 0.004)) == .supported)
    #expect(Verdict.atMost(0.01, number(0.02, width: 0.004)) == .notSupported)
    #expect(Verdict.all([.supported, .inconclusive]) == .inconclusive)
    #expect(Verdict.all([.supported, .notSupported, .inconclusive]) == .notSupported)
  }

  @Test("differences are taken resample by resample, and missing ones are left out")
  func pairs() {
    let first = ResampledNumber(0.3, resamples: [0.2, 0.3, 0.4, .nan])
    let second = ResampledNumber(0.2, resamples: [0.1, 0.2, 0.3, 0.4])
    let difference = first - second
    #expect(abs(difference.value - 0.1) < 1e-15)
    #expect(
      difference.resamples.prefix(3).allSatisfy { abs($0 - 0.1) < 1e-15 } && difference.resamples[3].isNaN)
    let estimate = difference.estimate()
    #expect(abs((estimate.low ?? 0) - 0.1) < 1e-12 && abs((estimate.high ?? 0) - 0.1) < 1e-12)
    let mean = ResampledNumber.mean([first, second])
    #expect(abs(mean.value - 0.25) < 1e-15 && abs(mean.resamples[0] - 0.15) < 1e-15)
  }

  /// The example of Holm's procedure on four probabilities, worked by hand: 0.01 × 4, 0.02 × 3, 0.03 × 2, 0.04.
  @Test("Holm's correction multiplies by what is left and never falls")
  func holm() {
    let corrected = correctedForNumber([0.03, 0.01, 0.04, 0.02])
    #expect(zip(corrected, [0.06, 0.04, 0.06, 0.06]).allSatisfy { abs($0 - $1) < 1e-15 })
    #expect(correctedForNumber([0.9, 0.8]) == [1, 1])
  }

  /// By hand, from the smallest: 0.001 × 5, 0.012 × 4 = 0.048, 0.02 × 3 = 0.06, 0.025 × 2 = 0.05, which may not be less than the
  /// one before, and 0.3 × 1.
  @Test("Holm's correction keeps the order, leaves one probability alone and treats equal ones alike")
  func holmOfFive() {
    let corrected = correctedForNumber([0.3, 0.02, 0.001, 0.025, 0.012])
    #expect(zip(corrected, [0.3, 0.06, 0.005, 0.06, 0.048]).allSatisfy { abs($0 - $1) < 1e-15 })
    #expect(correctedForNumber([0.03]) == [0.03] && correctedForNumber([]).isEmpty)
    #expect(correctedForNumber([0.02, 0.02, 0.02]).allSatisfy { abs($0 - 0.06) < 1e-15 })
  }

  @Test("a number is above a bound if its interval is, not above if the interval is below, open in between")
  func above() {
    #expect(Verdict.above(0.5, Estimate(0.6, low: 0.51, high: 0.7)) == .supported)
    #expect(Verdict.above(0.5, Estimate(0.6, low: 0.5, high: 0.7)) == .inconclusive)
    #expect(Verdict.above(0.5, Estimate(0.4, low: 0.3, high: 0.5)) == .inconclusive)
    #expect(Verdict.above(0.5, Estimate(0.4, low: 0.3, high: 0.49)) == .notSupported)
    // Without an interval the number itself decides.
    #expect(Verdict.above(0.5, Estimate(0.6)) == .supported)
    #expect(Verdict.above(0.5, Estimate(0.5)) == .inconclusive)
    #expect(Verdict.above(0.5, Estimate(0.4)) == .notSupported)
  }

  @Test("margins belong to what they bound, on both sides")
  func margins() {
    func sure(_ value: Double) -> ResampledNumber { ResampledNumber(value, resamples: []) }
    #expect(Verdict.positive(sure(0)) == .notSupported && Verdict.positive(sure(0.001)) == .supported)
    #expect(Verdict.atMost(0.01, sure(0.01)) == .supported)
    #expect(Verdict.atMost(0.01, number(0.01, width: 0.004)) == .inconclusive)
    #expect(Verdict.atMost(0.01, number(-0.02, width: 0.004)) == .supported)
    #expect(Verdict.within(0.005, sure(0.005)) == .supported)
    #expect(Verdict.within(0.005, sure(-0.005)) == .supported)
    #expect(Verdict.within(0.005, number(-0.004, width: 0.003)) == .inconclusive)
    #expect(Verdict.within(0.005, number(-0.02, width: 0.01)) == .notSupported)
    #expect(Verdict.within(0.005, number(0, width: 0.02)) == .inconclusive)
  }

  @Test("parts together are supported only if all are")
  func together() {
    #expect(Verdict.all([.supported, .supported]) == .supported)
    #expect(Verdict.all([.inconclusive]) == .inconclusive)
    #expect(Verdict.all([.inconclusive, .notSupported]) == .notSupported)
    #expect(Verdict.all([]) == .supported)
  }

  @Test("among effects a clear loss is no gain, and one open effect leaves all open")
  func lossesAreNoGains() {
    let (loss, unclear) = (number(-0.02, width: 0.01), number(0.002, width: 0.01))
    #expect(loss.pValue < 0.05)
    #expect(Verdict.anyPositive([loss, loss]) == .notSupported)
    #expect(Verdict.anyPositive([loss, unclear]) == .inconclusive)
    #expect(Verdict.anyPositive([loss, unclear, number(0.03, width: 0.01)]) == .supported)
  }
}
