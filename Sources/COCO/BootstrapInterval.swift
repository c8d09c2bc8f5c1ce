// From resampled values to an interval.

/// How an interval is made from resampled values.
public enum BootstrapMethod: String, Sendable, Codable, CaseIterable {
  /// Between two percentiles of the resampled values.
  case percentile
  /// The percentiles of the deviation from the resamples' mean, taken off the estimate: an interval for the value that
  /// data sets of this size give on average.
  ///
  /// Average precision of a resample is higher on average than that of the sample, the more so the fewer objects a
  /// category has, since the upper envelope gains from repeated images. In a mean over many categories this bias can
  /// exceed the spread, and then the percentile interval lies above its own estimate; this one does not.
  case centered
}

/// An estimate with its interval.
public struct BootstrapInterval: Sendable, Codable, Equatable {
  /// The value with all images as they are.
  public var estimate: Double
  /// Lower end.
  public var lower: Double
  /// Upper end.
  public var upper: Double
  /// Mean of the resampled values less the estimate.
  public var bias: Double
  /// Standard deviation of the resampled values.
  public var standardError: Double
  /// How many resamples it rests on: those in which there was something to measure.
  public var resamples: Int

  /// The interval of an estimate from its resampled values. Percentiles are interpolated linearly between neighbors.
  ///
  /// Without values both ends are the estimate, and `resamples` is 0.
  public init(
    of values: [Double], estimate: Double, level: Double = 0.95, method: BootstrapMethod = .percentile
  ) {
    self.estimate = estimate
    resamples = values.count
    (lower, upper, bias, standardError) = (estimate, estimate, 0, 0)
    if values.isEmpty { return }
    let sorted = values.sorted()
    func percentile(_ fraction: Double) -> Double {
      let position = fraction * Double(sorted.count - 1)
      let below = Int(position.rounded(.down))
      let above = min(below + 1, sorted.count - 1)
      return sorted[below] + (position - Double(below)) * (sorted[above] - sorted[below])
    }
    let (low, high) = (percentile((1 - level) / 2), percentile((1 + level) / 2))
    let mean = sorted.reduce(0, +) / Double(sorted.count)
    bias = mean - estimate
    switch method {
    case .percentile: (lower, upper) = (low, high)
    case .centered: (lower, upper) = (estimate - (high - mean), estimate - (low - mean))
    }
    if sorted.count > 1 {
      let squares = sorted.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      standardError = (squares / Double(sorted.count - 1)).squareRoot()
    }
  }
}
