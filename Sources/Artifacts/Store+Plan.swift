// What would run, and why; nothing does.
import FoundationEssentials

/// A step that would run.
public struct PlannedStep: Codable, Sendable, Equatable {
  /// The step. Hashes of inputs that are yet to be computed are none.
  public var node: StepNode
  /// Why.
  public var reason: Reason
  /// How long the last run of the step took that was most like it; nothing if there was none.
  public var seconds: Double?
  /// How large its result was.
  public var bytes: Int?

  /// A step from its parts.
  package init(node: StepNode, reason: Reason, seconds: Double? = nil, bytes: Int? = nil) {
    self.node = node
    self.reason = reason
    self.seconds = seconds
    self.bytes = bytes
  }
}

/// Thrown where planning comes upon a value that is not there.
package struct WouldRun: Error, Sendable {
  /// One of them is like any other.
  package init() {}
}

extension Store {
  /// What would run, of all that was looked at in this process, sorted by name and key.
  package var planned: [PlannedStep] {
    state.withLock { state in
      state.planned.values.sorted { ($0.node.parts.step, $0.node.key) < ($1.node.parts.step, $1.node.key) }
    }
  }

  /// Notes a step that would run, and that it would ask for the values of its inputs.
  func plan(_ step: some Step, _ prepared: PreparedStep, because reason: Reason) throws {
    guard state.withLock({ $0.planned[prepared.key] == nil }) else { return }
    let type = type(of: step)
    let node = StepNode(
      parts: prepared.parts, key: prepared.key, title: step.title, determinism: type.determinism, hash: "",
      isData: type.isData ? true : nil)
    note(node, kind: kind(of: prepared), because: reason)
    for case (_, .artifact(let input)) in try inputs(of: step) { try input.planValue() }
  }

  /// Notes that a value will be needed.
  func planValue(of step: some Step, _ prepared: PreparedStep) throws {
    do { _ = try ensure(step, prepared) } catch is WouldRun {}
  }

  /// What would run so that given steps have their values, judged from steps as they were and the code as it is now.
  ///
  /// It takes the decisions of a run without the program that makes the steps: a step keeps its parameters and inputs,
  /// and the identities of its source files and of the files it reads are taken anew.
  /// - Parameters:
  ///   - nodes: all steps, by the names that records use.
  ///   - names: those whose values are needed.
  /// - Returns: the steps in an order in which they can run, and all steps as they are now by their names then.
  package func plan(nodes: [String: StepNode], values names: [String]) throws -> (
    steps: [PlannedStep], present: [String: StepNode]
  ) {
    var planner = StepPlanner(store: self, nodes: nodes)
    for name in names { try planner.need(name) }
    return (planner.planned, planner.present)
  }

  /// The cost of the known run that is most like a step: its own, one of its kind on record, one here with its parameters,
  /// or else the largest of its name.
  /// - Parameters:
  ///   - parts: what its key is made of.
  ///   - key: its key.
  ///   - kind: what it does.
  public func expectedCost(of parts: KeyParts, key: String, kind: StepKind) -> StepCost? {
    let own = trace(step: kind.step, key: key)?.cost
    if let known = own ?? costs().steps[kind.name] { return known }
    let traces = tracesForCosts(of: kind.step)
    let alike = traces.filter { $0.parts.parameters == parts.parameters }
    return (alike.isEmpty ? traces : alike).max { $0.costSeconds < $1.costSeconds }?.cost
      ?? costs().cost(of: kind)
  }

  private func costs() -> StepCosts {
    if let known = state.withLock({ $0.costs }) { return known }
    let costs = StepCosts.read(root: options.root)
    state.withLock { $0.costs = costs }
    return costs
  }

  private func tracesForCosts(of step: String) -> [Trace] {
    if let known = state.withLock({ $0.traces[step] }) { return known }
    let traces = [local, committed].flatMap { $0.traces(step: step) }
    state.withLock { $0.traces[step] = traces }
    return traces
  }

  fileprivate func note(_ node: StepNode, kind: StepKind, because reason: Reason) {
    var reason = reason
    if let upstream = node.parts.inputs.first(where: { $0.hash.hasPrefix("planned ") }) {
      // Its key is not known before that input is; whatever else differs is known already.
      switch reason {
      case .neverRun, .inputChanged: reason = .upstreamChanged(upstream.name)
      default: break
      }
    }
    let cost = expectedCost(of: node.parts, key: node.key, kind: kind)
    let step = PlannedStep(node: node, reason: reason, seconds: cost?.seconds, bytes: cost?.bytes)
    state.withLock { $0.planned[node.key] = step }
  }
}

/// Follows known steps from the values that are needed to those that are there.
private struct StepPlanner {
  let store: Store
  let nodes: [String: StepNode]
  var present: [String: StepNode] = [:]
  private let kinds: StepKinds
  private var order: [String] = []
  private var seen: Set<String> = []

  init(store: Store, nodes: [String: StepNode]) {
    self.store = store
    self.nodes = nodes
    kinds = StepKinds(nodes)
  }

  var planned: [PlannedStep] {
    let byKey = Dictionary(store.planned.map { ($0.node.key, $0) }, uniquingKeysWith: { first, _ in first })
    return order.compactMap { byKey[$0] }
  }

  /// The value of a step is needed.
  mutating func need(_ name: String) throws {
    guard var node = try look(name), seen.insert(name).inserted else { return }
    let prepared = PreparedStep(parts: node.parts, key: node.key)
    if !store.options.forces || node.parts.isKeyedByVersionAlone,
      let (trace, _) = try store.find(prepared, commits: false)
    {
      node.hash = trace.output.hash
      present[name] = node
      return
    }
    for input in nodes[name]?.parts.inputs ?? [] where !input.isFile {
      try need(StepNode.name(step: input.step, key: input.key))
    }
    store.note(
      node, kind: kinds[name] ?? StepKind(of: node.parts) { _ in nil },
      because: store.options.forces ? .forced : store.reason(for: prepared))
    order.append(node.key)
  }

  /// A step with its present code and the present hashes of its inputs; nothing if it is not among the known.
  private mutating func look(_ name: String) throws -> StepNode? {
    if let known = present[name] { return known }
    guard let old = nodes[name] else { return nil }
    var code: [String: String] = [:]
    for path in old.parts.code.keys.sorted() {
      guard let identity = store.code(at: path) else {
        throw ArtifactError.missingSource(step: old.parts.step, path: path)
      }
      code[path] = identity
    }
    let inputs = try old.parts.inputs.map { input in
      if input.isFile {
        // A file outside of the project is known by its last name only.
        guard input.key.contains("/") || Files.exists(store.options.root.appending(path: input.key)) else {
          return input
        }
        let hash = try store.hash(of: InputFile(input.key), for: old.parts.step, isFresh: false)
        return KeyParts.Input(name: input.name, step: input.step, key: input.key, hash: hash)
      }
      let name = StepNode.name(step: input.step, key: input.key)
      guard let before = try look(name) else { return input }
      return KeyParts.Input(
        name: input.name, step: input.step, key: before.key, hash: try hash(of: before, name))
    }
    let parts = KeyParts(
      step: old.parts.step, version: old.parts.version, code: code,
      isKeyedByVersionAlone: old.parts.isKeyedByVersionAlone, parameters: old.parts.parameters, inputs: inputs
    )
    let node = StepNode(
      parts: parts, key: try parts.key(), title: old.title, determinism: old.determinism, hash: "",
      isData: old.isData)
    present[name] = node
    return node
  }

  /// The hash that stands for a value: known from what was made of it, or because it is there.
  private mutating func hash(of node: StepNode, _ name: String) throws -> String {
    if let hash = store.recordedHash(of: node.key) { return hash }
    try need(name)
    let hash = present[name]?.hash ?? ""
    return hash.isEmpty ? "planned " + node.key : hash
  }
}

extension StepNode {
  /// How records refer to it: the step and the first digits of its key.
  public var name: String { Self.name(step: parts.step, key: key) }

  /// How records refer to a step.
  public static func name(step: String, key: String) -> String {
    "\(step)/\(key.prefix(12))"
  }
}
