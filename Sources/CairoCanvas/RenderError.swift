/// Why a figure could not be drawn: one sentence.
public struct RenderError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The sentence.
  public let description: String

  /// An error from its sentence.
  public init(_ description: String) { self.description = description }
}
