// The numbers people quote: means over the arrays of an evaluation.

extension BoxEvaluation {
  /// Average precision over some categories (all, if none are named): the mean over their curves, categories without
  /// objects left out; -1 if none has any.
  ///
  /// Traps on a category id that the data set does not have.
  public func averagePrecision(
    categories ids: [Int]? = nil, at criterion: OverlapCriterion = .mean, size: ObjectSize = .all
  ) -> Double {
    let selected = indices(of: ids)
    var values: [Double] = []
    for threshold in criterion.indices {
      for level in 0..<Self.recallCount {
        let row = (threshold * Self.recallCount + level) * categories.count
        for category in selected {
          let value = precision[(row + category) * Self.sizeCount + size.rawValue]
          if value > -1 { values.append(value) }
        }
      }
    }
    return mean(values)
  }

  /// Average precision of one category; -1 if it has no object.
  public func averagePrecision(
    category id: Int, at criterion: OverlapCriterion = .mean, size: ObjectSize = .all
  ) -> Double {
    averagePrecision(categories: [id], at: criterion, size: size)
  }

  /// Average recall over some categories (all, if none are named), with at most 1, 10 or 100 detections per image and
  /// category; -1 if none has any object.
  public func averageRecall(
    categories ids: [Int]? = nil, limit: Int = 100, size: ObjectSize = .all
  ) -> Double {
    guard let column = Self.detectionLimits.firstIndex(of: limit) else {
      fatalError("average recall is known for 1, 10 and 100 detections per image, not for \(limit)")
    }
    let selected = indices(of: ids)
    var values: [Double] = []
    for threshold in 0..<Self.thresholdCount {
      for category in selected {
        let row = (threshold * categories.count + category) * Self.sizeCount + size.rawValue
        let value = recall[row * Self.detectionLimits.count + column]
        if value > -1 { values.append(value) }
      }
    }
    return mean(values)
  }

  /// The number of objects of a category that count.
  public func objectCount(category id: Int, size: ObjectSize = .all) -> Int {
    objectCounts[indices(of: [id])[0] * Self.sizeCount + size.rawValue]
  }

  /// The twelve figures that pycocotools prints.
  public var statistics: BoxStatistics {
    BoxStatistics(
      ap: averagePrecision(), ap50: averagePrecision(at: .half), ap75: averagePrecision(at: .threeQuarters),
      apSmall: averagePrecision(size: .small), apMedium: averagePrecision(size: .medium),
      apLarge: averagePrecision(size: .large),
      ar1: averageRecall(limit: 1), ar10: averageRecall(limit: 10), ar100: averageRecall(limit: 100),
      arSmall: averageRecall(size: .small), arMedium: averageRecall(size: .medium),
      arLarge: averageRecall(size: .large))
  }

  /// The positions of some categories, all if none are named.
  func indices(of ids: [Int]?) -> [Int] {
    guard let ids else { return Array(categories.indices) }
    return ids.map { id in
      guard let index = categories.firstIndex(where: { $0.id == id }) else {
        fatalError("there is no category with the id \(id) in this evaluation")
      }
      return index
    }
  }
}

/// The twelve figures of COCO box scoring, from 0 to 1; -1 where there is no object to measure.
public struct BoxStatistics: Sendable, Equatable, Codable {
  /// Average precision over the thresholds 0.5 to 0.95: the main figure.
  public var ap: Double
  /// Average precision at threshold 0.5.
  public var ap50: Double
  /// Average precision at threshold 0.75.
  public var ap75: Double
  /// Average precision of small objects.
  public var apSmall: Double
  /// Average precision of medium objects.
  public var apMedium: Double
  /// Average precision of large objects.
  public var apLarge: Double
  /// Average recall with one detection per image and category.
  public var ar1: Double
  /// Average recall with ten detections per image and category.
  public var ar10: Double
  /// Average recall with a hundred detections per image and category.
  public var ar100: Double
  /// Average recall of small objects.
  public var arSmall: Double
  /// Average recall of medium objects.
  public var arMedium: Double
  /// Average recall of large objects.
  public var arLarge: Double

  private enum CodingKeys: String, CodingKey {
    case ap = "AP"
    case ap50 = "AP50"
    case ap75 = "AP75"
    case apSmall = "APs"
    case apMedium = "APm"
    case apLarge = "APl"
    case ar1 = "AR1"
    case ar10 = "AR10"
    case ar100 = "AR100"
    case arSmall = "ARs"
    case arMedium = "ARm"
    case arLarge = "ARl"
  }

  /// The figures with their short names, in the order in which pycocotools prints them.
  public var named: [(name: String, value: Double)] {
    [
      ("AP", ap), ("AP50", ap50), ("AP75", ap75), ("APs", apSmall), ("APm", apMedium), ("APl", apLarge),
      ("AR1", ar1), ("AR10", ar10), ("AR100", ar100), ("ARs", arSmall), ("ARm", arMedium), ("ARl", arLarge),
    ]
  }
}

/// The mean by numpy's pairwise summation, -1 of nothing: a plain sum differs in the last digits.
func mean(_ values: [Double]) -> Double {
  if values.isEmpty { return -1 }
  return values.withUnsafeBufferPointer { pairwiseSum($0[...]) } / Double(values.count)
}

/// Eight running sums for up to 128 numbers, halves of a multiple of eight for more.
private func pairwiseSum(_ values: Slice<UnsafeBufferPointer<Double>>) -> Double {
  let count = values.count
  let start = values.startIndex
  if count < 8 { return values.reduce(0, +) }
  if count > 128 {
    let half = start + count / 2 / 8 * 8
    return pairwiseSum(values[..<half]) + pairwiseSum(values[half...])
  }
  var sums = Array(values[start..<(start + 8)])
  var index = 8
  while index + 8 <= count {
    for lane in 0..<8 { sums[lane] += values[start + index + lane] }
    index += 8
  }
  var total = ((sums[0] + sums[1]) + (sums[2] + sums[3])) + ((sums[4] + sums[5]) + (sums[6] + sums[7]))
  while index < count {
    total += values[start + index]
    index += 1
  }
  return total
}
