// What a run of a notebook would do and why, without doing it.
import Artifacts
import Authoring
import FoundationEssentials

/// Which steps the outputs of a notebook rest on. Kept by the identity of the notebook's sources, so that neither the
/// compiler nor the notebook is started to learn it again.
public struct NotebookGraph: Codable, Sendable, Equatable {
  /// The identity of the code that has this graph.
  public var sources: String
  /// The names of the steps whose values each output asks for, by label.
  public var outputs: [String: [String]]
  /// The steps by name.
  public var steps: [String: StepNode]

  /// The graph that a planned run has listed, without what it could not see behind a missing value.
  public init(_ outcome: RunOutcome, of notebook: NotebookState) {
    sources = notebook.sourcesIdentity
    outputs = [:]
    steps = Dictionary(outcome.steps.map { ($0.name, $0) }, uniquingKeysWith: { $1 })
    for planned in outcome.plannedOutputs { outputs[planned.name] = planned.artifacts }
  }

  /// Where it is kept, relative to the root.
  static func path(of notebook: String) -> String { ".quire/graphs/\(notebook).json" }
}

/// What a run of a notebook would do.
public struct NotebookPlan: Sendable {
  /// The notebook.
  public let notebook: NotebookState
  /// What of it would run.
  public let request: RunRequest
  /// The outputs that would be recorded with the reason for each, in order.
  public let outputs: [(label: String, reason: String)]
  /// The steps that would run, in an order in which they can.
  public let steps: [PlannedStep]
  /// All steps as they are now, by the names that the records or the graph have for them.
  public let present: [String: StepNode]

  init(
    notebook: NotebookState, request: RunRequest, outputs: [(label: String, reason: String)],
    steps: [PlannedStep], present: [String: StepNode]
  ) {
    self.notebook = notebook
    self.request = request
    self.outputs = outputs
    self.steps = steps
    self.present = present
  }

  /// A plan that knows nothing of steps.
  public init(_ notebook: NotebookState, _ request: RunRequest) {
    self.init(
      notebook: notebook, request: request,
      outputs: notebook.asked(request).map { ($0.label, notebook.reason(for: $0)) }, steps: [], present: [:])
  }
}

extension NotebookState {
  /// The identity of everything that decides which steps there are: the code, the modules, the parameters.
  public var sourcesIdentity: String {
    let hasher = KeyHasher()
    hasher.add("code", code.code)
    hasher.add("library", library.identity)
    hasher.add("parameters", (try? CanonicalJSON.encode(parameters)) ?? Data())
    return hasher.finish()
  }

  /// The outputs that a request asks for.
  public func asked(_ request: RunRequest) -> [OutputStatus] {
    outputs.filter { request.labels.contains($0.label) || request.sections.contains($0.section) }
  }

  /// The graph without starting anything: from the records where they are of the present code, or from a planned run
  /// of the same sources.
  public func knownGraph(for request: RunRequest, root: URL) -> NotebookGraph? {
    if let file {
      let present = Set(file.records.filter(isByPresentCode).map(\.name))
      if asked(request).allSatisfy({ present.contains($0.label) }) {
        var graph = NotebookGraph(RunOutcome(), of: self)
        graph.steps = file.steps
        for record in file.records { graph.outputs[record.name] = record.artifacts }
        return graph
      }
    }
    let url = root.appending(path: NotebookGraph.path(of: source.name))
    guard let data = try? Files.read(url),
      let graph = try? CanonicalJSON.decode(NotebookGraph.self, from: data), graph.sources == sourcesIdentity,
      asked(request).allSatisfy({ graph.outputs[$0.label] != nil })
    else { return nil }
    return graph
  }

  /// Keeps a graph for the next plan.
  public func keep(_ graph: NotebookGraph, root: URL) throws {
    let url = root.appending(path: NotebookGraph.path(of: source.name))
    var graph = graph
    if let data = try? Files.read(url), let known = try? CanonicalJSON.decode(NotebookGraph.self, from: data),
      known.sources == graph.sources
    {
      graph.outputs.merge(known.outputs) { now, _ in now }
      graph.steps.merge(known.steps) { now, _ in now }
    }
    try Files.write(try CanonicalJSON.encode(graph), to: url)
  }

  /// What a run would do.
  /// - Parameters:
  ///   - request: what would be asked of it.
  ///   - graph: which steps the outputs rest on.
  ///   - store: a store that only plans.
  ///   - isForced: whether it would run although it is up to date.
  public func plan(_ request: RunRequest, graph: NotebookGraph, store: Store, isForced: Bool) throws
    -> NotebookPlan
  {
    let asked = asked(request)
    let artifacts = asked.flatMap { graph.outputs[$0.label] ?? [] }
    let (steps, present) = try store.plan(nodes: graph.steps, values: artifacts)
    let recorded = (file?.records ?? []).filter { record in asked.contains { $0.label == record.name } }
    let before = (file?.steps(behind: recorded.flatMap(\.artifacts)) ?? []).compactMap { file?.steps[$0] }
    let explained = Artifacts.explained(
      steps, before: before, now: Array(graph.steps.values), history: store.history)
    return NotebookPlan(
      notebook: self, request: request,
      outputs: asked.map { output in
        (output.label, isForced && output.state == .fresh ? "forced" : reason(for: output))
      }, steps: explained, present: present)
  }

  /// Why an output would be recorded anew.
  func reason(for output: OutputStatus) -> String {
    switch output.state {
    case .fresh: "its section runs as a whole"
    case .missing: file == nil ? "no record" : "\(output.label) is not recorded"
    case .stale(let reason): "\(reason)"
    }
  }
}

/// A step as it is, the one it stands in for, and why it would run.
public struct StepComparison: Sendable {
  /// As it is.
  public let now: StepNode
  /// As it was recorded; nothing if there was none like it.
  public let then: StepNode?
  /// Why it would run; nothing if its result is there.
  public let reason: Reason?
}

extension NotebookPlan {
  /// All steps behind the outputs, those first that others rest on.
  public var comparisons: [StepComparison] {
    let reasons = Dictionary(steps.map { ($0.node.key, $0.reason) }, uniquingKeysWith: { first, _ in first })
    let recorded = notebook.file?.steps ?? [:]
    let current = Set(present.values.map(\.key))
    let names = Dictionary(
      present.sorted { $0.key < $1.key }.map { ($0.value.key, $0.key) },
      uniquingKeysWith: { first, _ in first })
    return inOrder(Array(present.values)).map { node in
      let name = names[node.key] ?? node.name
      let then = recorded[name] ?? kin(of: node, among: recorded.values.filter { !current.contains($0.key) })
      return StepComparison(now: node, then: then, reason: reasons[node.key])
    }
  }

  /// The first step whose own parts differ while its inputs do not.
  public var frontier: StepComparison? {
    comparisons.first { step in
      guard let then = step.then else { return false }
      switch Reason.difference(from: then.parts, to: step.now.parts) {
      case nil, .inputChanged: return false
      default: return true
      }
    }
  }
}

/// The step of the same name whose parameters differ least.
func kin(of node: StepNode, among others: [StepNode]) -> StepNode? {
  others.filter { $0.parts.step == node.parts.step }.map { other in
    (other, ParameterChange.changes(from: other.parts.parameters, to: node.parts.parameters).count)
  }.min { ($0.1, $0.0.key) < ($1.1, $1.0.key) }?.0
}

/// Steps so that each stands after those it rests on; else by name.
func inOrder(_ steps: [StepNode]) -> [StepNode] {
  let byKey = Dictionary(steps.map { ($0.key, $0) }, uniquingKeysWith: { first, _ in first })
  var order: [StepNode] = []
  var seen: Set<String> = []
  func visit(_ node: StepNode) {
    guard seen.insert(node.key).inserted else { return }
    for input in node.parts.inputs { if let before = byKey[input.key] { visit(before) } }
    order.append(node)
  }
  for node in byKey.values.sorted(by: { $0.name < $1.name }) { visit(node) }
  return order
}
