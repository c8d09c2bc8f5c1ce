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
  /// What was found, with the cause.
  public let message: String

  /// A finding from its parts.
  public init(_ level: Level, file: String = "", line: Int = 0, name: String = "", _ message: String) {
    self.level = level
    self.file = file
    self.line = line
    self.name = name
    self.message = message
  }

  /// File, line and sentence.
  public var description: String {
    (line > 0 ? "\(file):\(line): " : file.isEmpty ? "" : "\(file): ") + message
  }
}

/// The outcome of a check.
public struct CheckReport: Codable, Sendable, Equatable {
  /// What was found, in the order of the paper.
  public var findings: [Finding] = []
  /// The numbers printed in the paper.
  public var numbers = 0
  /// Those of them that stand in the paper as they were recorded.
  public var identical = 0
  /// The figures compared.
  public var figures = 0
  /// Outputs computed again that came out the same.
  public var recomputed = 0
  /// Outputs computed again that differ within their tolerance.
  public var withinTolerance = 0

  /// Nothing found yet.
  public init() {}

  /// 0 all is well, 1 something differs, 2 something could not be told, 3 (strict only) something is unverified.
  public func exitCode(isStrict: Bool) -> Int32 {
    let levels = Set(findings.map(\.level))
    if levels.contains(.differs) { return 1 }
    if levels.contains(.unknown) { return 2 }
    return isStrict && levels.contains(.unverified) ? 3 : 0
  }

  /// The first line for people.
  public var summary: String {
    var parts = ["\(identical) of \(numbers) numbers in paper.md as recorded", "\(figures) figures compared"]
    if recomputed + withinTolerance > 0 {
      parts.append("\(recomputed) outputs recomputed identical, \(withinTolerance) within tolerance")
    }
    return parts.joined(separator: ", ")
  }
}
