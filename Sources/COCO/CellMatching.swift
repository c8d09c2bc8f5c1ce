// Which detection takes which object, in one image and category, for all thresholds and size classes.

/// An object as matching sees it.
struct MatchableObject {
  var box: PixelBox
  var area: Double
  var isCrowd: Bool
  /// Whether a match with it is recorded; pycocotools takes the id 0 for "no match".
  var isRecorded: Bool
}

/// The matching of one cell, with scratch memory that is used again from cell to cell.
struct CellMatching {
  /// An object that overlaps a detection enough for the lowest threshold.
  private struct Candidate {
    var object: Int32
    var overlap: Double
  }

  /// Per detection and size class: one bit per threshold at which it is matched. // [size, detection]
  private(set) var matched: [UInt16] = []
  /// Per detection and size class: one bit per threshold at which it does not count. // [size, detection]
  private(set) var ignored: [UInt16] = []
  /// Per size class: the number of objects that count.
  private(set) var counted = [Int32](repeating: 0, count: BoxEvaluation.sizeCount)
  /// Per object: whether it is ignored in the size class looked at last.
  private(set) var isIgnored: [Bool] = []

  private var candidates: [Candidate] = []
  private var candidateStarts: [Int] = []
  private var taken: [UInt16] = []  // per object, one bit per threshold

  /// Matches the detections, given highest score first, with the objects, given in the order of their file.
  ///
  /// `record` is told each match: size class, threshold, detection, object.
  @inline(__always)
  mutating func match(
    _ detections: UnsafeBufferPointer<PixelBox>, _ objects: UnsafeBufferPointer<MatchableObject>,
    record: (_ size: Int, _ threshold: Int, _ detection: Int, _ object: Int) -> Void
  ) {
    findCandidates(detections, objects)
    let count = detections.count
    if matched.count < BoxEvaluation.sizeCount * count {
      matched = Array(repeating: 0, count: BoxEvaluation.sizeCount * count)
      ignored = matched
    }
    for size in ObjectSize.allCases {
      let areas = size.areas
      isIgnored.removeAll(keepingCapacity: true)
      taken.removeAll(keepingCapacity: true)
      counted[size.rawValue] = 0
      for object in objects {
        let isOut = object.isCrowd || object.area < areas.lowerBound || object.area > areas.upperBound
        isIgnored.append(isOut)
        taken.append(0)
        if !isOut { counted[size.rawValue] += 1 }
      }
      for detection in 0..<count {
        var hits: UInt16 = 0
        var pardoned: UInt16 = 0
        let range = candidateStarts[detection]..<candidateStarts[detection + 1]
        if !range.isEmpty {
          for (threshold, least) in BoxEvaluation.thresholds.enumerated() {
            let bit = UInt16(1) << UInt16(threshold)
            guard let object = best(in: range, least: min(least, 1 - 1e-10), bit: bit, objects) else {
              continue
            }
            taken[object] |= bit
            if objects[object].isRecorded { hits |= bit }
            if isIgnored[object] { pardoned |= bit }
            record(size.rawValue, threshold, detection, object)
          }
        }
        let area = detections[detection].area
        if area < areas.lowerBound || area > areas.upperBound {
          pardoned |= ~hits & BoxEvaluation.everyThreshold
        }
        matched[size.rawValue * count + detection] = hits
        ignored[size.rawValue * count + detection] = pardoned
      }
    }
  }

  /// The free object of greatest overlap, the later one of equals; an ignored object only if no other will do.
  @inline(__always)
  private func best(
    in range: Range<Int>, least: Double, bit: UInt16, _ objects: UnsafeBufferPointer<MatchableObject>
  ) -> Int? {
    var best = least
    var match = -1
    for ignoredOnes in [false, true] where match < 0 {
      for index in range {
        let candidate = candidates[index]
        let object = Int(candidate.object)
        if isIgnored[object] != ignoredOnes || candidate.overlap < best { continue }
        if taken[object] & bit != 0 && !objects[object].isCrowd { continue }
        best = candidate.overlap
        match = object
      }
    }
    return match < 0 ? nil : match
  }

  /// Lists the objects that overlap each detection by the lowest threshold or more.
  @inline(__always)
  private mutating func findCandidates(
    _ detections: UnsafeBufferPointer<PixelBox>, _ objects: UnsafeBufferPointer<MatchableObject>
  ) {
    candidates.removeAll(keepingCapacity: true)
    candidateStarts.removeAll(keepingCapacity: true)
    let least = BoxEvaluation.thresholds[0]
    for detection in detections {
      candidateStarts.append(candidates.count)
      for (index, object) in objects.enumerated() {
        let overlap = cocoOverlap(detection, object.box, isCrowd: object.isCrowd)
        if overlap >= least { candidates.append(Candidate(object: Int32(index), overlap: overlap)) }
      }
    }
    candidateStarts.append(candidates.count)
  }
}

/// Intersection over union; for a crowd region over the area of the detection. In this order of operations.
@inline(__always)
func cocoOverlap(_ detection: PixelBox, _ object: PixelBox, isCrowd: Bool) -> Double {
  let width =
    min(detection.x + detection.width, object.x + object.width) - max(detection.x, object.x)
  guard width > 0 else { return 0 }
  let height =
    min(detection.y + detection.height, object.y + object.height) - max(detection.y, object.y)
  guard height > 0 else { return 0 }
  let shared = width * height
  return shared / (isCrowd ? detection.area : detection.area + object.area - shared)
}
