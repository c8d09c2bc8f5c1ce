// How sure average precision is: the bootstrap over images (Efron, 1979).

/// Average precision of sets of categories in resamples of the images.
///
/// Resample b draws as many images as there are, with replacement, by SplitMix64 started at the b-th number of the
/// seed's sequence; so evaluations of the same images with the same seed see the same resamples, and their values may
/// be subtracted one by one.
public struct ResampledPrecision: Sendable, Codable, Equatable {
  /// The sets of categories.
  public var sets: [CategorySet]
  /// Average precision with all images as they are. // [set]
  public var estimates: [Double]
  /// Average precision in each resample; -1 where no category of the set has an object. // [set][resample]
  public var values: [[Double]]
  /// How often a category of the set was left out of a resample because it had no object there. // [set]
  public var leftOut: [Int]
  /// What the resamples were drawn with.
  public var seed: UInt64
  /// The number of images.
  public var imageCount: Int
}

extension BoxEvaluation {
  /// Average precision of sets of categories in resamples of the images. No overlap is computed again.
  ///
  /// Repeated images stand next to each other in the order of images, which decides among equal scores. A category
  /// that has no object in a resample is left out of that resample's mean.
  public func resampledPrecision(
    of sets: [CategorySet], resamples: Int, seed: UInt64, at criterion: OverlapCriterion = .mean,
    size: ObjectSize = .all, threads: Int = 2
  ) -> ResampledPrecision {
    let imageCount = imageIDs.count
    let drawn = SetPrecision([self], sets, at: criterion, size: size).map(resamples, threads: threads) {
      resample, precision in
      let weights = resampleWeights(imageCount: imageCount, seed: seed, resample: resample)
      return precision.values(weights: weights, objectWeights: weights)
    }
    return ResampledPrecision(
      sets: sets, estimates: estimates(of: sets, at: criterion, size: size),
      values: sets.indices.map { set in drawn.map { $0.precisions[set] } },
      leftOut: sets.indices.map { set in drawn.reduce(0) { $0 + $1.leftOut[set] } }, seed: seed,
      imageCount: imageCount)
  }

  /// Average precision of sets of categories without some of the images, for each of several groups of images that are left
  /// out in turn. // [set][group]
  ///
  /// Image i belongs to group i modulo their number, which is at most the number of images. Corrected intervals take from it
  /// how much single images matter.
  public func jackknifedPrecision(
    of sets: [CategorySet], groups: Int = 200, at criterion: OverlapCriterion = .mean,
    size: ObjectSize = .all, threads: Int = 2
  ) -> [[Double]] {
    let imageCount = imageIDs.count
    let count = min(groups, imageCount)
    let left = SetPrecision([self], sets, at: criterion, size: size).map(count, threads: threads) {
      group, precision in
      let weights = (0..<imageCount).map { Int32($0 % count == group ? 0 : 1) }
      return precision.values(weights: weights, objectWeights: weights).precisions
    }
    return sets.indices.map { set in left.map { $0[set] } }
  }

  private func estimates(of sets: [CategorySet], at criterion: OverlapCriterion, size: ObjectSize) -> [Double]
  {
    sets.map { averagePrecision(categories: $0.ids, at: criterion, size: size) }
  }
}

/// How often each image occurs in a resample.
package func resampleWeights(imageCount: Int, seed: UInt64, resample: Int) -> [Int32] {
  var generator = SplitMix64(seed: seed, member: resample)
  var weights = [Int32](repeating: 0, count: imageCount)
  for _ in 0..<imageCount { weights[generator.next(below: imageCount)] += 1 }
  return weights
}

extension ResampledPrecision {
  /// The interval of each set.
  public func intervals(level: Double = 0.95, method: BootstrapMethod = .percentile) -> [BootstrapInterval] {
    sets.indices.map { set in
      BootstrapInterval(
        of: values[set].filter { $0 >= 0 }, estimate: estimates[set], level: level, method: method)
    }
  }

  /// The interval of each set's difference to another evaluation of the same images: this minus other.
  ///
  /// Traps unless both were resampled alike. Resamples in which either has nothing to measure are left out.
  public func differences(
    from other: ResampledPrecision, level: Double = 0.95, method: BootstrapMethod = .percentile
  ) -> [BootstrapInterval] {
    guard seed == other.seed, imageCount == other.imageCount, sets == other.sets,
      values.map(\.count) == other.values.map(\.count)
    else {
      fatalError("only evaluations resampled alike can be compared: same images, sets, number and seed")
    }
    return sets.indices.map { set in
      let pairs = zip(values[set], other.values[set]).filter { $0 >= 0 && $1 >= 0 }
      return BootstrapInterval(
        of: pairs.map { $0 - $1 }, estimate: estimates[set] - other.estimates[set], level: level,
        method: method)
    }
  }
}
