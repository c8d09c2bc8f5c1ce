// quire run: bring outputs up to date.
import ArgumentParser
import Artifacts
import Foundation
import Weave

/// `quire run`.
struct RunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Bring notebooks, sections or outputs up to date, with only the steps they need.")

  @Argument(
    help: ArgumentHelp(
      "Notebooks, sections or outputs; everything that is out of date where none is named.",
      valueName: "notebook[#section] | output"))
  var targets: [String] = []

  @Flag(help: "Run even what is up to date, and its steps too, but for those keyed by version alone.")
  var force = false

  @Flag(help: "Go on with the next notebook after a failure.")
  var keepGoing = false

  @Flag(help: "No lines about steps.")
  var quiet = false

  @Option(help: "How many threads steps are to use.")
  var threads: Int?

  @Option(help: ArgumentHelp("Run executables that are built already.", valueName: "folder"))
  var binaries: String?

  func validate() throws {
    if let threads, threads < 1 { throw ValidationError("--threads is \(threads), expected at least 1") }
  }

  func run() throws {
    try reporting {
      let session = try Session()
      let project = try session.project()
      let work = try plan(project)
      var runner = NotebookRunner(root: session.root, binaries: binaries.map { URL(filePath: $0) })
      if force { runner.environment["QUIRE_FORCE"] = "1" }
      if quiet { runner.environment["QUIRE_QUIET"] = "1" }
      if let threads { runner.environment["QUIRE_THREADS"] = String(threads) }
      var totals = StepTotals()
      var failures: [CommandFailure] = []
      let start = ContinuousClock.now
      var redrawn: Set<String> = []
      for (notebook, request) in work {
        say("run \(notebook.source.name): \(reason(notebook, request))")
        do {
          let outcome = try runner.run(notebook, request).outcome
          try runner.commit(notebook, request, outcome)
          totals = totals + (outcome.status?.totals ?? StepTotals())
          for record in outcome.records {
            if case .figure = record.payload { redrawn.insert(record.name) }
          }
        } catch let failure as CommandFailure where keepGoing {
          failures.append(failure)
          say(failure.description)
        }
      }
      if !work.isEmpty {
        let drawn = try session.draw(try session.project(), redrawn, paper: nil)
        let seconds = Double((ContinuousClock.now - start).components.seconds)
        say("\(Reporter.totalsLine(totals, seconds: seconds)); \(drawn) figures drawn")
      }
      if !failures.isEmpty { throw ExitCode(2) }
    }
  }

  /// What is to be run, in reading order; says what is fresh.
  private func plan(_ project: Project) throws -> [(NotebookState, RunRequest)] {
    var requests: [String: RunRequest] = [:]
    if targets.isEmpty {
      for notebook in project.notebooks {
        requests[notebook.source.name] = force ? everything(notebook) : notebook.neededRun
        if requests[notebook.source.name] == nil { say("fresh \(notebook.source.name)") }
      }
    }
    for name in targets {
      let target = try project.target(name)
      guard let notebook = project.notebook(target.notebook) else { continue }
      guard let needed = needed(target.request ?? everything(notebook), of: notebook) else {
        say("fresh \(name)")
        continue
      }
      let before = requests[target.notebook] ?? RunRequest()
      requests[target.notebook] = RunRequest(
        labels: before.labels + needed.labels, sections: before.sections + needed.sections)
    }
    return project.notebooks.compactMap { notebook in
      requests[notebook.source.name].map { (notebook, $0) }
    }
  }

  /// What of a notebook runs, and the first reason for it.
  private func reason(_ notebook: NotebookState, _ request: RunRequest) -> String {
    let names = request.sections.filter { !$0.isEmpty } + request.labels
    let asked = notebook.outputs.filter {
      request.labels.contains($0.label) || request.sections.contains($0.section)
    }
    var because = force ? "forced" : "code changed since the record"
    if notebook.file == nil {
      because = "no record"
    } else if let output = asked.first(where: { $0.state != .fresh }) {
      switch output.state {
      case .fresh: break
      case .missing: because = "\(output.label) is not recorded"
      case .stale(let reason): because = "\(reason)"
      }
    }
    return "\(names.isEmpty ? "all" : names.joined(separator: ", ")), because \(because)"
  }

  private func everything(_ notebook: NotebookState) -> RunRequest {
    RunRequest(sections: notebook.code.sections.map(\.label))
  }

  /// The part of a request that is not up to date; all of it if forced.
  private func needed(_ request: RunRequest, of notebook: NotebookState) -> RunRequest? {
    if force { return request }
    let stale = notebook.outputs.filter { $0.state != .fresh }
    let labels = request.labels.filter { label in stale.contains { $0.label == label } }
    let sections = request.sections.filter { section in
      notebook.staleSections.contains(section) || stale.contains { $0.section == section }
    }
    return labels.isEmpty && sections.isEmpty ? nil : RunRequest(labels: labels, sections: sections)
  }
}

private func + (first: StepTotals, second: StepTotals) -> StepTotals {
  var sum = first
  sum.ran += second.ran
  sum.hit += second.hit
  sum.failed += second.failed
  return sum
}
