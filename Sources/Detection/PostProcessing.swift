// From the output of the last decoder layer to detections.
import COCO
import Torch

/// The detections of softmax heads: for every query its best class other than "no object".
///
/// - Parameters:
///   - output: of a batch.
///   - imageIDs: the number of each picture.
///   - extents: the original size of each picture, in which boxes are given.
///   - categoryIDs: the COCO category of each class.
public func detections(
  _ output: DetectorOutput, imageIDs: [Int], extents: [Extent], categoryIDs: [Int]
) -> [Detection] {
  let last = output.logits.size(0) - 1
  let classCount = output.logits.size(3) - 1
  let (scores, labels, boxes) = withoutGradients {
    let probabilities = output.logits.selected(0, last).softmax().narrowed(-1, from: 0, count: classCount)
    let best = probabilities.maximum(along: -1)
    return (best.values.floats, best.indices.integers, output.boxes.selected(0, last).floats)
  }
  let queryCount = output.logits.size(2)
  var result: [Detection] = []
  result.reserveCapacity(scores.count)
  for (image, extent) in extents.enumerated() {
    for query in image * queryCount..<(image + 1) * queryCount {
      let (cx, cy) = (Double(boxes[4 * query]), Double(boxes[4 * query + 1]))
      let (w, h) = (Double(boxes[4 * query + 2]), Double(boxes[4 * query + 3]))
      let (width, height) = (Double(extent.width), Double(extent.height))
      result.append(
        Detection(
          imageID: imageIDs[image], categoryID: categoryIDs[Int(labels[query])],
          box: PixelBox(
            x: (cx - w / 2) * width, y: (cy - h / 2) * height, width: w * width, height: h * height),
          score: Double(scores[query])))
    }
  }
  return result
}
