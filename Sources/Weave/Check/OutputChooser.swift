// Choosing what to compute again when time is short: the outputs that verify most of the paper's numbers.
import Artifacts
import Authoring

extension Record {
  /// How many numbers it shows: one for a value, those of the cells for a table.
  public var numberCount: Int {
    switch payload {
    case .value(let value): value.number == nil ? 0 : 1
    case .table(let recorded):
      recorded.table.rows.joined().count { if case .number = $0 { true } else { false } }
    case .figure, .claim, .note: 0
    }
  }
}

/// Chooses outputs to compute again, batch by batch, those first that verify most numbers for their time.
///
/// Greedy: again and again the output that adds most numbers for its time, counting steps that are chosen already as
/// free. Steps keyed by version alone cost nothing: they are verified by hash. Those that rest on measurements whose last
/// digits depend on the processor count with all before them, since elsewhere they may not be found.
public struct OutputChooser: Sendable {
  /// Outputs of one notebook that run together.
  public struct Batch: Sendable, Equatable {
    /// The notebook.
    public let notebook: String
    /// The labels.
    public internal(set) var labels: [String]
    /// What their steps take that were not chosen before, by the costs on record.
    public internal(set) var seconds: Double
    /// Whether it rests on steps that another batch computes, for which it waits.
    public let waits: Bool
    /// Steps that are computed by it, with their inputs.
    fileprivate var steps: Set<String>
  }

  private struct Candidate {
    let notebook: String
    let label: String
    let numbers: Int
    /// What each step takes that no finished batch has computed.
    var steps: [String: Double]
  }

  private var candidates: [Candidate] = []
  /// Steps that batches under way compute.
  private var claimed: Set<String> = []

  /// A chooser among all outputs with numbers, except those that may differ on every run.
  /// - Parameters:
  ///   - notebooks: the notebooks with their records.
  ///   - cost: the seconds of a step of some kind; nothing if unknown, and then its outputs are never chosen.
  public init(_ notebooks: [NotebookState], cost: (StepNode, StepKind) -> Double?) {
    for notebook in notebooks {
      guard let file = notebook.file else { continue }
      let kinds = StepKinds(file.steps)
      for record in file.records where record.numberCount > 0 && record.determinism != .volatile {
        let again = file.stepsToComputeAgain(behind: record)
        var steps: [String: Double] = [:]
        for (name, node) in again { steps[name] = kinds[name].flatMap { cost(node, $0) } }
        guard steps.count == again.count else { continue }
        candidates.append(
          Candidate(
            notebook: notebook.source.name, label: record.name, numbers: record.numberCount, steps: steps))
      }
    }
  }

  /// The next batch: the best output, and more of its notebook that cost nothing more or as long as they are quick.
  ///
  /// Outputs that wait for a batch under way come last, so that processes side by side do not wait for each other.
  /// - Parameters:
  ///   - seconds: the time there is, in terms of the costs on record.
  ///   - batchSeconds: how long a batch may grow by further outputs.
  /// - Returns: the batch; nothing if no output fits into the time.
  public mutating func next(within seconds: Double, batchSeconds: Double) -> Batch? {
    let others = claimed
    let isFree = { (candidate: Candidate) in !candidate.steps.keys.contains(where: others.contains) }
    let free = best(within: seconds, where: isFree)
    guard let first = free ?? best(within: seconds, where: { _ in true }) else { return nil }
    var batch = Batch(
      notebook: candidates[first].notebook, labels: [], seconds: 0, waits: free == nil, steps: [])
    take(first, into: &batch)
    while let index = best(
      within: max(0, min(seconds, batchSeconds) - batch.seconds),
      where: { $0.notebook == batch.notebook && isFree($0) })
    {
      take(index, into: &batch)
    }
    return batch
  }

  /// Says that a batch has run: whatever rests on its steps need not wait any more. If it failed, nothing more is chosen of
  /// its notebook.
  public mutating func finish(_ batch: Batch, failed: Bool = false) {
    claimed.subtract(batch.steps)
    if failed {
      candidates.removeAll { $0.notebook == batch.notebook }
      return
    }
    for index in candidates.indices {
      for name in batch.steps { candidates[index].steps[name] = nil }
    }
  }

  private func best(within seconds: Double, where isEligible: (Candidate) -> Bool) -> Int? {
    var best: (index: Int, worth: Double)?
    for index in candidates.indices where isEligible(candidates[index]) {
      let extra = extraSeconds(of: candidates[index])
      guard extra <= seconds else { continue }
      // A moment for each output keeps many cheap numbers from looking infinitely good.
      let worth = Double(candidates[index].numbers) / (extra + 0.01)
      if best.map({ worth > $0.worth }) ?? true { best = (index, worth) }
    }
    return best?.index
  }

  private func extraSeconds(of candidate: Candidate) -> Double {
    candidate.steps.sorted { $0.key < $1.key }.reduce(0) { $0 + (claimed.contains($1.key) ? 0 : $1.value) }
  }

  private mutating func take(_ index: Int, into batch: inout Batch) {
    let candidate = candidates.remove(at: index)
    batch.labels.append(candidate.label)
    batch.seconds += extraSeconds(of: candidate)
    let own = candidate.steps.keys.filter { !claimed.contains($0) }
    batch.steps.formUnion(own)
    claimed.formUnion(own)
  }
}

extension RecordFile {
  /// The steps that computing an output again computes, by name: all behind it, up to those that are found by hash.
  package func stepsToComputeAgain(behind record: Record) -> [String: StepNode] {
    var found: [String: StepNode] = [:]
    var pending = record.artifacts
    while let next = pending.popLast() {
      guard found[next] == nil, let node = steps[next], !isFoundByHash(next) else { continue }
      found[next] = node
      pending += node.parts.inputs.map { StepNode.name(step: $0.step, key: $0.key) }
    }
    return found
  }

  /// Whether a step is keyed by version alone, and so is, or is exact everywhere, all that its key rests on.
  func isFoundByHash(_ name: String) -> Bool {
    guard let node = steps[name], node.parts.isKeyedByVersionAlone else { return false }
    return node.parts.inputs.allSatisfy {
      isSameEverywhere(StepNode.name(step: $0.step, key: $0.key))
    }
  }

  private func isSameEverywhere(_ name: String) -> Bool {
    guard let node = steps[name] else { return true }
    if isFoundByHash(name) { return true }
    return node.determinism == .exact
      && node.parts.inputs.allSatisfy { isSameEverywhere(StepNode.name(step: $0.step, key: $0.key)) }
  }
}
