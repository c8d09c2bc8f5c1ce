// Which query stands for which object: the assignment of smallest cost, per decoder layer and picture.
import Boxes
import Torch

/// Weights of the three parts of a matching cost.
public struct MatchingCosts: Codable, Sendable, Equatable {
  /// Of the class.
  public var classification: Double
  /// Of the L1 distance of boxes.
  public var boxDistance: Double
  /// Of the negative generalized IoU.
  public var overlap: Double

  /// The published weights of DETR.
  public static let detr = MatchingCosts(classification: 1, boxDistance: 5, overlap: 2)
}

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

/// Matches the queries of every decoder layer with the objects of every picture, without gradient.
///
/// - Parameters:
///   - output: with softmax heads.
///   - targets: one per picture.
public func matching(_ output: DetectorOutput, _ targets: [Target], costs: MatchingCosts = .detr) -> Matching
{
  let shape = output.logits.shape  // [layer, image, query, class]
  let (queryCount, logitCount) = (shape[2], shape[3])
  guard shape[1] == targets.count else { fatalError("\(targets.count) targets for \(shape[1]) pictures") }
  let (probabilities, boxes) = withoutGradients { (output.logits.softmax().floats, output.boxes.floats) }
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
          let probability = Double(probabilities[query * logitCount + category])
          matrix.append(
            -costs.classification * probability + costs.boxDistance * center.l1Distance(to: object.center)
              - costs.overlap * corner.generalizedIoU(object.corner))
        }
      }
      return optimalAssignment(costs: matrix, rows: queryCount, columns: objects.count)
        .map { MatchedPair(query: $0.row, object: $0.column) }
    }
  }
}
