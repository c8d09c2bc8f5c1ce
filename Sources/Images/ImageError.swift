import CImages

/// Why a picture or a font could not be read or written, in one sentence.
public struct ImageError: Error, Equatable, CustomStringConvertible {
  /// The sentence.
  public let description: String

  /// An error of the given words.
  public init(_ description: String) { self.description = description }

  /// What the C library said of its last failure on this thread.
  static func last(_ what: String) -> ImageError {
    ImageError("\(what): \(String(cString: qi_last_error()))")
  }
}
