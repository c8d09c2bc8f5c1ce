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

  @Option(help: "What is computed again: none, changed or all.")
  var rebuild = Rebuild.changed

  @Flag(help: "Fail (3) if something is unverified.")
  var strict = false

  @Flag(help: "Print one JSON object.")
  var json = false

  @Option(help: ArgumentHelp("Run executables that are built already.", valueName: "folder"))
  var binaries: String?

  private struct Outcome: Encodable {
    let exit: Int32
    let report: CheckReport
  }

  func run() throws {
    try reporting {
      let session = try Session()
      let project = try session.project()
      var report = try project.checkRecords(
        drawer: session.drawer, staleLevel: rebuild == .none ? .differs : .notice)
      if rebuild != .none { try recompute(project, session, &report) }
      let code = report.exitCode(isStrict: strict)
      if json {
        try printJSON(Outcome(exit: code, report: report))
      } else {
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
    var runner = NotebookRunner(root: session.root, binaries: binaries.map { URL(filePath: $0) })
    runner.environment["QUIRE_COMMITS"] = "0"
    let scratch = session.root.appending(path: ".quire/check")
    if rebuild == .all {
      // An empty store forces everything; committed results count only where the key says so.
      Files.remove(scratch)
      runner.environment["QUIRE_STORE"] = scratch.appending(path: "store").path
      runner.environment["QUIRE_COMMITTED"] = "trained"
    }
    defer { if rebuild == .all { Files.remove(scratch) } }
    for notebook in project.notebooks {
      let everything = RunRequest(sections: notebook.code.sections.map(\.label))
      guard let request = rebuild == .all ? everything : notebook.neededRun, let committed = notebook.file
      else {
        continue
      }
      do {
        let outcome = try runner.run(notebook, request).outcome
        compareRebuilt(
          committed: committed, rebuilt: try notebook.merged(outcome, request: request),
          names: names(request, notebook, outcome), path: notebook.source.path, into: &report)
      } catch let failure as CommandFailure {
        report.findings.append(Finding(.unknown, file: notebook.source.path, failure.description))
      }
    }
  }

  /// What ran, and what would have run if it were still there.
  private func names(_ request: RunRequest, _ notebook: NotebookState, _ outcome: RunOutcome) -> Set<String> {
    let asked = notebook.outputs.filter {
      request.labels.contains($0.label) || request.sections.contains($0.section)
    }
    return Set(asked.map(\.label)).union(outcome.records.map(\.name))
  }
}
