// quire accept: take a difference as intended.
import ArgumentParser
import Artifacts
import Authoring
import Foundation
import Weave

/// `quire accept`.
struct AcceptCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "accept",
    abstract: "Take what the last check computed otherwise as intended, by name; refuses to in CI.",
    discussion: """
      With --code-only nothing but code may have changed: the named outputs are computed again by the present code, and \
      taken only if they and the results behind them come out equal.
      """)

  @Argument(help: ArgumentHelp("What is taken.", valueName: "notebook[#section] | output"))
  var targets: [String]

  @Flag(help: "Compute again, and take equal values only.")
  var codeOnly = false

  @Option(help: ArgumentHelp("Run executables that are built already.", valueName: "folder"))
  var binaries: String?

  func run() throws {
    try reporting {
      if let value = ProcessInfo.processInfo.environment["CI"], !value.isEmpty, value != "0", value != "false"
      {
        throw CommandFailure(
          description: "accept does not run in CI: people take differences as intended, machines do not")
      }
      let session = try Session()
      let locks = session.root.appending(path: ".quire/locks")
      // A check would remove what is to be taken.
      let alone = try FileLock(locks.appending(path: "check")) { say("waiting for a check to end") }
      try withExtendedLifetime(alone) { try session.keepingResults { try accept(session) } }
    }
  }

  private func accept(_ session: Session) throws {
    let project = try session.project()
    var labels: [String: Set<String>] = [:]
    for name in targets {
      let target = try project.target(name)
      guard let notebook = project.notebook(target.notebook) else { continue }
      let asked = notebook.asked(target.request ?? notebook.everything).map(\.label)
      labels[target.notebook, default: []].formUnion(asked)
    }
    let chosen = project.notebooks.compactMap { notebook in
      labels[notebook.source.name].map { (notebook: notebook, labels: $0) }
    }
    if codeOnly {
      for (notebook, labels) in chosen { try acceptCode(of: labels, notebook, session) }
    } else {
      // All are looked at before any is taken.
      let found = try chosen.map { try changes(of: $0.labels, $0.notebook, session) }
      for ((notebook, _), change) in zip(chosen, found) {
        try take(change.records, from: change.pending, notebook, session)
      }
    }
    try session.project().keepCode()
  }

  /// The records that the last check computed otherwise, of those that are to be taken.
  private func changes(of labels: Set<String>, _ notebook: NotebookState, _ session: Session) throws -> (
    records: [Record], pending: RecordFile
  ) {
    let name = notebook.source.name
    guard let pending = try PendingRecords.read(name, root: session.root) else {
      throw CommandFailure(
        description:
          "the last check found nothing in \(name) that could be accepted; ./quire check --rebuild changed looks"
      )
    }
    let before = Dictionary(
      (notebook.file?.records ?? []).map { ($0.name, $0.payload) }, uniquingKeysWith: { first, _ in first })
    let changed = pending.records.filter { labels.contains($0.name) && before[$0.name] != $0.payload }
    guard !changed.isEmpty else {
      throw CommandFailure(
        description: "the last check found no difference in \(labels.sorted().joined(separator: ", "))")
    }
    let computed = NotebookState(
      source: notebook.source, file: pending, index: SourceIndex(root: session.root))
    for output in computed.outputs where changed.contains(where: { $0.name == output.label }) {
      guard case .stale(let reason) = output.state else { continue }
      throw CommandFailure(
        description:
          "what the last check computed of \(output.label) is itself out of date: \(reason); check again")
    }
    return (changed, pending)
  }

  private func take(
    _ changed: [Record], from pending: RecordFile, _ notebook: NotebookState, _ session: Session
  ) throws {
    let (name, labels) = (notebook.source.name, Set(changed.map(\.name)))
    try takeResults(behind: changed, pending, session)
    let lock = try FileLock(session.root.appending(path: ".quire/locks/records-\(name)"))
    try withExtendedLifetime(lock) {
      let folder = Project.records(in: session.root)
      // A run may have recorded something since.
      let present = NotebookState(
        source: notebook.source, file: try Project.recordFile(name, in: folder),
        index: SourceIndex(root: session.root))
      try Files.write(
        try present.accepting(labels, from: pending).encoded(), to: folder.appending(path: "\(name).jsonl"))
    }
    _ = try session.draw(try session.project(), labels, paper: nil)
    for record in changed { say("accepted \(record.name)") }
  }

  /// Moves results that a rebuild made apart to where runs look for them.
  private func takeResults(behind records: [Record], _ pending: RecordFile, _ session: Session) throws {
    let store = Store(StoreOptions(root: session.root), reporter: Reporter(isQuiet: true))
    let scratch = StoreLayer(folder: session.root.appending(path: ".quire/check/store"))
    for name in pending.steps(behind: records.flatMap(\.artifacts)) {
      guard let node = pending.steps[name] else { continue }
      switch scratch.lookup(step: node.parts.step, key: node.key) {
      case .found(let trace, let data): try store.take(trace, data)
      case .broken(let reason):
        throw CommandFailure(
          description:
            "the result of \(node.title) that the last check made cannot be taken: \(reason); check again")
      case .absent: continue
      }
    }
  }

  private func acceptCode(of labels: Set<String>, _ notebook: NotebookState, _ session: Session) throws {
    guard let committed = notebook.file else {
      throw CommandFailure(description: "\(notebook.source.name) has no records whose code could be accepted")
    }
    let request = notebook.request(covering: labels)
    var runner = NotebookRunner(root: session.root, binaries: binaries.map { URL(filePath: $0) })
    var store = StoreOptions(root: session.root)
    (store.commits, store.forces) = (false, true)
    runner.environment = store.variables
    runner.environment["QUIRE_THREADS"] = String(committed.provenance.environment.threads)
    let outcome = try runner.run(notebook, request)
    let rebuilt = try notebook.merged(outcome, request: request)
    var report = CheckReport()
    compareRebuilt(
      committed: committed, rebuilt: rebuilt, ran: labels.intersection(outcome.records.map(\.name)),
      asked: labels, path: notebook.source.path,
      history: CodeHistory(root: session.root), into: &report)
    let findings = report.findings.filter { $0.level == .differs || $0.level == .unverified }
    guard findings.isEmpty, report.withinTolerance == 0 else {
      for finding in findings { print("differs     \(finding)") }
      throw CommandFailure(
        description: "the present code gives other values, so nothing was accepted; ./quire run records them",
        code: 1)
    }
    try runner.commit(notebook, request, outcome)
    _ = try session.draw(try session.project(), labels, paper: nil)
    say(
      "accepted the present code of \(labels.sorted().joined(separator: ", ")): \(report.recomputed) outputs computed again, all equal"
    )
  }
}
