// From a ranking of detections to precision at fixed recalls, for all thresholds at once.

/// Accumulates one ranking. Scratch memory is used again from ranking to ranking.
///
/// Precision changes its upper envelope at true positives only, and the recalls wanted fall on true positives only, so
/// nothing else is stored.
struct PrecisionCurve {
  private let capacity: Int
  /// Precision at the k-th true positive. // [threshold, k]
  private var precision: [Double]
  /// Place in the ranking of the k-th true positive. // [threshold, k]
  private var place: [Int32]
  private(set) var truePositives = [Int](repeating: 0, count: BoxEvaluation.thresholdCount)
  private var falsePositives = [Int](repeating: 0, count: BoxEvaluation.thresholdCount)

  /// Room for rankings of at most `capacity` detections, repeated ones counted.
  init(capacity: Int) {
    self.capacity = capacity
    precision = Array(repeating: 0, count: capacity * BoxEvaluation.thresholdCount)
    place = Array(repeating: 0, count: capacity * BoxEvaluation.thresholdCount)
  }

  /// Forgets the ranking.
  mutating func reset() {
    for threshold in 0..<BoxEvaluation.thresholdCount {
      truePositives[threshold] = 0
      falsePositives[threshold] = 0
    }
  }

  /// Adds the next detection `copies` times, by the thresholds at which it is matched and at which it does not count.
  @inline(__always)
  mutating func add(
    matched: UInt16, ignored: UInt16, place rank: Int32, copies: Int = 1, thresholds: Range<Int>
  ) {
    let counts = ~ignored & BoxEvaluation.everyThreshold
    if counts == 0 { return }
    for threshold in thresholds where counts >> UInt16(threshold) & 1 == 1 {
      if matched >> UInt16(threshold) & 1 == 1 {
        for _ in 0..<copies {
          let hits = truePositives[threshold] + 1
          let slot = threshold * capacity + hits - 1
          // The order of the additions matters: eps vanishes unless the sum is 1.
          precision[slot] = Double(hits) / (Double(falsePositives[threshold] + hits) + Double.ulpOfOne)
          place[slot] = rank
          truePositives[threshold] = hits
        }
      } else {
        falsePositives[threshold] += copies
      }
    }
  }

  /// Calls `body` with each recall level reached, the precision there, and the place in the ranking where it is reached.
  ///
  /// `firstHits` are the numbers of true positives that reach the levels, see `hitsNeeded`.
  @inline(__always)
  mutating func read(
    threshold: Int, firstHits: [Int], _ body: (_ level: Int, _ precision: Double, _ place: Int32) -> Void
  ) {
    let hits = truePositives[threshold]
    if hits == 0 { return }
    let offset = threshold * capacity
    var highest = precision[offset + hits - 1]
    for slot in stride(from: offset + hits - 2, through: offset, by: -1) {
      highest = max(precision[slot], highest)
      precision[slot] = highest
    }
    for level in 0..<BoxEvaluation.recallCount {
      let needed = firstHits[level]
      if needed > hits { return }
      body(level, precision[offset + needed - 1], place[offset + needed - 1])
    }
  }

  /// For each recall level the least number k of true positives with k / `objectCount` not below it, at least 1.
  static func hitsNeeded(objectCount: Int, into needed: inout [Int]) {
    let total = Double(objectCount)
    for (level, recall) in BoxEvaluation.recallLevels.enumerated() {
      var hits = max(Int((recall * total).rounded()), 1)
      while hits > 1 && Double(hits - 1) / total >= recall { hits -= 1 }
      while Double(hits) / total < recall { hits += 1 }
      needed[level] = hits
    }
  }
}
