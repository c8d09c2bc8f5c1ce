// Comparing numbers with a stated tolerance.

/// Whether two numbers differ by at most `absolute + relative * |expected|`. NaN is close to NaN only, an infinity
/// only to itself.
public func isClose(
  _ actual: Double, _ expected: Double, absolute: Double = 0, relative: Double = 0
) -> Bool {
  if actual == expected || (actual.isNaN && expected.isNaN) { return true }
  guard actual.isFinite, expected.isFinite else { return false }
  return abs(actual - expected) <= absolute + relative * abs(expected)
}

/// The largest difference of two lists, relative to the largest finite magnitude expected; infinite if their lengths
/// differ, or if a number is not finite and the one in its place is not the same bit for bit.
public func largestDifference(_ actual: [Double], _ expected: [Double]) -> Double {
  guard actual.count == expected.count else { return .infinity }
  var (largest, scale) = (0.0, 0.0)
  for (one, other) in zip(actual, expected) where other.isFinite || one.bitPattern != other.bitPattern {
    guard one.isFinite, other.isFinite else { return .infinity }
    largest = max(largest, abs(one - other))
    scale = max(scale, abs(other))
  }
  return largest / max(scale, .leastNormalMagnitude)
}
