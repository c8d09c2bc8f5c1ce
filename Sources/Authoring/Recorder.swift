// Running the closures of a notebook's outputs and recording what they return.
import Artifacts
import FoundationEssentials

/// Which outputs are asked for.
public struct OutputSelection: Sendable, Equatable {
  /// Labels; all if there are neither labels nor lines.
  public var labels: Set<String>
  /// Lines of calls.
  public var lines: [ClosedRange<Int>]

  /// A selection of everything, unless labels or lines are given.
  public init(labels: Set<String> = [], lines: [ClosedRange<Int>] = []) {
    self.labels = labels
    self.lines = lines
  }

  /// The selection in the environment: `QUIRE_LABELS` as `a,b`, `QUIRE_LINES` as `12-40,57-57`.
  public init(environment: [String: String]) {
    labels = Set((environment["QUIRE_LABELS"] ?? "").split(separator: ",").map(String.init))
    lines = (environment["QUIRE_LINES"] ?? "").split(separator: ",").compactMap { part in
      let ends = part.split(separator: "-").compactMap { Int($0) }
      return ends.count == 2 && ends[0] <= ends[1] ? ends[0]...ends[1] : nil
    }
  }

  /// Whether an output is asked for.
  public func contains(_ label: String, line: Int) -> Bool {
    if labels.isEmpty && lines.isEmpty { return true }
    return labels.contains(label) || lines.contains { $0.contains(line) }
  }
}

/// Where in a notebook a call stands.
struct CallSite {
  let fileID: String
  let line: Int

  /// The file relative to the project's root.
  var file: String { "Notebooks/" + (fileID.split(separator: "/").last.map(String.init) ?? fileID) }
}

/// Records outputs, each once, and hands them on as lines.
final class Recorder {
  private let store: () -> Store
  private let selection: OutputSelection
  private let write: (RunLine) throws -> Void
  private var linesByName: [String: Int] = [:]
  private var writtenSteps: [String: String] = [:]
  private var writtenPlans: Set<String> = []

  init(
    store: @escaping () -> Store, selection: OutputSelection,
    write: @escaping (RunLine) throws -> Void
  ) {
    self.store = store
    self.selection = selection
    self.write = write
  }

  /// Records one output if it is asked for.
  /// - Parameters:
  ///   - name: its label.
  ///   - prefix: what the label must begin with; for values nothing reserved.
  ///   - determinism: its class; the weakest of the steps it uses if nil.
  ///   - site: the call.
  ///   - compute: makes the payload, given the class.
  func record(
    _ name: String, prefix: String, determinism: Determinism?, at site: CallSite,
    compute: () throws -> (Determinism) throws -> RecordPayload
  ) throws {
    func failure(_ message: String) -> AuthoringError {
      AuthoringError(file: site.file, line: site.line, message: message)
    }
    guard Label.isWellFormed(name) else {
      throw failure("the label \"\(name)\" must be made of lower-case letters, digits and single hyphens")
    }
    guard prefix.isEmpty ? !Label.isReserved(name) : name.hasPrefix(prefix) else {
      throw failure(
        prefix.isEmpty
          ? "the value \"\(name)\" must not begin with \(Label.reservedPrefixes.joined(separator: ", "))"
          : "the label \"\(name)\" must begin with \(prefix)")
    }
    if let line = linesByName[name] {
      throw failure("\"\(name)\" is recorded a second time; the first is on line \(line)")
    }
    linesByName[name] = site.line
    guard selection.contains(name, line: site.line) else { return }
    let store = store()
    if store.options.plans { return try plan(name, at: site, in: store) { _ = try compute() } }
    do {
      let (finish, uses) = try store.collectingUses(compute)
      let nodes = Dictionary(store.nodes.map { ($0.key, $0) }, uniquingKeysWith: { first, _ in first })
      let used = uses.compactMap { nodes[$0] }
      let determinism = determinism ?? weakest(of: used, among: nodes)
      let record = Record(
        name: name, line: site.line, determinism: determinism, payload: try finish(determinism),
        artifacts: used.map(\.name).sorted())
      try writeSteps(of: store)
      try write(.record(record))
      try write(
        .status(RunStatus(environment: store.environment, totals: store.reporter.totals)))
    } catch let error as AuthoringError {
      throw error
    } catch {
      throw failure("\"\(name)\": \(error)")
    }
  }

  /// Lists what an output would be made from: all of it if everything is there, else up to the first that is not.
  private func plan(_ name: String, at site: CallSite, in store: Store, compute: () throws -> Void) throws {
    do {
      _ = try store.collectingUses(compute)
    } catch {
      if store.planned.isEmpty {
        throw AuthoringError(file: site.file, line: site.line, message: "\"\(name)\": \(error)")
      }
    }
    let nodes = Dictionary(store.nodes.map { ($0.key, $0) }, uniquingKeysWith: { first, _ in first })
    let artifacts = store.usesSoFar.compactMap { nodes[$0]?.name }.sorted()
    try writeSteps(of: store)
    for step in store.planned where writtenPlans.insert(step.node.key).inserted {
      try write(.plannedStep(step))
    }
    try write(.plannedOutput(PlannedOutput(name: name, line: site.line, artifacts: artifacts)))
  }

  private func writeSteps(of store: Store) throws {
    for node in store.nodes where writtenSteps[node.key] != node.hash {
      writtenSteps[node.key] = node.hash
      try write(.step(node))
    }
  }

  /// A result can be no stronger than what it was made from.
  private func weakest(of used: [StepNode], among nodes: [String: StepNode]) -> Determinism {
    var result = Determinism.exact
    var pending = used.map(\.key)
    var seen: Set<String> = []
    while let key = pending.popLast() {
      guard seen.insert(key).inserted, let node = nodes[key] else { continue }
      result = result.weakened(by: node.determinism)
      // What a committed result was made from does not vary: it is not computed again.
      if !node.parts.isKeyedByVersionAlone { pending += node.parts.inputs.map(\.key) }
    }
    return result
  }
}
