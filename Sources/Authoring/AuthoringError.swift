// What can go wrong while a notebook records, each as one sentence with file and line.

/// A failure in a notebook.
public struct AuthoringError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The notebook, relative to the project's root.
  public let file: String
  /// The line of the call.
  public let line: Int
  /// What happened and what was expected.
  public let message: String

  /// File, line and sentence.
  public var description: String { "\(file):\(line): \(message)" }
}
