// The words for where the trace of the Fisher information lies, and what a penalty leaves of it there.
import Artifacts
import Authoring

extension Study {
  /// The trace of a group's critical loss at the weights of a detector trained with quantized ones, by part of the network.
  public func trace(
    of trained: Artifact<QuantizedCheckpoint>, _ group: CriticalGroup
  ) -> Artifact<TraceByPart> {
    notebook.artifact(CriticalTrace(of: trained, on: source, group: group))
  }
}

extension PenalizedGroup {
  /// What the penalty leaves of the trace that plain training has in some parts of the network: the mean over seeds, with
  /// resamples of the scenes.
  public func traceLeft(in parts: [TrainedPart] = TrainedPart.allCases) throws -> ResampledNumber {
    let pairs = try traces()
    return .overImages(pairs.first?.plain.imageCount ?? 0, resamples: 1000) { weights in
      mean(pairs.map { $0.flat.sum(parts, weights: weights) / $0.plain.sum(parts, weights: weights) })
    }
  }

  /// The share of the trace that lies in a part of the network after plain training: the mean over seeds.
  public func traceShare(of part: TrainedPart) throws -> Double {
    mean(
      try traces().map { pair in
        let weights = [Double](repeating: 1, count: pair.plain.imageCount)
        return pair.plain.sum([part], weights: weights)
          / pair.plain.sum(TrainedPart.allCases, weights: weights)
      })
  }

  private func traces() throws -> [(flat: TraceByPart, plain: TraceByPart)] {
    try seeds.map { seed in
      let (flat, plain) = (
        study.qat(.flat, for: group, seed: seed), study.qat(.plain, for: group, seed: seed)
      )
      return (try study.trace(of: flat, group).value, try study.trace(of: plain, group).value)
    }
  }

  /// A row of a table: task, group, the share of the trace in each part after plain training, and what the penalty leaves of
  /// it in the trained weights, in the rest, and in all.
  public func traceRow() throws -> [Cell] {
    [.text(study.source.task.name), .text(group.rawValue)]
      + (try TrainedPart.allCases.map { .number(try traceShare(of: $0)) })
      + (try [[.trained], [.frozen, .heads], TrainedPart.allCases].map {
        .number(try traceLeft(in: $0).estimate())
      })
  }

  /// The columns of these rows.
  public static var traceColumns: [Column] {
    [
      .text("Task"), .text("Group"), .number("lies in trained", .percent(digits: 0)),
      .number("in fixed", .percent(digits: 0)), .number("in heads", .percent(digits: 0)),
      .number("left in trained", .percent(digits: 0).withInterval),
      .number("in the rest", .percent(digits: 0).withInterval),
      .number("in all", .percent(digits: 0).withInterval),
    ]
  }
}
