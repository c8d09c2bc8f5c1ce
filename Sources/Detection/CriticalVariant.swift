// What may belong to a critical loss: readings of the critical objective to compare.
import Torch

/// Which terms a critical loss has.
public enum CriticalVariant: String, Codable, Sendable, CaseIterable {
  /// Logits and labels folded, boxes of all objects: the paper's transformation, read literally.
  case folded
  /// Logits and labels folded, boxes of critical objects alone.
  case ownBoxes
  /// Only critical objects count, for classes and boxes; all others are background.
  case othersAsBackground
  /// The ordinary loss in which the class terms of critical objects weigh five times as much: the control.
  case reweighted
  /// All categories folded into one, whichever are critical: what folding alone does, the control for any category's gain.
  case noCategory

  /// The name in tables.
  public var title: String {
    switch self {
    case .folded: "folded, boxes of all"
    case .ownBoxes: "folded, boxes of critical"
    case .othersAsBackground: "others as background"
    case .reweighted: "control: weighted classes"
    case .noCategory: "control: no category"
    }
  }

  /// The weight of critical classes in the control.
  public static let weightOfCriticalClasses = 5.0
}

extension CriticalObjective {
  /// What the class terms of objects weigh by class where critical ones count more.
  public var classFactors: [Double] {
    (0..<classCount).map { classes.contains($0) ? CriticalVariant.weightOfCriticalClasses : 1 }
  }

  /// The critical loss of an output.
  ///
  /// - Parameters:
  ///   - matching: of the original output and targets; it is not made anew.
  ///   - loss: the detector's own.
  public func loss(
    _ variant: CriticalVariant, _ output: DetectorOutput, _ targets: [Target], _ matching: Matching,
    _ loss: DetectionLoss, normalization: LossNormalization
  ) -> Tensor {
    loss.total(
      terms(variant, output, targets, matching, loss, normalization: normalization))
  }

  /// The parts of the critical loss of an output.
  public func terms(
    _ variant: CriticalVariant, _ output: DetectorOutput, _ targets: [Target], _ matching: Matching,
    _ loss: DetectionLoss, normalization: LossNormalization
  ) -> LossTerms {
    func terms(_ output: DetectorOutput, _ targets: [Target], _ matching: Matching) -> LossTerms {
      loss.terms(output, targets, matching, normalization: normalization)
    }
    switch variant {
    case .folded:
      return terms(folded(output), targets.map { folded($0) }, matching)
    case .ownBoxes:
      let (own, pairs) = critical(targets, matching)
      let boxes = terms(output, own, pairs)
      let labels = terms(folded(output), targets.map { folded($0) }, matching)
      return labels.withBoxes(of: boxes)
    case .othersAsBackground:
      let (own, pairs) = critical(targets, matching)
      return terms(foldedIntoBackground(output), own.map { folded($0) }, pairs)
    case .noCategory:
      return CriticalObjective(classes: [], classCount: classCount)
        .terms(.folded, output, targets, matching, loss, normalization: normalization)
    case .reweighted:
      var weighted = loss
      weighted.classFactors = classFactors
      return weighted.terms(output, targets, matching, normalization: normalization)
    }
  }

  /// The critical objects alone, with the queries that were matched with them.
  private func critical(_ targets: [Target], _ matching: Matching) -> ([Target], Matching) {
    let kept = targets.map { target in target.classes.indices.filter { classes.contains(target.classes[$0]) }
    }
    let own = zip(targets, kept).map { target, kept in
      Target(classes: kept.map { target.classes[$0] }, boxes: kept.map { target.boxes[$0] })
    }
    let pairs = matching.map { layer in
      zip(layer, kept).map { pairs, kept in
        pairs.compactMap { pair in
          kept.firstIndex(of: pair.object).map { MatchedPair(query: pair.query, object: $0) }
        }
      }
    }
    return (own, pairs)
  }

  /// Critical logits beside one of everything else: the largest of all other classes and "no object"; sigmoid heads keep
  /// the critical logits alone.
  private func foldedIntoBackground(_ output: DetectorOutput) -> DetectorOutput {
    let count = output.logits.size(-1)
    func pick(_ indices: [Int]) -> Tensor {
      output.logits.picked(-1, Tensor(indices.map(Int64.init), shape: [indices.count]))
    }
    guard count > classCount else { return DetectorOutput(logits: pick(classes), boxes: output.boxes) }
    let rest = (0..<count).filter { !classes.contains($0) }
    let background = pick(rest).maximum(along: -1, keepingDimension: true).values
    return DetectorOutput(
      logits: Tensor.concatenated([pick(classes), background], along: -1), boxes: output.boxes)
  }
}
