// What can go wrong while gradients of images are collected.

/// Losses of an image that Fisher information cannot be taken of.
public struct FisherError: Error, CustomStringConvertible, Sendable, Equatable {
  /// One sentence: what, where, and what was expected.
  public let description: String

  /// An error with its sentence.
  public init(_ description: String) {
    self.description = description
  }
}
