// Mean precision over recall levels without remembering the ranking: what is kept is the best precision between two levels.

/// Accumulates one ranking for all thresholds. Scratch memory is used again from ranking to ranking.
struct PrecisionEnvelope {
  private static let levels = BoxEvaluation.recallCount
  private static let thresholds = BoxEvaluation.thresholdCount

  private var needed = [Int](repeating: 0, count: levels)
  /// The highest level that k true positives reach. // [k]
  private var levelReached: [Int32] = []
  /// The best precision at numbers of true positives that reach this level and no higher one. // [threshold, level]
  private var best = [Double](repeating: 0, count: thresholds * levels)
  private var hits = [Int](repeating: 0, count: thresholds)
  /// False positives beyond those common to all thresholds. // [threshold]
  private var misses = [Int](repeating: 0, count: thresholds)
  private var objectCount = 0

  /// Forgets the ranking, for one that finds objects out of so many.
  mutating func reset(objectCount: Int) {
    PrecisionCurve.hitsNeeded(objectCount: objectCount, into: &needed)
    self.objectCount = objectCount
    if levelReached.count <= objectCount {
      levelReached = Array(repeating: 0, count: objectCount + objectCount / 4 + 1)
    }
    for level in 0..<Self.levels {
      let end = level + 1 < Self.levels ? needed[level + 1] : objectCount + 1
      for count in needed[level]..<max(end, needed[level]) { levelReached[count] = Int32(level) }
    }
    for slot in best.indices { best[slot] = 0 }
    for threshold in 0..<Self.thresholds { (hits[threshold], misses[threshold]) = (0, 0) }
  }

  /// A pass over a ranking, highest score first.
  struct Pass {
    /// False positives so far that are such at every threshold.
    var commonMisses = 0
    fileprivate let levelReached: UnsafeBufferPointer<Int32>
    fileprivate let best: UnsafeMutableBufferPointer<Double>
    fileprivate let hits: UnsafeMutableBufferPointer<Int>
    fileprivate let misses: UnsafeMutableBufferPointer<Int>
    fileprivate let objectCount: Int

    /// Adds the next detection `copies` times, by the thresholds at which it is matched and at which it does not count.
    @inline(__always)
    mutating func add(matched: UInt16, ignored: UInt16, copies: Int) {
      let counts = ~ignored & BoxEvaluation.everyThreshold
      var missed = counts & ~matched
      if missed == BoxEvaluation.everyThreshold {
        commonMisses += copies
        return
      }
      while missed != 0 {
        misses[missed.trailingZeroBitCount] += copies
        missed &= missed - 1
      }
      var found = counts & matched
      while found != 0 {
        let threshold = found.trailingZeroBitCount
        found &= found - 1
        let wrong = commonMisses + misses[threshold]
        // Each object is found once at most, so there is never more than one true positive per object.
        let last = min(hits[threshold] + copies, objectCount)
        for count in stride(from: hits[threshold] + 1, through: last, by: 1) {
          // The order of the additions matters: eps vanishes unless the sum is 1.
          let precision = Double(count) / (Double(wrong + count) + Double.ulpOfOne)
          let slot = threshold * PrecisionEnvelope.levels + Int(levelReached[count])
          if precision > best[slot] { best[slot] = precision }
        }
        hits[threshold] = last
      }
    }
  }

  /// Calls `body` with a pass over the next ranking.
  mutating func update(_ body: (inout Pass) -> Void) {
    let objectCount = objectCount
    levelReached.withUnsafeBufferPointer { levelReached in
      best.withUnsafeMutableBufferPointer { best in
        hits.withUnsafeMutableBufferPointer { hits in
          misses.withUnsafeMutableBufferPointer { misses in
            var pass = Pass(
              levelReached: levelReached, best: best, hits: hits, misses: misses, objectCount: objectCount)
            body(&pass)
          }
        }
      }
    }
  }

  /// The mean over thresholds and recall levels of the best precision at that level or a higher one.
  mutating func meanPrecision(_ thresholds: Range<Int>) -> Double {
    var sum = 0.0
    for threshold in thresholds {
      let offset = threshold * Self.levels
      var highest = 0.0
      for slot in stride(from: offset + Self.levels - 1, through: offset, by: -1) {
        highest = max(highest, best[slot])
        best[slot] = highest
      }
      for slot in offset..<offset + Self.levels { sum += best[slot] }
    }
    return sum / Double(thresholds.count * Self.levels)
  }
}
