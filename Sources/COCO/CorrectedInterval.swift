// Bias-corrected and accelerated intervals (Efron, 1987).

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

extension BootstrapInterval {
  /// The bias-corrected and accelerated interval of an estimate from its resampled values.
  ///
  /// The percentiles are moved by how far the estimate lies from the middle of the resamples, and by how much more single
  /// images matter on one side than on the other, for which `jackknife` has the values without each group of images. Beyond
  /// the outermost resample the interval cannot reach.
  public init(of values: [Double], estimate: Double, jackknife: [Double], level: Double = 0.95) {
    self.init(of: values, estimate: estimate, level: level)
    if values.isEmpty { return }
    let sorted = values.sorted()
    let count = Double(sorted.count)
    let below = Double(sorted.count { $0 < estimate }) + 0.5 * Double(sorted.count { $0 == estimate })
    let shift = normalQuantile(min(max(below, 0.5), count - 0.5) / count)
    let acceleration = Self.acceleration(jackknife)
    func end(_ share: Double) -> Double {
      let moved = shift + normalQuantile(share)
      let place = normalShare(shift + moved / (1 - acceleration * moved)) * (count - 1)
      let lower = min(max(Int(place), 0), sorted.count - 1)
      let upper = min(lower + 1, sorted.count - 1)
      return sorted[lower] + (place - Double(lower)) * (sorted[upper] - sorted[lower])
    }
    (lower, upper) = (end((1 - level) / 2), end((1 + level) / 2))
  }

  /// A sixth of the skewness of the influence of single images on the mean: groups of images have less of it each, but
  /// there are fewer of them, which comes to the same.
  private static func acceleration(_ jackknife: [Double]) -> Double {
    if jackknife.count < 3 { return 0 }
    let mean = jackknife.reduce(0, +) / Double(jackknife.count)
    let squares = jackknife.reduce(0) { $0 + (mean - $1) * (mean - $1) }
    let cubes = jackknife.reduce(0) { $0 + (mean - $1) * (mean - $1) * (mean - $1) }
    return squares > 0 ? cubes / (6 * squares * squares.squareRoot()) : 0
  }
}

/// The share of the normal distribution below a value.
func normalShare(_ value: Double) -> Double { 0.5 * erfc(-value / 2.0.squareRoot()) }

/// The value below which a share (above 0, below 1) of the normal distribution lies: bisection to the last digit.
func normalQuantile(_ share: Double) -> Double {
  var (low, high) = (-40.0, 40.0)
  while true {
    let middle = low + (high - low) / 2
    if middle <= low || middle >= high { return middle }
    if normalShare(middle) < share { low = middle } else { high = middle }
  }
}
