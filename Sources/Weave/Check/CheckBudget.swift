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

/// Chooses outputs whose steps can be computed again within a time.
///
/// Greedy: again and again the output that adds most numbers for its time, counting steps that are chosen already as
/// free. Steps keyed by version alone cost nothing: they are verified by hash. Those that rest on measurements whose last digits depend
/// on the processor count with all before them, since elsewhere they may not be found.
/// - Parameters:
///   - notebooks: the notebooks with their records.
///   - seconds: the time.
///   - cost: the seconds of a step by its name; nothing if unknown, and then its outputs are not chosen.
/// - Returns: the chosen labels by notebook, and the time they take.
public func chooseOutputs(
  of notebooks: [NotebookState], within seconds: Double, cost: (StepNode) -> Double?
) -> (labels: [String: [String]], seconds: Double) {
  struct Candidate {
    let notebook: String
    let label: String
    let numbers: Int
    var steps: [String: Double]
  }
  var candidates: [Candidate] = []
  for notebook in notebooks {
    guard let file = notebook.file else { continue }
    for record in file.records where record.numberCount > 0 && record.determinism != .volatile {
      var steps: [String: Double] = [:]
      var isKnown = true
      for name in file.steps(behind: record.artifacts) {
        guard let node = file.steps[name], !isFoundByHash(name, file), !isBeforeTraining(name, record, file)
        else { continue }
        if let seconds = cost(node) { steps[name] = seconds } else { isKnown = false }
      }
      if isKnown {
        candidates.append(
          Candidate(
            notebook: notebook.source.name, label: record.name, numbers: record.numberCount, steps: steps))
      }
    }
  }
  var labels: [String: [String]] = [:]
  var spent = 0.0
  while true {
    // A moment for each output keeps many cheap numbers from looking infinitely good.
    let rated = candidates.indices.map { index in
      let extra = candidates[index].steps.values.reduce(0, +)
      return (index: index, extra: extra, worth: Double(candidates[index].numbers) / (extra + 0.01))
    }.filter { spent + $0.extra <= seconds }
    guard let best = rated.max(by: { ($0.worth, $1.index) < ($1.worth, $0.index) }) else { break }
    let chosen = candidates.remove(at: best.index)
    labels[chosen.notebook, default: []].append(chosen.label)
    spent += best.extra
    for index in candidates.indices {
      for name in chosen.steps.keys { candidates[index].steps[name] = nil }
    }
  }
  return (labels, spent)
}

/// Whether a step is keyed by version alone, and so is, or is exact everywhere, all that its key rests on.
private func isFoundByHash(_ name: String, _ file: RecordFile) -> Bool {
  guard let node = file.steps[name], node.parts.isKeyedByVersionAlone else { return false }
  return node.parts.inputs.allSatisfy { isSameEverywhere(StepNode.name(step: $0.step, key: $0.key), file) }
}

private func isSameEverywhere(_ name: String, _ file: RecordFile) -> Bool {
  guard let node = file.steps[name] else { return true }
  if isFoundByHash(name, file) { return true }
  return node.determinism == .exact
    && node.parts.inputs.allSatisfy { isSameEverywhere(StepNode.name(step: $0.step, key: $0.key), file) }
}

/// Whether a step is only needed for what is keyed by version alone and therefore not computed again.
private func isBeforeTraining(_ name: String, _ record: Record, _ file: RecordFile) -> Bool {
  var reached: Set<String> = []
  var pending = record.artifacts
  while let next = pending.popLast() {
    guard reached.insert(next).inserted, let node = file.steps[next], !isFoundByHash(next, file) else {
      continue
    }
    pending += node.parts.inputs.map { StepNode.name(step: $0.step, key: $0.key) }
  }
  return !reached.contains(name)
}
