// What is wrong with notebooks, records or the paper: sentences with a place.

/// One thing that is wrong, or looks wrong.
public struct WeaveProblem: Error, Codable, Sendable, Equatable, CustomStringConvertible {
  /// How bad it is.
  public enum Severity: String, Codable, Sendable {
    /// The paper cannot be woven.
    case error
    /// The paper can be woven, but somebody should look.
    case warning
    /// A numeral in the prose that is bound to no value.
    case unboundNumber
  }

  /// How bad it is.
  public let severity: Severity
  /// The file, relative to the project's root.
  public let file: String
  /// The line, from 1; 0 where there is none.
  public let line: Int
  /// What is wrong, what was expected, and what to do about it.
  public let message: String

  /// A problem from its parts.
  public init(_ severity: Severity, file: String, line: Int, _ message: String) {
    self.severity = severity
    self.file = file
    self.line = line
    self.message = message
  }

  /// File, line and sentence.
  public var description: String {
    (line > 0 ? "\(file):\(line): " : file.isEmpty ? "" : "\(file): ") + message
  }
}

/// Problems that stop something, as one error.
public struct WeaveProblems: Error, Sendable, CustomStringConvertible {
  /// The problems, in order.
  public let problems: [WeaveProblem]

  /// An error of one or more problems.
  public init(_ problems: [WeaveProblem]) { self.problems = problems }

  /// One line per problem.
  public var description: String { problems.map(\.description).joined(separator: "\n") }
}
