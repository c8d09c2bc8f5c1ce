/// Why scenes cannot be made, in one sentence.
public struct SceneError: Error, Equatable, CustomStringConvertible {
  /// The sentence.
  public let description: String

  /// An error of the given words.
  public init(_ description: String) { self.description = description }
}
