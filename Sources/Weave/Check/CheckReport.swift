// What a check found of a whole paper, and what that means for its outcome.

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
