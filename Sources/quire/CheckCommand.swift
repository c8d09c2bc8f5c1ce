// quire check: does the committed paper still regenerate?
import ArgumentParser
import Artifacts
import Foundation
import Weave

/// `quire check`.
struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Compare the committed paper, figures and records with what regenerates.")

  /// How much is computed again.
  enum Rebuild: String, ExpressibleByArgument, CaseIterable {
    /// Nothing: weave and draw from records.
    case none
    /// What is out of date.
    case changed
    /// Everything but what is keyed by version alone.
    case all
  }

  @OptionGroup var subject: ProfileOption

  @Option(help: "What is computed again: none, changed or all.")
  var rebuild = Rebuild.changed

  @Option(
    help: ArgumentHelp(
      "Compute again, of everything and within this time, what verifies most of the paper's numbers: 90s, 15m, 2h.",
      valueName: "time"))
  var budget: TimeBudget?

  @Option(
    help:
      "How many notebooks or parts of them may run at once, each in a process of its own; as many as processors, up to 4."
  )
  var jobs: Int?

  @Option(
    help:
      "Threads for each step; by default as many as when it was recorded; another number puts the promised classes to the test."
  )
  var threads: Int?

  @Option(
    help: ArgumentHelp(
      "Write a page with what was expected, what there is, and the difference.", valueName: "file"))
  var report: String?

  @Option(help: ArgumentHelp("Write the outcome as JUnit XML.", valueName: "file"))
  var junit: String?

  @Option(help: ArgumentHelp("Write a summary in Markdown.", valueName: "file"))
  var markdown: String?

  @Flag(help: "Fail (3) if something is unverified.")
  var strict = false

  @Flag(help: "Print one JSON object.")
  var json = false

  @Option(help: ArgumentHelp("Run executables that are built already.", valueName: "folder"))
  var binaries: String?

  private struct Outcome: Encodable {
    let exit: Int32
    let causes: [String]
    let report: CheckReport
  }

  func validate() throws {
    if let jobs, jobs < 1 { throw ValidationError("--jobs is \(jobs), expected at least 1") }
    if let threads, threads < 1 { throw ValidationError("--threads is \(threads), expected at least 1") }
    if budget != nil, rebuild == .none {
      throw ValidationError("--budget says how long to compute again, --rebuild none that nothing is")
    }
  }

  func run() throws {
    try reporting {
      let session = try Session(subject)
      let project = try session.project()
      var report = try project.checkRecords(
        drawer: session.drawer, staleLevel: rebuild == .none || budget != nil ? .differs : .notice)
      if rebuild != .none || budget != nil, report.damaged > 0 {
        say("a committed result is damaged, so nothing is computed again: it might be hours of training")
      } else if rebuild != .none || budget != nil {
        let locks = session.root.appending(path: ".quire/locks")
        // Two checks would compute into one folder.
        let alone = try FileLock(locks.appending(path: "check")) { say("waiting for another check to end") }
        try withExtendedLifetime(alone) {
          try session.keepingResults { try recompute(project, session, &report) }
        }
      } else {
        report.addUntouched(project, covers: false)
      }
      report.locate(in: project)
      let code = report.exitCode(isStrict: strict)
      try write(report, project, session)
      if json {
        try printJSON(Outcome(exit: code, causes: report.causes, report: report))
      } else {
        for line in report.verdict(isStrict: strict) { print(line) }
        for level in [Finding.Level.differs, .unknown, .unverified, .notice] {
          for finding in report.findings where finding.level == level { print(label(level) + "\(finding)") }
        }
        print(report.summary)
      }
      if code != 0 { throw ExitCode(code) }
    }
  }

  private func label(_ level: Finding.Level) -> String {
    switch level {
    case .differs: "differs     "
    case .unknown: "unknown     "
    case .unverified: "unverified  "
    case .notice: "note        "
    }
  }

  /// Runs notebooks with results kept apart, and compares their records with the committed ones.
  private func recompute(_ project: Project, _ session: Session, _ report: inout CheckReport) throws {
    let isApart = rebuild == .all || budget != nil
    let scratch = session.root.appending(path: ".quire/check")
    PendingRecords.forget(root: session.root)
    Files.remove(scratch)
    let recomputation = Recomputation(
      runner: runner(session, store: isApart ? scratch.appending(path: "store") : nil),
      threads: threads, jobs: processes)
    let runs = runAgain(project, session, recomputation)
    for notebook in project.notebooks {
      guard let run = runs[notebook.source.name], let committed = notebook.file else { continue }
      for failure in run.failures {
        report.findings.append(
          Finding(
            .unknown, file: notebook.source.path, failure.description,
            cause: failure.description.split(separator: "\n").first.map(String.init)))
      }
      guard run.request != RunRequest() else { continue }
      let rebuilt = try notebook.merged(run.outcome, request: run.request)
      let before = report.findings.count { $0.level == .differs }
      compareRebuilt(
        committed: committed, rebuilt: rebuilt, ran: Set(run.outcome.records.map(\.name)),
        asked: Set(notebook.asked(run.request).map(\.label)), path: notebook.source.path,
        history: CodeHistory(root: session.root), into: &report)
      if report.findings.count(where: { $0.level == .differs }) > before {
        try PendingRecords.keep(rebuilt, root: session.root)
      }
    }
    report.addUntouched(project, covers: isApart)
    // What differs may be accepted, and then its results are wanted.
    if !report.findings.contains(where: { $0.level == .differs }) { Files.remove(scratch) }
  }

  /// How many processes compute at once.
  private var processes: Int { jobs ?? mostNotebooksAtOnce }

  /// What runs notebooks; with a store of its own nothing there counts, and of what is committed only what its key says.
  private func runner(_ session: Session, store: URL?) -> NotebookRunner {
    var runner = NotebookRunner(root: session.root, binaries: binaries.map { URL(filePath: $0) })
    var options = StoreOptions(root: session.root)
    options.commits = false
    if let store { (options.local, options.committedUse) = (store, .trained) }
    runner.environment = options.variables
    return runner
  }

  /// Runs what is to be computed again of each notebook, as long as the budget lasts where there is one.
  private func runAgain(_ project: Project, _ session: Session, _ recomputation: Recomputation)
    -> [String: Recomputation.Run]
  {
    if let budget = budget?.seconds {
      let store = Store(StoreOptions(root: session.root), reporter: Reporter(isQuiet: true))
      say("computing again for \(shortSeconds(budget)), \(processes) notebooks at once")
      return recomputation.run(
        TimedOutputs(project.notebooks, within: budget) { node, kind in
          store.expectedCost(of: node.parts, key: node.key, kind: kind)?.seconds
        })
    }
    return recomputation.run(
      WholeNotebooks(
        project.notebooks.compactMap { notebook in
          let request = rebuild == .all ? notebook.everything : notebook.neededRun
          return notebook.file == nil ? nil : request.map { CheckTask(notebook: notebook, request: $0) }
        }))
  }

  private func write(_ outcome: CheckReport, _ project: Project, _ session: Session) throws {
    let folder = URL(filePath: FileManager.default.currentDirectoryPath)
    func url(_ path: String) -> URL {
      path.hasPrefix("/") ? URL(filePath: path) : folder.appending(path: path)
    }
    if let markdown { try Files.write(outcome.markdown(isStrict: strict), to: url(markdown)) }
    if let junit { try Files.write(outcome.junit(), to: url(junit)) }
    if let report {
      try Files.write(
        outcome.page(isStrict: strict, pictures: pictures(outcome, project, session)), to: url(report))
    }
  }

  /// The committed drawings of figures that differ, and those of what was computed again or recorded.
  private func pictures(_ outcome: CheckReport, _ project: Project, _ session: Session) throws -> [String: (
    expected: String, actual: String
  )] {
    let drawer = session.drawer
    var pictures: [String: (expected: String, actual: String)] = [:]
    for notebook in project.notebooks {
      let isComputed = rebuild != .none || budget != nil
      let pending =
        try (isComputed ? PendingRecords.read(notebook.source.name, root: session.root) : nil)
        ?? notebook.file
      for record in pending?.records ?? [] where outcome.findings.contains(where: { $0.name == record.name })
      {
        guard case .figure(let figure) = record.payload,
          let actual = try? drawer.draw(record.name, figure.figure).files["svg"],
          let expected = try? Files.read(session.root.appending(path: figurePath(record.name, "svg")))
        else { continue }
        pictures[record.name] = (svg(expected), svg(actual))
      }
    }
    return pictures
  }

  /// A drawing as it stands inside of a page.
  private func svg(_ data: Data) -> String {
    let text = String(decoding: data, as: UTF8.self)
    return text.firstRange(of: "<svg").map { String(text[$0.lowerBound...]) } ?? ""
  }
}
