// What a run would do: the one answer that plan, run and why share.
import ArgumentParser
import Artifacts
import Foundation
import Weave

/// Options of everything that runs or plans notebooks.
struct RunOptions: ParsableArguments {
  @OptionGroup var subject: ProfileOption

  @Argument(
    help: ArgumentHelp(
      "Notebooks, sections or outputs; everything that is out of date where none is named.",
      valueName: "notebook[#section] | output"))
  var targets: [String] = []

  @Option(
    name: [.customShort("p"), .customLong("parameter")],
    help: ArgumentHelp("Another value for a parameter of the notebooks; recorded.", valueName: "name=value"))
  var parameters: [String] = []

  @Flag(help: "Run even what is up to date, and its steps too, but for those keyed by version alone.")
  var force = false

  @Flag(help: "Use no stored result at all: train and compute everything anew, in a store of its own.")
  var fromScratch = false

  @Option(help: ArgumentHelp("Run executables that are built already.", valueName: "folder"))
  var binaries: String?

  /// The parameters by name; JSON where a value is JSON, else text.
  func parsedParameters() throws -> [String: JSONValue] {
    var parsed: [String: JSONValue] = [:]
    for text in parameters {
      guard let separator = text.firstIndex(of: "="), separator > text.startIndex else {
        throw CommandFailure(description: "-p \(text): expected name=value", code: 64)
      }
      let value = String(text[text.index(after: separator)...])
      let json = try? CanonicalJSON.decode(JSONValue.self, from: Data(value.utf8))
      parsed[String(text[..<separator])] = json ?? .string(value)
    }
    return parsed
  }

  /// The project with the parameters, which some notebook must have.
  func project(_ session: Session) throws -> Project {
    let parameters = try parsedParameters()
    let project = try session.project(parameters: parameters)
    let known = Set(project.notebooks.flatMap(\.code.parameters))
    for name in parameters.keys.sorted() where !known.contains(name) {
      throw UnknownTarget(name, kind: "parameter", among: known.sorted())
    }
    return project
  }

  /// How the stores of notebooks behave.
  func storeOptions(root: URL) -> StoreOptions {
    var options = StoreOptions(root: root)
    options.forces = force
    options.isQuiet = true
    if fromScratch {
      options.local = root.appending(path: ".quire/scratch/store")
      options.committedUse = .none
      // Weights too stay in the scratch store until everything has run: another notebook or another start finds them.
      options.commits = false
    }
    return options
  }

  /// What runs notebooks under these options.
  func runner(root: URL) -> NotebookRunner {
    NotebookRunner(
      root: root, binaries: binaries.map { URL(filePath: $0) },
      environment: storeOptions(root: root).variables)
  }

  /// How many notebooks run at once where nobody says: one, since most runs are short; from scratch as many as can.
  var jobs: Int { fromScratch ? mostNotebooksAtOnce : 1 }
}

/// Notebooks that run at once where all processors are to be used: each takes up to four gigabytes.
var mostNotebooksAtOnce: Int { min(4, ProcessInfo.processInfo.activeProcessorCount) }

/// Finds out what would run.
struct RunPlanner {
  let project: Project
  let options: RunOptions
  let runner: NotebookRunner

  /// What of which notebooks is not up to date, in reading order, and the targets that are.
  func requests() throws -> (needed: [(NotebookState, RunRequest)], fresh: [String]) {
    var requests: [String: RunRequest] = [:]
    var fresh: [String] = []
    let runsAll = options.force || options.fromScratch
    if options.targets.isEmpty {
      for notebook in project.notebooks {
        requests[notebook.source.name] = runsAll ? notebook.everything : notebook.neededRun
        if requests[notebook.source.name] == nil { fresh.append(notebook.source.name) }
      }
    }
    for name in options.targets {
      let target = try project.target(name)
      guard let notebook = project.notebook(target.notebook) else { continue }
      let asked = target.request ?? notebook.everything
      guard let needed = runsAll ? asked : notebook.needed(of: asked) else {
        fresh.append(name)
        continue
      }
      let before = requests[target.notebook] ?? RunRequest()
      requests[target.notebook] = RunRequest(
        labels: before.labels + needed.labels.filter { !before.labels.contains($0) },
        sections: before.sections + needed.sections.filter { !before.sections.contains($0) })
    }
    return (
      project.notebooks.compactMap { notebook in requests[notebook.source.name].map { (notebook, $0) } },
      fresh
    )
  }

  /// The steps of a request with their reasons. The compiler and the notebook are started only if its code or its
  /// modules changed since its graph was learnt.
  func plan(_ notebook: NotebookState, _ request: RunRequest) throws -> NotebookPlan {
    var storeOptions = options.storeOptions(root: project.root)
    storeOptions.plans = true
    let store = Store(storeOptions)
    let graph: NotebookGraph
    if let known = notebook.knownGraph(for: request, root: project.root) {
      graph = known
    } else {
      graph = try runner.graph(notebook, request)
      try notebook.keep(graph, root: project.root)
    }
    return try notebook.plan(
      request, graph: graph, store: store, isForced: options.force || options.fromScratch)
  }
}

extension NotebookState {
  /// Everything of it.
  var everything: RunRequest { RunRequest(sections: code.sections.map(\.label)) }

  /// The part of a request that is not up to date; nothing if all is.
  func needed(of request: RunRequest) -> RunRequest? {
    let stale = outputs.filter { $0.state != .fresh }
    let labels = request.labels.filter { label in stale.contains { $0.label == label } }
    let sections = request.sections.filter { section in
      staleSections.contains(section) || stale.contains { $0.section == section }
    }
    return labels.isEmpty && sections.isEmpty ? nil : RunRequest(labels: labels, sections: sections)
  }
}

extension NotebookState {
  /// Outputs as a request: whole sections where all of theirs are among them.
  func request(covering labels: Set<String>) -> RunRequest {
    let bySection = Dictionary(grouping: outputs, by: \.section)
    let whole = code.sections.map(\.label).filter { section in
      (bySection[section] ?? []).allSatisfy { labels.contains($0.label) }
    }
    let rest = outputs.filter { labels.contains($0.label) && !whole.contains($0.section) }
    return RunRequest(labels: rest.map(\.label), sections: whole)
  }
}

extension NotebookPlan {
  /// What of the notebook runs, and the first reason for it.
  var headline: String {
    let names = request.sections.filter { !$0.isEmpty } + request.labels
    let reason = outputs.first { $0.reason != "its section runs as a whole" }?.reason
    let because = notebook.file == nil ? "no record" : reason ?? "code changed since the record"
    return "\(names.isEmpty ? "all" : names.joined(separator: ", ")), because \(because)"
  }

  /// One line for each step that would run.
  var stepLines: [String] {
    steps.map { step in
      let time = step.seconds.map { "  about \(shortSeconds($0))" } ?? ""
      return "\(step.node.name)  \(step.node.title)  because \(step.reason)\(time)"
    }
  }
}

/// What all of it costs, as far as earlier runs tell.
/// - Parameter jobs: how many notebooks run at once.
func costLine(_ plans: [NotebookPlan], jobs: Int) -> String {
  // Notebooks share steps; each runs once.
  let steps = Dictionary(
    plans.flatMap(\.steps).map { ($0.node.key, $0) }, uniquingKeysWith: { first, _ in first }
  ).sorted { $0.key < $1.key }.map(\.value)
  let outputs = plans.reduce(0) { $0 + $1.outputs.count }
  let seconds = steps.compactMap(\.seconds).reduce(0, +)
  let bytes = steps.compactMap(\.bytes).reduce(0, +)
  let unknown = steps.count { $0.seconds == nil }
  let count = "\(steps.count) \(steps.count == 1 ? "step" : "steps")"
  var line = "\(count) would run for \(outputs) \(outputs == 1 ? "output" : "outputs")"
  if !steps.isEmpty {
    line += ": about \(shortSeconds(seconds)) and \(shortBytes(bytes)) by earlier runs"
    if unknown > 0 { line += "; \(unknown) of them never ran here" }
    let atOnce = min(jobs, plans.count)
    if atOnce > 1 {
      // Where notebooks wait for each other, or one step is longer than all others, it takes longer.
      line +=
        ", one after the other; at least \(shortSeconds(seconds / Double(atOnce))) with \(atOnce) notebooks at once"
    }
  }
  return line
}
