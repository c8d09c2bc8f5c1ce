// What is said about an evaluation: one JSON object with sorted keys, or a table for people.
import FoundationEssentials

/// The figures of an evaluation with those of categories and of critical sets, and intervals if they were asked for.
public struct EvaluationReport: Sendable, Encodable {
  /// One category.
  public struct CategoryEntry: Sendable, Encodable {
    /// Its id.
    public var id: Int
    /// Its name.
    public var name: String
    /// Its average precision, -1 without objects.
    public var averagePrecision: Double
    /// How many of its objects count.
    public var objects: Int

    private enum CodingKeys: String, CodingKey {
      case id
      case name
      case averagePrecision = "AP"
      case objects
    }
  }

  /// One critical set.
  public struct SetEntry: Sendable, Encodable {
    /// Ids of its categories.
    public var categories: [Int]
    /// Their average precision, -1 without objects.
    public var averagePrecision: Double

    private enum CodingKeys: String, CodingKey {
      case categories
      case averagePrecision = "AP"
    }
  }

  /// The 95 % intervals of one average precision.
  public struct IntervalEntry: Sendable, Encodable {
    /// Ends of the percentile interval.
    public var percentile: [Double]
    /// Ends of the centered interval, see `BootstrapMethod`.
    public var centered: [Double]
    /// Ends of the bias-corrected and accelerated interval.
    public var bca: [Double]
    /// Mean of the resamples less the estimate.
    public var bias: Double
    /// Standard deviation of the resamples.
    public var standardError: Double
    /// How many resamples had something to measure.
    public var resamples: Int
    /// How often a category was left out of a resample for want of objects.
    public var leftOut: Int
  }

  /// The intervals of all figures.
  public struct BootstrapEntry: Sendable, Encodable {
    /// How many resamples were drawn.
    public var resamples: Int
    /// What they were drawn with.
    public var seed: UInt64
    /// Of the average precision over all categories.
    public var averagePrecision: IntervalEntry
    /// Of the critical sets.
    public var critical: [String: IntervalEntry]

    private enum CodingKeys: String, CodingKey {
      case resamples
      case seed
      case averagePrecision = "AP"
      case critical
    }
  }

  /// The twelve figures.
  public var stats: BoxStatistics
  /// Each category, ascending by id.
  public var categories: [CategoryEntry]
  /// Each critical set, by the name it was asked for with.
  public var critical: [String: SetEntry]
  /// Intervals, if asked for.
  public var bootstrap: BootstrapEntry?
  /// The difference to other detections, if asked for.
  public var comparison: EvaluationComparison?

  /// Reports on an evaluation.
  /// - Parameters:
  ///   - evaluation: the evaluation.
  ///   - figures: its twelve figures, if they are known already.
  ///   - sets: the critical sets.
  ///   - resamples: how often to resample the images for intervals; none if absent.
  ///   - seed: what to draw the resamples with.
  public init(
    _ evaluation: BoxEvaluation, _ figures: BoxStatistics? = nil, critical sets: [CategorySet],
    resamples: Int?, seed: UInt64
  ) {
    stats = figures ?? evaluation.statistics
    categories = evaluation.categories.map {
      CategoryEntry(
        id: $0.id, name: $0.name, averagePrecision: evaluation.averagePrecision(category: $0.id),
        objects: evaluation.objectCount(category: $0.id))
    }
    critical = [:]
    for set in sets {
      critical[set.name] = SetEntry(
        categories: set.ids, averagePrecision: evaluation.averagePrecision(categories: set.ids))
    }
    guard let resamples else { return }
    let all = CategorySet(name: "all", ids: evaluation.categories.map(\.id))
    let resampled = evaluation.resampledPrecision(of: [all] + sets, resamples: resamples, seed: seed)
    let percentile = resampled.intervals()
    let centered = resampled.intervals(method: .centered)
    let jackknifed = evaluation.jackknifedPrecision(of: [all] + sets)
    let entries = percentile.indices.map { set in
      let corrected = BootstrapInterval(
        of: resampled.values[set].filter { $0 >= 0 }, estimate: resampled.estimates[set],
        jackknife: jackknifed[set])
      return IntervalEntry(
        percentile: [percentile[set].lower, percentile[set].upper],
        centered: [centered[set].lower, centered[set].upper], bca: [corrected.lower, corrected.upper],
        bias: percentile[set].bias,
        standardError: percentile[set].standardError, resamples: percentile[set].resamples,
        leftOut: resampled.leftOut[set])
    }
    bootstrap = BootstrapEntry(
      resamples: resamples, seed: seed, averagePrecision: entries[0],
      critical: Dictionary(
        zip(sets.map(\.name), entries.dropFirst()), uniquingKeysWith: { first, _ in first }))
  }

  /// One line of JSON with sorted keys.
  public func json() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(self), as: UTF8.self)
  }

  /// A table for people; figures in points, with the centered interval where there is one.
  public var text: String {
    var lines = stats.named.map { padded($0.name, 8) + points($0.value) }
    if let bootstrap { lines[0] += interval(bootstrap.averagePrecision) }
    if !critical.isEmpty { lines += ["", "critical"] }
    for (name, set) in critical.sorted(by: { $0.key < $1.key }) {
      let ends = bootstrap?.critical[name].map(interval) ?? ""
      lines.append("  " + padded(name, 24) + points(set.averagePrecision) + ends)
    }
    lines += ["", "categories"]
    for category in categories {
      let objects = category.objects == 1 ? "1 object" : "\(category.objects) objects"
      lines.append("  " + padded(category.name, 24) + points(category.averagePrecision) + "   " + objects)
    }
    if let bootstrap {
      lines += [
        "",
        "95 % intervals (centered) by \(bootstrap.resamples) resamples of the images, seed \(bootstrap.seed)",
      ]
    }
    if let comparison { lines += [""] + comparisonLines(comparison) }
    return lines.joined(separator: "\n")
  }

  private func comparisonLines(_ comparison: EvaluationComparison) -> [String] {
    func line(_ name: String, _ entry: EvaluationComparison.Entry) -> String {
      "  " + padded(name, 24) + points(entry.difference, signed: true) + "   ["
        + points(entry.bca[0], signed: true) + ", " + points(entry.bca[1], signed: true) + "]   p = "
        + String((entry.pValue * 10_000).rounded() / 10_000)
    }
    let adjusting =
      comparison.comparisons == 1 ? "" : ", not adjusted for \(comparison.comparisons) comparisons"
    return ["difference to the other detections", line("AP", comparison.averagePrecision)]
      + comparison.critical.sorted { $0.key < $1.key }.map { line($0.key, $0.value) } + [
        "",
        "95 % intervals (bias-corrected) of paired differences by \(comparison.resamples) resamples; p by "
          + "\(comparison.permutations) exchanges of outputs\(adjusting); "
          + "seed \(comparison.seed)",
      ]
  }

  private func interval(_ entry: IntervalEntry) -> String {
    entry.resamples == 0
      ? "" : "   [" + points(entry.centered[0]) + ", " + points(entry.centered[1]) + "]"
  }

  /// A share in points with one digit, "–" for -1 unless it is a difference.
  private func points(_ value: Double, signed: Bool = false) -> String {
    if value == -1 && !signed { return "    –" }
    let tenths = Int((value * 1000).rounded())
    let text = (tenths < 0 ? "-" : "") + "\(abs(tenths) / 10).\(abs(tenths) % 10)"
    return String(repeating: " ", count: max(5 - text.count, 0)) + text
  }

  private func padded(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(width - text.count, 1))
  }
}
