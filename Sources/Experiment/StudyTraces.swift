// The words for where the trace of the Fisher information lies, and what a penalty leaves of it there.
import Artifacts
import Authoring
import Fisher

extension Study {
  /// The trace of a group's critical loss at the weights of a detector trained with quantized ones, by part of the network.
  public func trace(
    of trained: Artifact<QuantizedCheckpoint>, _ group: CriticalGroup
  ) -> Artifact<TraceByPart> {
    notebook.artifact(CriticalTrace(of: trained, on: source, group: group))
  }

  /// Ways to take the derivative of a group's trace, at the weights that plain training from the first seed ends with.
  public func penaltyDirections(for group: CriticalGroup) -> Artifact<PenaltyDirections> {
    notebook.artifact(PenaltyDirection(at: qat(.plain, for: group), on: source, group: group))
  }

  /// What a move of the shortest length leaves of the trace, by the exact product or by the differences that training uses.
  public func derivativeSummary(for group: CriticalGroup, isExact: Bool) throws -> DerivativeSummary {
    let used = QATArm.flat.recipe.penalty?.kind
    let directions = try penaltyDirections(for: group).value
    guard
      let moves = directions.moves.first(where: {
        isExact ? $0.method == .exact : used == .fisherTrace($0.method)
      })
    else { throw FisherError("the derivative that training uses is not among those that are compared") }
    let left = directions.left(moves, reach: 0)
    var step = ""
    if case .central(let length) = moves.method { step = scientific(length) }
    return DerivativeSummary(step: step, cosine: mean(moves.cosines), own: left.own, other: left.other)
  }

  /// Rows of a table of these ways: name, mean, least and largest cosine with double backward, and for a short and a long move what it leaves of the trace
  /// on the scenes that it was computed from and on others.
  public func penaltyDirectionRows(for group: CriticalGroup) throws -> [[Cell]] {
    let directions = try penaltyDirections(for: group).value
    return directions.moves.map { moves in
      let left = moves.own.indices.flatMap { reach -> [Double] in
        let left = directions.left(moves, reach: reach)
        return [left.own, left.other]
      }
      let cosines = moves.cosines
      return [.text(moves.method.title)]
        + ([mean(cosines), cosines.min() ?? 0, cosines.max() ?? 0] + left).map { .number($0) }
    }
  }

  /// The columns of these rows.
  public func penaltyDirectionColumns(for group: CriticalGroup) -> [Column] {
    let reaches = PenaltyDirection(at: qat(.plain, for: group), on: source, group: group).reaches
    return [
      .text("Derivative"), .number("cosine", .digits(2).signed), .number("least", .digits(2).signed),
      .number("largest", .digits(2).signed),
    ]
      + reaches.flatMap { reach in
        ["same scenes", "others"].map { .number("\(scientific(reach)): \($0)", .percent(digits: 0)) }
      }
  }
}

/// A way to take the derivative of a trace in numbers.
public struct DerivativeSummary {
  /// The step of differences in lengths of the weights; empty for the exact product.
  public let step: String
  /// The mean cosine with the exact product.
  public let cosine: Double
  /// What the shortest move leaves of the trace on the scenes of the derivative.
  public let own: Double
  /// The same on other scenes.
  public let other: Double
}

extension SecondDerivative {
  /// The name in tables.
  var title: String {
    switch self {
    case .exact: "double backward"
    case .central(let step): "central differences, \(scientific(step))"
    case .forward(let step): "forward differences, \(scientific(step))"
    }
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
