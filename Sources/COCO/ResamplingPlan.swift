// Matches laid out so that average precision under weights of images costs one pass over the detections.

/// The rankings of some categories, each detection with its image: what a resample of images accumulates again.
struct ResamplingPlan {
  /// A detection that is matched or does not count at some threshold.
  private struct Entry {
    /// Where the misses before it end.
    var missesEnd: Int32
    var image: Int32
    var matched: UInt16
    var ignored: UInt16
  }

  private struct Ranking {
    /// The images of detections that are nothing but false positives, in the order of the ranking. Only their number
    /// before a true positive matters, so those after the last are not kept.
    var misses: [Int32] = []
    var entries: [Entry] = []
    /// Images with objects that count, and how many.
    var objects: [(image: Int32, count: Int32)] = []
  }

  /// Marks, in `matched`, a detection that is followed by one of the same image and score: they repeat together.
  private static let isFollowed: UInt16 = 1 << 15

  private let rankings: [Ranking]
  private var envelope = PrecisionEnvelope()

  /// Lays out categories (by index) of one evaluation, or of two of the same data side by side: the images of the second
  /// are numbered on from those of the first, and its objects are left out since they are the same.
  init(_ tables: [MatchTable], categories: [Int], size: ObjectSize) {
    rankings = categories.map { Self.ranking(tables, category: $0, size: size) }
  }

  private static func ranking(_ tables: [MatchTable], category: Int, size: ObjectSize) -> Ranking {
    let imageCount = tables[0].imageCount
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
    var start = 0
    while start < ranked.count {
      let one = ranked[start]
      let end =
        ranked[start...].firstIndex { ($0.key, $0.image, $0.table) != (one.key, one.image, one.table) }
        ?? ranked.count
      let image = Int32(one.table * imageCount + one.image)
      let table = tables[one.table]
      let group = ranked[start..<end].map { position in
        Entry(
          missesEnd: Int32(ranking.misses.count), image: image,
          matched: table.matched[size.rawValue][position.position],
          ignored: table.ignored[size.rawValue][position.position])
      }
      if group.allSatisfy({ $0.matched | $0.ignored == 0 }) {
        ranking.misses += group.map(\.image)
      } else {
        ranking.entries += group
        for place in ranking.entries.indices.suffix(group.count).dropLast() {
          ranking.entries[place].matched |= isFollowed
        }
      }
      start = end
    }
    let last = ranking.entries.lastIndex { $0.matched & ~$0.ignored & BoxEvaluation.everyThreshold != 0 }
    // A group repeats as a whole, so it is kept as a whole.
    var kept = (last ?? -1) + 1
    while kept > 0, kept < ranking.entries.count, ranking.entries[kept - 1].matched & isFollowed != 0 {
      kept += 1
    }
    ranking.entries.removeSubrange(kept...)
    ranking.misses.removeSubrange(Int(ranking.entries.last?.missesEnd ?? 0)...)
    let counted = tables[0].counted[size.rawValue]
    for image in 0..<imageCount where counted[category * imageCount + image] > 0 {
      ranking.objects.append((Int32(image), counted[category * imageCount + image]))
    }
    return ranking
  }

  /// Average precision of each category where image i occurs `weights[i]` times; -1 where no object counts.
  ///
  /// The images stand in their order with repeated ones next to each other, which decides among equal scores.
  /// `objectWeights` are those for counting objects.
  mutating func averagePrecisions(
    weights: [Int32], objectWeights: [Int32], thresholds: Range<Int>
  ) -> [Double] {
    rankings.indices.map { index in
      let total = rankings[index].objects.reduce(0) { $0 + Int($1.count) * Int(objectWeights[Int($1.image)]) }
      if total == 0 { return -1 }
      envelope.reset(objectCount: total)
      let ranking = rankings[index]
      envelope.update { Self.accumulate(ranking, weights, &$0) }
      return envelope.meanPrecision(thresholds)
    }
  }

  private static func accumulate(
    _ ranking: Ranking, _ weights: [Int32], _ envelope: inout PrecisionEnvelope.Pass
  ) {
    ranking.entries.withUnsafeBufferPointer { entries in
      ranking.misses.withUnsafeBufferPointer { misses in
        weights.withUnsafeBufferPointer { weights in
          var (place, passed) = (0, 0)
          while place < entries.count {
            let entry = entries[place]
            var missed: Int32 = 0
            while passed < Int(entry.missesEnd) {
              missed &+= weights[Int(misses[passed])]
              passed += 1
            }
            envelope.commonMisses += Int(missed)
            let copies = Int(weights[Int(entry.image)])
            var end = place + 1
            while entries[end - 1].matched & isFollowed != 0 { end += 1 }
            if end == place + 1 {
              if copies > 0 { envelope.add(matched: entry.matched, ignored: entry.ignored, copies: copies) }
            } else {
              for _ in 0..<copies {
                for one in entries[place..<end] {
                  envelope.add(matched: one.matched, ignored: one.ignored, copies: 1)
                }
              }
            }
            place = end
          }
        }
      }
    }
  }
}
