// The outcome of matching for all images and categories, in the form from which curves are accumulated.

/// Per detection kept: its score and the thresholds at which it is matched or does not count. Resampling images needs
/// nothing else.
struct MatchTable: Sendable {
  let imageCount: Int
  let categoryCount: Int
  /// Where each cell's detections start; cell = category · images + image; one more entry than cells.
  let starts: [Int32]
  /// Score of each detection.
  let scores: [Double]
  /// One bit per threshold at which the detection is matched. // [size][detection]
  let matched: [[UInt16]]
  /// One bit per threshold at which the detection does not count. // [size][detection]
  let ignored: [[UInt16]]
  /// Number of objects that count. // [size][cell]
  let counted: [[Int32]]

  init(_ input: EvaluationInput, _ dataset: Dataset, _ detections: [Detection]) {
    imageCount = input.imageIDs.count
    categoryCount = input.categories.count
    starts = input.detectionStarts
    let order = input.detectionOrder
    scores = order.map { detections[Int($0)].score }
    let boxes = order.map { detections[Int($0)].box }
    let objects = input.objectOrder.map { MatchableObject(dataset.annotations[Int($0)]) }
    let sizes = BoxEvaluation.sizeCount
    var matched = Array(repeating: [UInt16](repeating: 0, count: order.count), count: sizes)
    var ignored = matched
    var counted = Array(repeating: [Int32](repeating: 0, count: input.cellCount), count: sizes)
    var matching = CellMatching()
    boxes.withUnsafeBufferPointer { boxes in
      objects.withUnsafeBufferPointer { objects in
        for cell in 0..<input.cellCount {
          let found = Int(input.detectionStarts[cell])..<Int(input.detectionStarts[cell + 1])
          let present = Int(input.objectStarts[cell])..<Int(input.objectStarts[cell + 1])
          if found.isEmpty && present.isEmpty { continue }
          matching.match(
            UnsafeBufferPointer(rebasing: boxes[found]), UnsafeBufferPointer(rebasing: objects[present])
          ) { _, _, _, _ in }
          for size in 0..<sizes {
            counted[size][cell] = matching.counted[size]
            for (rank, detection) in found.enumerated() {
              matched[size][detection] = matching.matched[size * found.count + rank]
              ignored[size][detection] = matching.ignored[size * found.count + rank]
            }
          }
        }
      }
    }
    self.matched = matched
    self.ignored = ignored
    self.counted = counted
  }

  /// A category's detections of all images, highest score first; equal scores keep the order of images.
  func ranking(ofCategory category: Int) -> [Ranked] {
    let range = starts[category * imageCount]..<starts[(category + 1) * imageCount]
    return range.map { Ranked(key: scoreKey(scores[Int($0)]), position: $0) }.sorted()
  }

  /// The number of a category's objects that count.
  func objectCount(ofCategory category: Int, size: Int) -> Int {
    counted[size][(category * imageCount)..<((category + 1) * imageCount)].reduce(0) { $0 + Int($1) }
  }
}

extension MatchableObject {
  init(_ annotation: Annotation) {
    box = annotation.box
    area = annotation.area
    isCrowd = annotation.isCrowd
    isRecorded = annotation.id != 0
  }
}
