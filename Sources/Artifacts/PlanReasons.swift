// Telling why a step without a result of its own kind runs: by the step it stands in for.

/// Reasons with what the steps of an earlier run tell: a step that no result is known of may be one of theirs with
/// another parameter, or with other code on a machine that never ran it.
/// - Parameters:
///   - planned: the steps that would run.
///   - before: the steps of the earlier run.
///   - now: the keys of all steps as they are now.
package func explained(_ planned: [PlannedStep], before: [StepNode], now: Set<String>) -> [PlannedStep] {
  planned.map { step in
    switch step.reason {
    case .neverRun, .upstreamChanged: break
    default: return step
    }
    let kin = before.filter { $0.parts.step == step.node.parts.step && !now.contains($0.key) }
    let changes = kin.map { node in
      (node, ParameterChange.changes(from: node.parts.parameters, to: step.node.parts.parameters))
    }
    guard let (nearest, difference) = changes.min(by: { $0.1.count < $1.1.count }) else { return step }
    var result = step
    if let reason = Reason.difference(from: nearest.parts, to: step.node.parts) {
      switch reason {
      case .inputChanged: break
      case .parameterChanged where difference.count > 3: break
      default: result.reason = reason
      }
    }
    return result
  }
}
