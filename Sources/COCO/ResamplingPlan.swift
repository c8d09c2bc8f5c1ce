// Matches laid out so that average precision under weights of images costs one pass over the detections.

/// The rankings of some categories, each detection with its image: what a resample of images accumulates again.
struct ResamplingPlan {
  private struct Entry {
    var image: Int32
    var matched: UInt16
    var ignored: UInt16
  }

  private struct Ranking {
    var entries: [Entry] = []
    /// Images with objects that count, and how many.
    var objects: [(image: Int32, count: Int32)] = []
  }

  /// Marks, in `matched`, a detection that is followed by one of the same image and score: they repeat together.
  private static let isFollowed: UInt16 = 1 << 15

  private let rankings: [Ranking]
  private var curve = PrecisionCurve()
  private var needed = [Int](repeating: 0, count: BoxEvaluation.recallCount)

  /// Lays out categories (by index) of one evaluation, or of two of the same data side by side: the images of the second
  /// are numbered on from those of the first, and its objects are left out since they are the same.
  init(_ tables: [MatchTable], categories: [Int], size: ObjectSize) {
    let imageCount = tables[0].imageCount
    rankings = categories.map { category in
      var ranked: [(key: UInt64, image: Int, table: Int, position: Int)] = []
      for (index, table) in tables.enumerated() {
        for image in 0..<imageCount {
          let cell = category * imageCount + image
          for position in Int(table.starts[cell])..<Int(table.starts[cell + 1]) {
            ranked.append((scoreKey(table.scores[position]), image, index, position))
          }
        }
      }
      ranked.sort { ($0.key, $0.image, $0.table, $0.position) < ($1.key, $1.image, $1.table, $1.position) }
      var ranking = Ranking()
      ranking.entries.reserveCapacity(ranked.count)
      for (place, one) in ranked.enumerated() {
        var matched = tables[one.table].matched[size.rawValue][one.position]
        if place + 1 < ranked.count {
          let next = ranked[place + 1]
          if (next.key, next.image, next.table) == (one.key, one.image, one.table) {
            matched |= Self.isFollowed
          }
        }
        let ignored = tables[one.table].ignored[size.rawValue][one.position]
        ranking.entries.append(
          Entry(image: Int32(one.table * imageCount + one.image), matched: matched, ignored: ignored))
      }
      let counted = tables[0].counted[size.rawValue]
      for image in 0..<imageCount where counted[category * imageCount + image] > 0 {
        ranking.objects.append((Int32(image), counted[category * imageCount + image]))
      }
      return ranking
    }
  }

  /// Average precision of each category where image i occurs `weights[i]` times; -1 where no object counts.
  ///
  /// The images stand in their order with repeated ones next to each other, which decides among equal scores.
  /// `objectWeights` are those for counting objects.
  mutating func averagePrecisions(
    weights: [Int32], objectWeights: [Int32], thresholds: Range<Int>
  ) -> [Double] {
    rankings.indices.map { index in
      let ranking = rankings[index]
      let total = ranking.objects.reduce(0) { $0 + Int($1.count) * Int(objectWeights[Int($1.image)]) }
      if total == 0 { return -1 }
      accumulate(ranking.entries, weights, room: total)
      PrecisionCurve.hitsNeeded(objectCount: total, into: &needed)
      var sum = 0.0
      for threshold in thresholds {
        curve.read(threshold: threshold, firstHits: needed) { _, precision, _ in sum += precision }
      }
      return sum / Double(thresholds.count * BoxEvaluation.recallCount)
    }
  }

  private mutating func accumulate(_ entries: [Entry], _ weights: [Int32], room: Int) {
    // Each object is found once at most, so there is never more than one true positive per object.
    curve.reset(room: room)
    entries.withUnsafeBufferPointer { entries in
      var place = 0
      while place < entries.count {
        let entry = entries[place]
        let copies = Int(weights[Int(entry.image)])
        if entry.matched & Self.isFollowed == 0 {
          if copies > 0 {
            curve.add(matched: entry.matched, ignored: entry.ignored, place: 0, copies: copies)
          }
          place += 1
          continue
        }
        var end = place + 1
        while entries[end - 1].matched & Self.isFollowed != 0 { end += 1 }
        for _ in 0..<copies {
          for one in entries[place..<end] {
            curve.add(matched: one.matched & ~Self.isFollowed, ignored: one.ignored, place: 0)
          }
        }
        place = end
      }
    }
  }
}
