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
  /// A notebook and an output of it that rest on the result; nothing if none does.
  public let place: (notebook: NotebookState, label: String)?
}

extension Project {
  /// The committed trainings, the quickest first.
  public var trainings: [StoredTraining] {
    let layer = StoreLayer(folder: root.appending(path: "Results/artifacts"), nameLength: 12)
    let index = SourceIndex(root: root)
    let traces = layer.entries.compactMap(\.trace).filter(\.parts.isKeyedByVersionAlone)
    return traces.sorted { ($0.costSeconds, $0.key) < ($1.costSeconds, $1.key) }.map { trace in
      let name = StepNode.name(step: trace.parts.step, key: trace.key)
      return StoredTraining(
        name: name, trace: trace, isByOtherCode: !olderCode(of: trace, index).isEmpty,
        place: place(restingOn: name)
      )
    }
  }

  private func place(restingOn name: String) -> (notebook: NotebookState, label: String)? {
    for notebook in notebooks {
      guard let file = notebook.file, file.steps[name] != nil else { continue }
      if let record = file.records.first(where: { file.steps(behind: $0.artifacts).contains(name) }) {
        return (notebook, record.name)
      }
    }
    return nil
  }
}
