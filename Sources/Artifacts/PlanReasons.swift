// Telling why a step without a result of its own kind runs: by the step it stands in for.
import FoundationEssentials

/// Reasons with what the steps of an earlier run tell: a step that no result is known of may be one of theirs with
/// another parameter, or with other code on a machine that never ran it.
/// - Parameters:
///   - planned: the steps that would run.
///   - before: the steps of the earlier run.
///   - now: all steps as they are now.
///   - history: knows which functions changed in a file.
package func explained(
  _ planned: [PlannedStep], before: [StepNode], now: [StepNode], history: CodeHistory? = nil
) -> [PlannedStep] {
  let present = Set(now.map(identity))
  return planned.map { step in
    switch step.reason {
    case .neverRun, .upstreamChanged: break
    default: return step
    }
    let hashes = Set(step.node.parts.inputs.map(\.hash))
    let same = before.filter { identity($0) == identity(step.node) }
    let alike = same.max { shared($0, hashes) < shared($1, hashes) }
    // One that is still there as it was does not stand in for another.
    let gone = before.filter { $0.parts.step == step.node.parts.step && !present.contains(identity($0)) }
    let nearest = gone.min { changes($0, step.node) < changes($1, step.node) }
    guard let kin = alike ?? nearest,
      let reason = Reason.difference(from: kin.parts, to: step.node.parts, history: history)
    else {
      return step
    }
    var result = step
    switch reason {
    case .inputChanged: break
    case .parameterChanged where changes(kin, step.node) > 3: break
    default: result.reason = reason
    }
    return result
  }
}

/// A step with its parameters, whatever its code and its inputs are.
private func identity(_ node: StepNode) -> String {
  let parameters = (try? CanonicalJSON.encode(node.parts.parameters)) ?? Data()
  return node.parts.step + " " + String(decoding: parameters, as: UTF8.self)
}

private func shared(_ node: StepNode, _ hashes: Set<String>) -> Int {
  node.parts.inputs.count { hashes.contains($0.hash) }
}

private func changes(_ old: StepNode, _ new: StepNode) -> Int {
  ParameterChange.changes(from: old.parts.parameters, to: new.parts.parameters).count
}
