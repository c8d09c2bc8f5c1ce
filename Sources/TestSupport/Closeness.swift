// Comparing numbers with a stated tolerance.

/// Whether two numbers differ by at most `absolute + relative * |expected|`; NaN is close to NaN only.
public func isClose(
  _ actual: Double, _ expected: Double, absolute: Double = 0, relative: Double = 0
) -> Bool {
  if actual.isNaN || expected.isNaN { return actual.isNaN && expected.isNaN }
  if actual == expected { return true }
  return abs(actual - expected) <= absolute + relative * abs(expected)
}

/// The largest difference of two lists, relative to the largest magnitude expected; infinite if their lengths differ.
public func largestDifference(_ actual: [Double], _ expected: [Double]) -> Double {
  guard actual.count == expected.count else { return .infinity }
  let scale = expected.lazy.map(abs).max() ?? 1
  let difference = zip(actual, expected).lazy.map { abs($0 - $1) }.max() ?? 0
  return difference / max(scale, .leastNormalMagnitude)
}
