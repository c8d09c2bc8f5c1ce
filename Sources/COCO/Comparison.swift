// Two detectors on the same images: how far apart, and how sure that is.

/// The paired comparison of two evaluations of one data set: the first minus the second.
public struct EvaluationComparison: Sendable, Encodable {
  /// The difference in one average precision. Intervals are at 95 %.
  public struct Entry: Sendable, Encodable {
    /// The first's average precision, -1 without objects.
    public var first: Double
    /// The second's.
    public var second: Double
    /// The first minus the second.
    public var difference: Double
    /// Ends of the percentile interval: both are resampled with the same images.
    public var percentile: [Double]
    /// Ends of the bias-corrected and accelerated interval.
    public var bca: [Double]
    /// Standard deviation of the resampled differences.
    public var standardError: Double
    /// How many resamples had something to measure.
    public var resamples: Int
    /// The share of exchanges of the two detectors' outputs image by image that make a difference at least as large.
    public var pValue: Double
  }

  /// Over all categories.
  public var averagePrecision: Entry
  /// Over the critical sets, by name.
  public var critical: [String: Entry]
  /// How often images were resampled.
  public var resamples: Int
  /// How often outputs were exchanged.
  public var permutations: Int
  /// What both were drawn with.
  public var seed: UInt64
  /// How many differences were tested: one who claims significance for several has to adjust for that.
  public var comparisons: Int

  private enum CodingKeys: String, CodingKey {
    case averagePrecision = "AP"
    case critical, resamples, permutations, seed, comparisons
  }

  /// Compares two evaluations; traps if they are not of the same images and objects.
  public init(
    _ first: BoxEvaluation, _ second: BoxEvaluation, critical sets: [CategorySet], resamples: Int,
    permutations: Int, seed: UInt64
  ) {
    let all = [CategorySet(name: "all", ids: first.categories.map(\.id))] + sets
    let resampled = (
      first.resampledPrecision(of: all, resamples: resamples, seed: seed),
      second.resampledPrecision(of: all, resamples: resamples, seed: seed)
    )
    let jackknifed = (first.jackknifedPrecision(of: all), second.jackknifedPrecision(of: all))
    let tests = first.swapTests(against: second, sets: all, permutations: permutations, seed: seed)
    let percentile = resampled.0.differences(from: resampled.1)
    let entries = all.indices.map { set in
      let pairs = zip(resampled.0.values[set], resampled.1.values[set]).filter { $0 >= 0 && $1 >= 0 }
      let corrected = BootstrapInterval(
        of: pairs.map { $0 - $1 }, estimate: percentile[set].estimate,
        jackknife: zip(jackknifed.0[set], jackknifed.1[set]).map { $0 - $1 })
      return Entry(
        first: resampled.0.estimates[set], second: resampled.1.estimates[set],
        difference: percentile[set].estimate, percentile: [percentile[set].lower, percentile[set].upper],
        bca: [corrected.lower, corrected.upper], standardError: percentile[set].standardError,
        resamples: percentile[set].resamples, pValue: tests[set].pValue)
    }
    averagePrecision = entries[0]
    critical = Dictionary(
      zip(sets.map(\.name), entries.dropFirst()), uniquingKeysWith: { first, _ in first })
    (self.resamples, self.permutations, self.seed) = (resamples, permutations, seed)
    comparisons = entries.count
  }
}
