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
      let project = try session.project()
      var labels: [String: Set<String>] = [:]
      for name in targets {
        let target = try project.target(name)
        guard let notebook = project.notebook(target.notebook) else { continue }
        let asked = notebook.asked(target.request ?? notebook.everything).map(\.label)
        labels[target.notebook, default: []].formUnion(asked)
      }
      for notebook in project.notebooks {
        guard let labels = labels[notebook.source.name] else { continue }
        if codeOnly {
          try acceptCode(of: labels, notebook, session)
        } else {
          try accept(labels, notebook, session)
        }
      }
      try session.project().keepCode()
    }
  }

  private func accept(_ labels: Set<String>, _ notebook: NotebookState, _ session: Session) throws {
    let name = notebook.source.name
    guard let pending = try PendingRecords.read(name, root: session.root) else {
      throw CommandFailure(
        description:
          "the last check found nothing in \(name) that could be accepted; ./quire check --rebuild changed looks"
      )
    }
    let before = Dictionary(
      (notebook.file?.records ?? []).map { ($0.name, dataHash($0)) }, uniquingKeysWith: { first, _ in first })
    let changed = pending.records.filter { labels.contains($0.name) && before[$0.name] != dataHash($0) }
    guard !changed.isEmpty else {
      throw CommandFailure(
        description: "the last check found no difference in \(labels.sorted().joined(separator: ", "))")
    }
    let file = try notebook.accepting(Set(changed.map(\.name)), from: pending)
    try takeResults(behind: changed, pending, session)
    try write(file, name, session, drawing: Set(changed.map(\.name)))
    for record in changed { say("accepted \(record.name)") }
  }

  /// Moves results that a rebuild made apart to where runs look for them.
  private func takeResults(behind records: [Record], _ pending: RecordFile, _ session: Session) throws {
    let store = Store(StoreOptions(root: session.root), reporter: Reporter(isQuiet: true))
    let scratch = StoreLayer(folder: session.root.appending(path: ".quire/check/store"))
    for name in pending.steps(behind: records.flatMap(\.artifacts)) {
      guard let node = pending.steps[name],
        case .found(let trace, let data) = scratch.lookup(step: node.parts.step, key: node.key)
      else { continue }
      try store.take(trace, data)
    }
  }

  private func acceptCode(of labels: Set<String>, _ notebook: NotebookState, _ session: Session) throws {
    guard let committed = notebook.file else {
      throw CommandFailure(description: "\(notebook.source.name) has no records whose code could be accepted")
    }
    let request = notebook.request(covering: labels)
    var runner = NotebookRunner(root: session.root, binaries: binaries.map { URL(filePath: $0) })
    runner.environment = ["QUIRE_COMMITS": "0", "QUIRE_FORCE": "1"]
    let outcome = try runner.run(notebook, request).outcome
    let rebuilt = try notebook.merged(outcome, request: request)
    var report = CheckReport()
    compareRebuilt(
      committed: committed, rebuilt: rebuilt, names: labels, path: notebook.source.path,
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

  private func write(_ file: RecordFile, _ name: String, _ session: Session, drawing labels: Set<String>)
    throws
  {
    let lock = try FileLock(session.root.appending(path: ".quire/locks/records-\(name)"))
    try withExtendedLifetime(lock) {
      try Files.write(
        try file.encoded(), to: Project.records(in: session.root).appending(path: "\(name).jsonl"))
    }
    _ = try session.draw(try session.project(), labels, paper: nil)
  }
}
