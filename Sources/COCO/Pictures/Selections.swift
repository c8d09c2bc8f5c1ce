// Parts of a data set, chosen by nothing but ids and a seed.

extension Dataset {
  /// The data set with some of its pictures and what is in them; the order of pictures and objects stays.
  public func keeping(images isKept: (ImageRecord) -> Bool) -> Dataset {
    let kept = images.filter(isKept)
    let ids = Set(kept.map(\.id))
    return Dataset(
      images: kept, annotations: annotations.filter { ids.contains($0.imageID) }, categories: categories)
  }

  /// Cuts the pictures into parts that are the same on every machine and however the file is ordered.
  ///
  /// - Parameters:
  ///   - shares: of the pictures, rounded; at least one picture each, and one is left over.
  ///   - seed: of the order in which pictures are dealt out.
  /// - Returns: a part for each share, and what is left.
  public func cut(shares: [Double], seed: UInt64) -> (parts: [Dataset], rest: Dataset) {
    let dealt = images.map(\.id).sorted { first, second in
      let (a, b) = (Self.lot(first, seed), Self.lot(second, seed))
      return a == b ? first < second : a < b
    }
    var start = 0
    let parts = shares.map { share in
      let wanted = max(1, Int((share * Double(images.count)).rounded()))
      let end = min(start + wanted, max(start, dealt.count - 1))
      let chosen = Set(dealt[start..<end])
      start = end
      return keeping { chosen.contains($0.id) }
    }
    let left = Set(dealt[start...])
    return (parts, keeping { left.contains($0.id) })
  }

  private static func lot(_ id: Int, _ seed: UInt64) -> UInt64 {
    var random = SplitMix64(seed: seed, member: id)
    return random.next()
  }
}
