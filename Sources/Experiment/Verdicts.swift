// How claims are decided: fixed rules from numbers to verdicts.
import Authoring
import COCO

/// The margins by which claims are judged; they were fixed before the last runs.
public enum Margin {
  /// The level of intervals and tests.
  public static let level = 0.95
  /// Changes of AP within this margin count as stable.
  public static let stable = 0.005
  /// Gains of AP up to this margin count as small.
  public static let small = 0.01
}

extension Verdict {
  /// Whether an effect is above zero: supported if its interval is, not supported if its interval is below the margin of
  /// stability, undecided otherwise.
  public static func positive(_ effect: ResampledNumber) -> Verdict {
    let estimate = effect.estimate(level: Margin.level)
    if (estimate.low ?? effect.value) > 0 { return .supported }
    return (estimate.high ?? effect.value) < Margin.stable ? .notSupported : .inconclusive
  }

  /// Whether any of several effects is above zero after correction for their number: supported if one is, not supported if
  /// all intervals are below the margin of stability, undecided otherwise.
  public static func anyPositive(_ effects: [ResampledNumber]) -> Verdict {
    let probabilities = correctedForNumber(effects.map(\.pValue))
    if zip(effects, probabilities).contains(where: { $0.value > 0 && $1 < 1 - Margin.level }) {
      return .supported
    }
    return all(effects.map { positive($0) == .notSupported ? .supported : .inconclusive }) == .supported
      ? .notSupported : .inconclusive
  }

  /// Whether an effect is within a margin on both sides: supported if its whole interval is, not supported if its interval
  /// lies outside, undecided otherwise.
  public static func within(_ margin: Double, _ effect: ResampledNumber) -> Verdict {
    let estimate = effect.estimate(level: Margin.level)
    let (low, high) = (estimate.low ?? effect.value, estimate.high ?? effect.value)
    if low >= -margin, high <= margin { return .supported }
    return low > margin || high < -margin ? .notSupported : .inconclusive
  }

  /// Whether an effect is at most a margin: supported if its interval ends below, not supported if it begins above.
  public static func atMost(_ margin: Double, _ effect: ResampledNumber) -> Verdict {
    let estimate = effect.estimate(level: Margin.level)
    if (estimate.high ?? effect.value) <= margin { return .supported }
    return (estimate.low ?? effect.value) > margin ? .notSupported : .inconclusive
  }

  /// All parts of a claim together: supported if all are, not supported if one is not, undecided otherwise.
  public static func all(_ parts: [Verdict]) -> Verdict {
    if parts.contains(.notSupported) { return .notSupported }
    return parts.allSatisfy { $0 == .supported } ? .supported : .inconclusive
  }
}

extension Verdict {
  /// Whether a number with an interval is above a bound: supported if its interval is, not supported if it lies below.
  public static func above(_ bound: Double, _ estimate: Estimate) -> Verdict {
    if (estimate.low ?? estimate.value) > bound { return .supported }
    return (estimate.high ?? estimate.value) < bound ? .notSupported : .inconclusive
  }
}
