// COCO box scoring: average precision and recall as pycocotools computes them, to the last digit.

/// What scoring can be told.
public struct EvaluationOptions: Sendable, Equatable, Codable {
  /// Whether a detection may match an object of any category, as if all were one.
  public var isCategoryAgnostic: Bool

  /// The usual scoring, by category, unless told otherwise.
  public init(isCategoryAgnostic: Bool = false) {
    self.isCategoryAgnostic = isCategoryAgnostic
  }
}

/// Scores detections against a data set by the rules of pycocotools (version 2), in the same float64 arithmetic.
///
/// Objects in images or of categories that the data set does not list are passed over, and so are detections of such
/// categories; a detection in an image that it does not list traps. A score that is not a number comes last. No
/// detections at all give 0 where there are objects.
public func evaluate(
  _ dataset: Dataset, _ detections: [Detection], options: EvaluationOptions = EvaluationOptions()
) -> BoxEvaluation {
  let input = EvaluationInput(dataset, detections, isCategoryAgnostic: options.isCategoryAgnostic)
  return BoxEvaluation(input, MatchTable(input, dataset, detections))
}

/// The result of scoring. -1 stands where there is nothing to measure: no object that counts.
public struct BoxEvaluation: Sendable {
  /// The categories, ascending by id; position is the index `k` below.
  public let categories: [Category]
  /// The images, ascending by id.
  public let imageIDs: [Int]
  /// Precision at 10 thresholds, 101 recalls, k categories, 4 size classes; limit 100. // [t, r, k, size]
  public let precision: [Double]
  /// The score at which each precision is reached. // [t, r, k, size]
  public let scores: [Double]
  /// Recall at 10 thresholds, k categories, 4 size classes, 3 limits. // [t, k, size, limit]
  public let recall: [Double]
  /// How many objects count. // [k, size]
  public let objectCounts: [Int]

  let matches: MatchTable

  init(_ input: EvaluationInput, _ matches: MatchTable) {
    categories = input.categories
    imageIDs = input.imageIDs
    self.matches = matches
    let k = categories.count
    let (t, r, sizes, limits) = (Self.thresholdCount, Self.recallCount, Self.sizeCount, Self.detectionLimits)
    var precision = [Double](repeating: -1, count: t * r * k * sizes)
    var scores = precision
    var recall = [Double](repeating: -1, count: t * k * sizes * limits.count)
    var objectCounts = [Int](repeating: 0, count: k * sizes)
    let rankings = categories.indices.map(matches.ranking(ofCategory:))
    var curve = PrecisionCurve()
    var needed = [Int](repeating: 0, count: r)
    for (category, ranking) in rankings.enumerated() {
      for size in 0..<sizes {
        let total = matches.objectCount(ofCategory: category, size: size)
        objectCounts[category * sizes + size] = total
        if total == 0 { continue }
        curve.reset(room: total)
        for (place, one) in ranking.enumerated() {
          curve.add(
            matched: matches.matched[size][Int(one.position)],
            ignored: matches.ignored[size][Int(one.position)],
            place: Int32(place))
        }
        PrecisionCurve.hitsNeeded(objectCount: total, into: &needed)
        for threshold in 0..<t {
          for level in 0..<r {
            let entry = ((threshold * r + level) * k + category) * sizes + size
            precision[entry] = 0
            scores[entry] = 0
          }
          curve.read(threshold: threshold, firstHits: needed) { level, value, place in
            let entry = ((threshold * r + level) * k + category) * sizes + size
            precision[entry] = value
            scores[entry] = matches.scores[Int(ranking[Int(place)].position)]
          }
          // Recall 0 is reached at once, before any object is found.
          if let first = ranking.first {
            scores[(threshold * r * k + category) * sizes + size] = matches.scores[Int(first.position)]
          }
        }
        let hits = matches.hits(ofCategory: category, size: size)
        for threshold in 0..<t {
          for limit in limits.indices {
            recall[((threshold * k + category) * sizes + size) * limits.count + limit] =
              Double(hits[limit * t + threshold]) / Double(total)
          }
        }
      }
    }
    self.precision = precision
    self.scores = scores
    self.recall = recall
    self.objectCounts = objectCounts
  }
}

extension MatchTable {
  /// True positives of a category under each limit of detections per image. // [limit, threshold]
  fileprivate func hits(ofCategory category: Int, size: Int) -> [Int] {
    let thresholds = BoxEvaluation.thresholdCount
    let limits = BoxEvaluation.detectionLimits
    var hits = [Int](repeating: 0, count: limits.count * thresholds)
    for cell in (category * imageCount)..<((category + 1) * imageCount) {
      let start = Int(starts[cell])
      for detection in start..<Int(starts[cell + 1]) {
        let counts = matched[size][detection] & ~ignored[size][detection]
        if counts == 0 { continue }
        for (limit, most) in limits.enumerated() where detection - start < most {
          for threshold in 0..<thresholds {
            hits[limit * thresholds + threshold] += Int(counts >> UInt16(threshold) & 1)
          }
        }
      }
    }
    return hits
  }
}
