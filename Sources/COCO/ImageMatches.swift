// Which detection matched which object in one picture: for drawings and for tests.

/// The matching of one image and category in one size class.
public struct ImageMatches: Sendable, Equatable {
  /// Positions in the list of detections, highest score first, at most 100.
  public var detections: [Int]
  /// Positions in the data set's list of objects.
  public var objects: [Int]
  /// For each threshold and detection the position (in `objects` above) of the object it takes, if any. // [threshold][detection]
  public var matchedObject: [[Int?]]
  /// For each threshold whether the detection does not count. // [threshold][detection]
  public var isDetectionIgnored: [[Bool]]
  /// Whether the object does not count.
  public var isObjectIgnored: [Bool]
}

/// Matches the detections of one image and category by the rules of `evaluate`.
public func imageMatches(
  _ dataset: Dataset, _ detections: [Detection], imageID: Int, categoryID: Int, size: ObjectSize = .all
) -> ImageMatches {
  let present = dataset.annotations.indices.filter {
    dataset.annotations[$0].imageID == imageID && dataset.annotations[$0].categoryID == categoryID
  }
  let ranked = detections.indices
    .filter { detections[$0].imageID == imageID && detections[$0].categoryID == categoryID }
    .map { Ranked(key: scoreKey(detections[$0].score), position: Int32($0)) }
    .sorted().prefix(BoxEvaluation.detectionLimit).map { Int($0.position) }
  let thresholds = BoxEvaluation.thresholdCount
  var matchedObject = Array(repeating: [Int?](repeating: nil, count: ranked.count), count: thresholds)
  let objects = present.map { MatchableObject(dataset.annotations[$0]) }
  var matching = CellMatching()
  ranked.map { detections[$0].box }.withUnsafeBufferPointer { boxes in
    objects.withUnsafeBufferPointer { objects in
      matching.match(boxes, objects) { matchedSize, threshold, detection, object in
        if matchedSize == size.rawValue { matchedObject[threshold][detection] = object }
      }
    }
  }
  let areas = size.areas
  return ImageMatches(
    detections: ranked, objects: present, matchedObject: matchedObject,
    isDetectionIgnored: (0..<thresholds).map { threshold in
      ranked.indices.map { matching.ignored[size.rawValue * ranked.count + $0] >> UInt16(threshold) & 1 == 1 }
    },
    isObjectIgnored: objects.map { $0.isCrowd || !areas.contains($0.area) })
}
