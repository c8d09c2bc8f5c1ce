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

/// How many of the paper's numbers were computed again.
public struct CheckCoverage: Codable, Sendable, Equatable, CustomStringConvertible {
  /// The numbers computed again.
  public var recomputed: Int
  /// All numbers of values and tables.
  public var numbers: Int

  /// In words.
  public var description: String {
    let share = numbers == 0 ? 100 : recomputed * 100 / numbers
    return "\(recomputed) of \(numbers) recorded numbers computed again (\(share) %), the others by hash"
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
  /// Committed results that are damaged: nothing is computed from what is left of them.
  public var damaged = 0
  /// What became of each output that was looked at, in the order of the paper.
  public var outputs: [CheckedOutput] = []
  /// How much of the paper was computed again, where a budget or a rebuild asked for it.
  public var coverage: CheckCoverage?

  /// Nothing found yet.
  public init() {}

  /// Why things differ, each reason once, the first first.
  public var causes: [String] {
    var seen: Set<String> = []
    let bad = findings.filter { $0.level == .differs || $0.level == .unknown }
    // Where code or data changed, a paper that shows them differs as well; what made it so comes first.
    return (bad.filter { $0.file != "paper.md" } + bad.filter { $0.file == "paper.md" }).compactMap(\.cause)
      .filter { seen.insert($0).inserted }
  }

  /// 0 all is well, 1 something differs, 2 something could not be told, 3 (strict only) something is unverified.
  public func exitCode(isStrict: Bool) -> Int32 {
    let levels = Set(findings.map(\.level))
    if levels.contains(.differs) { return 1 }
    if levels.contains(.unknown) { return 2 }
    return isStrict && levels.contains(.unverified) ? 3 : 0
  }

  /// The last line for people.
  public var summary: String {
    var parts = ["\(identical) of \(numbers) numbers in paper.md as recorded", "\(figures) figures compared"]
    if recomputed + withinTolerance > 0 {
      parts.append("\(recomputed) outputs recomputed identical, \(withinTolerance) within tolerance")
    }
    if let coverage { parts.append("\(coverage)") }
    return parts.joined(separator: ", ")
  }
}
