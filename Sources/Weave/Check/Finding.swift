// What a check finds, in words.

/// One thing that a check found.
public struct Finding: Codable, Sendable, Equatable, CustomStringConvertible {
  /// What it means for the outcome.
  public enum Level: String, Codable, Sendable {
    /// It differs.
    case differs
    /// It could not be told.
    case unknown
    /// It agrees only by hash, or was not compared.
    case unverified
    /// Good to know.
    case notice
  }

  /// What it means for the outcome.
  public let level: Level
  /// The file, relative to the root; empty where there is none.
  public let file: String
  /// The line, from 1; 0 where there is none.
  public let line: Int
  /// The output it is about; empty where there is none.
  public let name: String
  /// What was found.
  public let message: String
  /// Why, in words; nothing where that is not known or needs no words.
  public var cause: String?
  /// What was expected and what there is, where the two can be set side by side.
  public var expected: String?
  /// What there is.
  public var actual: String?
  /// The places of the paper that show it, as `file:line`.
  public var moves: [String]?

  /// A finding from its parts.
  public init(
    _ level: Level, file: String = "", line: Int = 0, name: String = "", _ message: String,
    cause: String? = nil,
    expected: String? = nil, actual: String? = nil
  ) {
    self.level = level
    self.file = file
    self.line = line
    self.name = name
    self.message = message
    self.cause = cause
    self.expected = expected
    self.actual = actual
  }

  /// File, line and sentence.
  public var description: String {
    let places = moves?.isEmpty == false ? "; shown at \(moves?.joined(separator: ", ") ?? "")" : ""
    return (line > 0 ? "\(file):\(line): " : file.isEmpty ? "" : "\(file): ") + message + places
  }
}

/// An output that a check looked at.
public struct CheckedOutput: Codable, Sendable, Equatable {
  /// How far it was verified.
  public enum Verification: String, Codable, Sendable {
    /// Computed again, with the same outcome.
    case identical
    /// Computed again, with another outcome that its class allows.
    case withinTolerance
    /// Computed again, with another outcome.
    case differs
    /// Not computed again: by the hash of its data.
    case byHash
    /// Computed again, but not comparable.
    case notComparable
  }

  /// Its label.
  public let name: String
  /// The notebook's name.
  public let notebook: String
  /// `value`, `table`, `figure`, `claim` or `note`.
  public let kind: String
  /// How far it was verified.
  public var verification: Verification
}
