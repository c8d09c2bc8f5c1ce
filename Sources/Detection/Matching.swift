// Which query stands for which object: the assignment of smallest cost, per decoder layer and picture.
import Boxes
import Torch

#if canImport(Glibc)
  import Glibc
#endif

/// A query and the object it was matched with.
public struct MatchedPair: Sendable, Equatable {
  /// The query's number.
  public let query: Int
  /// The object's number in its target.
  public let object: Int

  /// A query and an object.
  public init(query: Int, object: Int) {
    self.query = query
    self.object = object
  }
}

/// The pairs of each layer and picture, `[layer][image]`, each sorted by query.
public typealias Matching = [[[MatchedPair]]]

extension DetectionLoss {
  /// Matches the queries of every decoder layer with the objects of every picture, without gradient.
  ///
  /// - Parameter targets: one per picture; classes index the logits.
  public func matching(_ output: DetectorOutput, _ targets: [Target]) -> Matching {
    let shape = output.logits.shape  // [layer, image, query, class]
    let (queryCount, logitCount) = (shape[2], shape[3])
    guard shape[1] == targets.count else { fatalError("\(targets.count) targets for \(shape[1]) pictures") }
    let (probabilities, boxes) = withoutGradients {
      (classes.probabilities(output.logits).floats, output.boxes.floats)
    }
    return (0..<shape[0]).map { layer in
      targets.enumerated().map { image, target in
        let first = (layer * shape[1] + image) * queryCount
        let objects = target.boxes.map { (center: $0, corner: CornerBox($0)) }
        var matrix: [Double] = []
        matrix.reserveCapacity(queryCount * objects.count)
        for query in first..<first + queryCount {
          let center = CenterBox(
            cx: Double(boxes[4 * query]), cy: Double(boxes[4 * query + 1]), w: Double(boxes[4 * query + 2]),
            h: Double(boxes[4 * query + 3]))
          let corner = CornerBox(center)
          for (object, category) in zip(objects, target.classes) {
            let classCost = classes.cost(Double(probabilities[query * logitCount + category]))
            matrix.append(
              matchingCosts.classification * classCost
                + matchingCosts.boxDistance * center.l1Distance(to: object.center)
                - matchingCosts.overlap * corner.generalizedIoU(object.corner))
          }
        }
        return optimalAssignment(costs: matrix, rows: queryCount, columns: objects.count)
          .map { MatchedPair(query: $0.row, object: $0.column) }
      }
    }
  }
}

extension ClassLoss {
  /// The probability of each class.
  func probabilities(_ logits: Tensor) -> Tensor {
    switch self {
    case .softmax: logits.softmax()
    case .focal: logits.sigmoid()
    }
  }

  /// The cost of a match at the probability of the object's class: its negative, or the focal loss of yes less that of no.
  package func cost(_ probability: Double) -> Double {
    switch self {
    case .softmax: return -probability
    case .focal(let alpha):
      let opposite = 1 - probability
      // The small addends are part of the published cost.
      let yes = -alpha * opposite * opposite * log(probability + 1e-8)
      let no = -(1 - alpha) * probability * probability * log(opposite + 1e-8)
      return yes - no
    }
  }
}
