// A step under way, as progress lines tell of it.

/// What is known of a step that runs.
package struct RunningStep {
  /// What people call it.
  package let title: String
  /// Why it runs.
  package let reason: String
  /// How long it took the last time.
  package let expectedSeconds: Double?
  /// What it says of itself.
  package private(set) var message = ""
  /// The share of it that is done.
  package private(set) var fraction: Double?
  private let began: ContinuousClock.Instant
  /// Where it stood when it first told: a step that is continued does not begin at zero.
  private var first: (fraction: Double, time: ContinuousClock.Instant)?

  /// A step that begins.
  package init(
    title: String, reason: String, expectedSeconds: Double?, at now: ContinuousClock.Instant = .now
  ) {
    self.title = title
    self.reason = reason
    self.expectedSeconds = expectedSeconds
    began = now
  }

  /// Takes note of what it says.
  package mutating func tell(
    _ message: String, _ fraction: Double?, at now: ContinuousClock.Instant = .now
  ) {
    self.message = message
    self.fraction = fraction
    if let fraction, first == nil { first = (fraction, now) }
  }

  /// Whole seconds since it began in this process.
  package func seconds(at now: ContinuousClock.Instant = .now) -> Double {
    Double((now - began).components.seconds)
  }

  /// How long it will still take: at the pace since it first told, and before that tells anything by the last run.
  package func secondsLeft(at now: ContinuousClock.Instant = .now) -> Double? {
    if let first, let fraction, fraction - first.fraction > 0.02 {
      return (1 - fraction) * ((now - first.time) / .seconds(1)) / (fraction - first.fraction)
    }
    return expectedSeconds.map { (1 - (first?.fraction ?? 0)) * $0 - seconds(at: now) }
  }
}
