// quire compare: what the results say now beside what they said in another state.
import ArgumentParser
import Artifacts
import Authoring
import Foundation
import Weave

/// `quire compare`.
struct CompareCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract:
      "Which numbers, verdicts and figures came out otherwise than in a commit or in another checkout.",
    discussion: """
      It reads records and computes nothing: after a run with another parameter, after an edit of the code, or after \
      everything was trained again. Numbers are printed alike, have intervals that overlap, intervals that do not, or no \
      interval. Intervals speak of the data that a number was measured on, not of chance in training.
      It ends with 0 if both say the same, and with 1 if something came out otherwise.
      """)

  @OptionGroup var subject: ProfileOption

  @Argument(help: "A commit, or the folder of another checkout or report.")
  var state = "HEAD"

  @Option(help: ArgumentHelp("How many lines of each kind to print.", valueName: "count"))
  var limit = 12

  @Flag(help: "Print one JSON object.")
  var json = false

  func validate() throws {
    if limit < 0 { throw ValidationError("--limit is \(limit), expected at least 0") }
  }

  func run() throws {
    try reporting {
      let session = try Session(subject)
      let after = try session.project().records.map(\.record)
      let comparison = ResultsComparison(before: try records(session), after: after)
      if json { try printJSON(comparison) } else { printLines(comparison) }
      if !comparison.isSame { throw ExitCode(1) }
    }
  }

  /// The records of the other state.
  private func records(_ session: Session) throws -> [Record] {
    let folder = URL(filePath: state)
    if Files.exists(Project.records(in: folder)) {
      let names = Files.names(in: Project.records(in: folder)).filter { $0.hasSuffix(".jsonl") }
      return try names.flatMap { name in
        try Project.recordFile(String(name.dropLast(6)), in: Project.records(in: folder))?.records ?? []
      }
    }
    guard
      let commit = session.git("rev-parse", "--verify", "--quiet", "--end-of-options", state + "^{commit}")
    else {
      throw CommandFailure(
        description: "\(state) is neither a commit nor a folder with Results/records", code: 64)
    }
    let listing = session.git("ls-tree", "--name-only", commit, "Results/records/") ?? ""
    let paths = listing.split(separator: "\n").map(String.init).filter { $0.hasSuffix(".jsonl") }
    guard !paths.isEmpty else {
      throw CommandFailure(description: "the commit \(state) has no records in Results/records")
    }
    return try paths.flatMap { path in
      guard let text = session.git("show", "\(commit):./\(path)") else {
        throw CommandFailure(description: "git cannot show \(path) of \(state)")
      }
      return try RecordFile(Data(text.utf8), path: "\(path) of \(state)").records
    }
  }

  private func printLines(_ found: ResultsComparison) {
    print("verdicts  \(found.sameVerdicts) of \(found.sameVerdicts + found.verdicts.count) as in \(state)")
    list(found.verdicts, limit: .max)
    print(
      "numbers   \(found.sameNumbers) of \(found.numberCount) printed alike; otherwise \(found.overlapping.count) with intervals that overlap, "
        + "\(found.apart.count) with intervals apart, \(found.withoutInterval.count) without"
    )
    if !found.apart.isEmpty { print("  apart, the farthest first") }
    list(found.apart, limit: limit)
    if !found.withoutInterval.isEmpty { print("  without interval, the largest change first") }
    list(found.withoutInterval, limit: limit)
    let figures = found.sameFigures + found.figures.count
    print("figures   \(found.sameFigures) of \(figures) show the same data")
    if !found.figures.isEmpty { print("  " + found.figures.joined(separator: ", ")) }
    print("words     \(found.words.isEmpty ? "as there" : "\(found.words.count) otherwise")")
    list(found.words, limit: limit)
    for (names, place) in [(found.onlyBefore, "only in \(state)"), (found.onlyAfter, "only here")] {
      guard !names.isEmpty else { continue }
      let rest = names.count > limit ? "; and \(names.count - limit) more" : ""
      print("\(place)  " + names.prefix(limit).joined(separator: "; ") + rest)
    }
  }

  private func list(_ results: [ChangedResult], limit: Int) {
    for result in results.prefix(limit) {
      let isShort = max(result.before.count, result.after.count) <= 80
      print("  \(result.name): " + (isShort ? "\(result.before) -> \(result.after)" : "other words"))
    }
    if results.count > limit { print("  and \(results.count - limit) more; --limit prints them, --json all") }
  }
}
