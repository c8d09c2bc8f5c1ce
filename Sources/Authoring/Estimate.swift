// Numbers as they are recorded.
import Artifacts

/// A number, with an interval around it where one is known.
public struct Estimate: Codable, Sendable, Equatable, Storable {
  /// The number.
  public var value: Double
  /// The lower end of its interval.
  public var low: Double?
  /// The upper end of its interval.
  public var high: Double?

  /// A number, with its interval or without.
  public init(_ value: Double, low: Double? = nil, high: Double? = nil) {
    self.value = value
    self.low = low
    self.high = high
  }

  /// Whether neither the number nor an end of its interval is infinite or no number.
  public var isFinite: Bool {
    [value, low ?? 0, high ?? 0].allSatisfy(\.isFinite)
  }
}

/// What `Notebook.value` takes: numbers of the usual types, and numbers with an interval.
public protocol RecordableNumber {
  /// The number as it is recorded.
  var estimate: Estimate { get }
}

extension Double: RecordableNumber {
  /// The number without an interval.
  public var estimate: Estimate { Estimate(self) }
}

extension Float: RecordableNumber {
  /// The number without an interval.
  public var estimate: Estimate { Estimate(Double(self)) }
}

extension Int: RecordableNumber {
  /// The number without an interval.
  public var estimate: Estimate { Estimate(Double(self)) }
}

extension Estimate: RecordableNumber {
  /// The number itself.
  public var estimate: Estimate { self }
}
