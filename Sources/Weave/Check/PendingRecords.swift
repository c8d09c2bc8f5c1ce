// Records that a check computed otherwise than they are committed, kept until somebody takes them as intended.
import Artifacts
import Authoring
import FoundationEssentials

/// The records of notebooks as the last check computed them.
public enum PendingRecords {
  /// Where they are, relative to the root.
  static let folder = ".quire/pending"

  /// Keeps the records of a notebook.
  public static func keep(_ file: RecordFile, root: URL) throws {
    try Files.write(
      try file.encoded(), to: root.appending(path: "\(folder)/\(file.provenance.notebook).jsonl"))
  }

  /// Forgets all.
  public static func forget(root: URL) { Files.remove(root.appending(path: folder)) }

  /// The records of a notebook; nothing if the last check found no difference in it.
  public static func read(_ notebook: String, root: URL) throws -> RecordFile? {
    let url = root.appending(path: "\(folder)/\(notebook).jsonl")
    guard Files.exists(url) else { return nil }
    return try RecordFile(try Files.read(url), path: "\(folder)/\(notebook).jsonl")
  }
}

extension NotebookState {
  /// The committed records with some of a check's in their place.
  /// - Parameters:
  ///   - labels: which outputs are taken.
  ///   - pending: the records of the check.
  public func accepting(_ labels: Set<String>, from pending: RecordFile) throws -> RecordFile {
    var outcome = RunOutcome()
    outcome.records = pending.records.filter { labels.contains($0.name) }.map { record in
      var record = record
      record.line = presentLine(of: record)
      return record
    }
    outcome.steps = pending.steps(behind: outcome.records.flatMap(\.artifacts)).compactMap {
      pending.steps[$0]
    }
    outcome.status = RunStatus(
      environment: pending.provenance.environment, totals: StepTotals())
    return try merged(outcome, request: RunRequest(labels: labels.sorted()))
  }
}
