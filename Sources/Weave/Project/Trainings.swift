// Committed results that are found by version alone, though the code has gone on since: trainings.
import Artifacts

/// A committed result whose key does not hold the code that made it.
public struct StoredTraining: Sendable {
  /// The step and the beginning of the key.
  public let name: String
  /// The trace of the run that made it.
  public let trace: Trace
  /// Whether the code of the step is not what it was then.
  public let isByOtherCode: Bool
  /// The outputs that rest on the result, each with its notebook, those first that rest on little else but trainings.
  public let places: [(notebook: NotebookState, label: String)]
}

extension Project {
  /// The committed trainings, the quickest first.
  public var trainings: [StoredTraining] {
    let layer = StoreLayer.committed(root: root)
    let index = SourceIndex(root: root)
    let traces = layer.entries.compactMap(\.trace).filter(\.parts.isKeyedByVersionAlone)
    return traces.sorted { ($0.costSeconds, $0.key) < ($1.costSeconds, $1.key) }.map { trace in
      let name = StepNode.name(step: trace.parts.step, key: trace.key)
      return StoredTraining(
        name: name, trace: trace, isByOtherCode: !olderCode(of: trace, index).isEmpty,
        places: places(restingOn: name)
      )
    }
  }

  private func places(restingOn name: String) -> [(notebook: NotebookState, label: String)] {
    var places: [(notebook: NotebookState, label: String, others: Int)] = []
    for notebook in notebooks {
      guard let file = notebook.file, file.steps[name] != nil else { continue }
      for record in file.records {
        let steps = file.steps(behind: record.artifacts)
        guard steps.contains(name) else { continue }
        let others = steps.count { file.steps[$0]?.parts.isKeyedByVersionAlone != true }
        places.append((notebook, record.name, others))
      }
    }
    return places.enumerated().sorted { ($0.element.others, $0.offset) < ($1.element.others, $1.offset) }
      .map { ($0.element.notebook, $0.element.label) }
  }
}
