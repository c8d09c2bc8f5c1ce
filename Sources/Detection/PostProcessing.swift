// From the output of the last decoder layer to detections.
import COCO
import Torch

/// Which of all queries and classes become detections.
public enum DetectionSelection: Codable, Sendable, Equatable {
  /// Softmax heads: for every query its best class other than "no object".
  case bestClassOfEachQuery
  /// Sigmoid heads: the best of all pairs of a query and a class; a query may appear several times.
  case best(Int)

  /// Scores, labels and queries, `[image, detection]`, from logits `[image, query, class]`.
  func callAsFunction(_ logits: Tensor) -> (scores: [Float], labels: [Int64], queries: [Int64]) {
    let (imageCount, queryCount, logitCount) = (logits.size(0), logits.size(1), logits.size(2))
    switch self {
    case .bestClassOfEachQuery:
      let best = logits.softmax().narrowed(-1, from: 0, count: logitCount - 1).maximum(along: -1)
      return (
        best.values.floats, best.indices.integers,
        (0..<imageCount).flatMap { _ in 0..<Int64(queryCount) }
      )
    case .best(let count):
      let best = logits.sigmoid().reshaped([imageCount, -1]).largest(min(count, queryCount * logitCount))
      let indices = best.indices.integers
      return (
        best.values.floats, indices.map { $0 % Int64(logitCount) }, indices.map { $0 / Int64(logitCount) }
      )
    }
  }
}

/// The detections of a batch.
///
/// - Parameters:
///   - output: of the batch.
///   - selection: which queries and classes are kept.
///   - imageIDs: the number of each picture.
///   - extents: the original size of each picture, in which boxes are given.
///   - categoryIDs: the COCO category of each class.
public func detections(
  _ output: DetectorOutput, _ selection: DetectionSelection, imageIDs: [Int], extents: [Extent],
  categoryIDs: [Int]
) -> [Detection] {
  let last = output.logits.size(0) - 1
  let queryCount = output.logits.size(2)
  let (found, boxes) = withoutGradients {
    (selection(output.logits.selected(0, last)), output.boxes.selected(0, last).floats)
  }
  let count = found.scores.count / max(extents.count, 1)
  var result: [Detection] = []
  result.reserveCapacity(found.scores.count)
  for (image, extent) in extents.enumerated() {
    for place in image * count..<(image + 1) * count {
      let query = image * queryCount + Int(found.queries[place])
      let (cx, cy) = (Double(boxes[4 * query]), Double(boxes[4 * query + 1]))
      let (w, h) = (Double(boxes[4 * query + 2]), Double(boxes[4 * query + 3]))
      let (width, height) = (Double(extent.width), Double(extent.height))
      result.append(
        Detection(
          imageID: imageIDs[image], categoryID: categoryIDs[Int(found.labels[place])],
          box: PixelBox(
            x: (cx - w / 2) * width, y: (cy - h / 2) * height, width: w * width, height: h * height),
          score: Double(found.scores[place])))
    }
  }
  return result
}
