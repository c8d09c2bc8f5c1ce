// A data set and detections laid out for scoring: per category and image, flat, in the order in which they are matched.

/// Objects and detections in cells, one per category and image: cell = category · images + image.
struct EvaluationInput: Sendable {
  /// Image ids, ascending.
  let imageIDs: [Int]
  /// Categories, ascending by id; a single one where categories do not count.
  let categories: [Category]
  /// Where each cell's detections start in the lists below; one more entry than cells.
  let detectionStarts: [Int32]
  /// Position of each detection in the caller's list: per cell by score, highest first, at most 100.
  let detectionOrder: [Int32]
  /// Where each cell's objects start in `objectOrder`; one more entry than cells.
  let objectStarts: [Int32]
  /// Position of each object in the data set's list: per cell in the order of that list.
  let objectOrder: [Int32]

  var cellCount: Int { imageIDs.count * categories.count }

  init(_ dataset: Dataset, _ detections: [Detection], isCategoryAgnostic: Bool) {
    imageIDs = Array(Set(dataset.images.map(\.id))).sorted()
    let imageCount = imageIDs.count
    let imageIndex = positions(of: imageIDs)
    var listed: [Int: Category] = [:]
    for category in dataset.categories { listed[category.id] = category }
    let known = listed.values.sorted { $0.id < $1.id }
    let categoryIndex = positions(of: known.map(\.id))
    categories = isCategoryAgnostic ? [Category(id: -1, name: "any")] : known

    // Without categories everything of an image is one cell, ordered by category first.
    func cell(_ imageID: Int, _ categoryID: Int) -> Int? {
      guard let category = categoryIndex[categoryID], let image = imageIndex[imageID] else { return nil }
      return isCategoryAgnostic ? image * known.count + category : category * imageCount + image
    }
    let fineCount = imageCount * known.count
    let objects = grouped(
      dataset.annotations.map { cell($0.imageID, $0.categoryID).map(Int32.init) ?? -1 }, into: fineCount)
    let found = grouped(
      detections.map { detection -> Int32 in
        guard imageIndex[detection.imageID] != nil else {
          fatalError("a detection is in image \(detection.imageID), which the data set does not have")
        }
        return cell(detection.imageID, detection.categoryID).map(Int32.init) ?? -1
      }, into: fineCount)
    let stride = isCategoryAgnostic ? known.count : 1
    let coarse = { (starts: [Int32]) -> [Int32] in
      if stride == 0 { return Array(repeating: 0, count: imageCount + 1) }
      return stride == 1 ? starts : Swift.stride(from: 0, to: starts.count, by: stride).map { starts[$0] }
    }
    objectStarts = coarse(objects.starts)
    objectOrder = objects.order
    (detectionStarts, detectionOrder) = Self.ranked(coarse(found.starts), found.order, detections)
  }

  /// Each cell's detections by score, cut at the limit.
  private static func ranked(
    _ starts: [Int32], _ order: [Int32], _ detections: [Detection]
  ) -> (starts: [Int32], order: [Int32]) {
    var keys = order.enumerated().map {
      Ranked(key: scoreKey(detections[Int($1)].score), position: Int32($0))
    }
    var newStarts: [Int32] = []
    newStarts.reserveCapacity(starts.count)
    var newOrder: [Int32] = []
    newOrder.reserveCapacity(order.count)
    keys.withUnsafeMutableBufferPointer { keys in
      for cell in 0..<max(starts.count - 1, 0) {
        newStarts.append(Int32(newOrder.count))
        let range = Int(starts[cell])..<Int(starts[cell + 1])
        if range.count > 1 { keys[range].sort() }
        for ranked in keys[range].prefix(BoxEvaluation.detectionLimit) {
          newOrder.append(order[Int(ranked.position)])
        }
      }
    }
    newStarts.append(Int32(newOrder.count))
    return (newStarts, newOrder)
  }
}

/// A detection's place in an order by score in which equal scores keep their order.
struct Ranked: Comparable {
  var key: UInt64
  var position: Int32

  @inline(__always)
  static func < (one: Ranked, other: Ranked) -> Bool {
    one.key != other.key ? one.key < other.key : one.position < other.position
  }
}

private func positions(of ids: [Int]) -> [Int: Int] {
  Dictionary(uniqueKeysWithValues: ids.enumerated().map { ($1, $0) })
}

/// Positions of elements by cell, in their order; elements of cell -1 are left out.
private func grouped(_ cells: [Int32], into cellCount: Int) -> (starts: [Int32], order: [Int32]) {
  var starts = [Int32](repeating: 0, count: cellCount + 1)
  for cell in cells where cell >= 0 { starts[Int(cell) + 1] += 1 }
  for cell in 0..<cellCount { starts[cell + 1] += starts[cell] }
  var next = starts
  var order = [Int32](repeating: 0, count: Int(starts[cellCount]))
  for (element, cell) in cells.enumerated() where cell >= 0 {
    order[Int(next[Int(cell)])] = Int32(element)
    next[Int(cell)] += 1
  }
  return (starts, order)
}
