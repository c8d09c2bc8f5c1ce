// From a ranking of detections to precision at fixed recalls, for all thresholds at once.

/// Accumulates one ranking. Scratch memory is used again from ranking to ranking.
///
/// Precision changes its upper envelope at true positives only, and the recalls wanted fall on true positives only, so
/// nothing else is stored.
struct PrecisionCurve {
  private var capacity: Int
  /// Precision at the k-th true positive. // [threshold, k]
  private var precision: [Double]
  /// Place in the ranking of the k-th true positive. // [threshold, k]
  private var place: [Int32]
  private var truePositives = [Int](repeating: 0, count: BoxEvaluation.thresholdCount)
  /// False positives beyond those common to all thresholds. // [threshold]
  private var falsePositives = [Int](repeating: 0, count: BoxEvaluation.thresholdCount)
  private var commonFalsePositives = 0

  /// Room for rankings of at most `capacity` true positives, repeated ones counted.
  init(capacity: Int = 0) {
    self.capacity = capacity
    precision = Array(repeating: 0, count: capacity * BoxEvaluation.thresholdCount)
    place = Array(repeating: 0, count: capacity * BoxEvaluation.thresholdCount)
  }

  /// Forgets the ranking, and makes room for `count` true positives where there is less.
  mutating func reset(room count: Int) {
    if count > capacity { self = PrecisionCurve(capacity: count + count / 4) }
    for threshold in 0..<BoxEvaluation.thresholdCount {
      truePositives[threshold] = 0
      falsePositives[threshold] = 0
    }
    commonFalsePositives = 0
  }

  /// Adds the next detection, by the thresholds at which it is matched and at which it does not count.
  @inline(__always)
  mutating func add(matched: UInt16, ignored: UInt16, place rank: Int32) {
    if matched | ignored == 0 {
      commonFalsePositives += 1
      return
    }
    var counts = ~ignored & BoxEvaluation.everyThreshold
    while counts != 0 {
      let threshold = counts.trailingZeroBitCount
      counts &= counts - 1
      if matched >> UInt16(threshold) & 1 == 0 {
        falsePositives[threshold] += 1
        continue
      }
      let misses = commonFalsePositives + falsePositives[threshold]
      let hits = truePositives[threshold]
      let slot = threshold * capacity + hits
      // The order of the additions matters: eps vanishes unless the sum is 1.
      precision[slot] = Double(hits + 1) / (Double(misses + hits + 1) + Double.ulpOfOne)
      place[slot] = rank
      truePositives[threshold] = hits + 1
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
