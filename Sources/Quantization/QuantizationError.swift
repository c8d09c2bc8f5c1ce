// What can be wrong with a wish to quantize a network.

/// Bits asked for that do not fit a network.
public struct QuantizationError: Error, CustomStringConvertible, Sendable, Equatable {
  /// One sentence: what, where, and what was expected.
  public let description: String

  /// An error with its sentence.
  public init(_ description: String) {
    self.description = description
  }
}
