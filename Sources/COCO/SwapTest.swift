// Whether two detectors differ: a permutation test that exchanges their outputs image by image.

/// The outcome of comparing two evaluations by exchanging images.
public struct SwapTestResult: Sendable, Codable, Equatable {
  /// Average precision of the first minus that of the second.
  public var difference: Double
  /// The share of exchanges that make a difference at least as large either way, the one observed among them.
  public var pValue: Double
  /// How many exchanges were tried.
  public var permutations: Int
}

extension BoxEvaluation {
  /// Tests the difference in average precision over some categories to another evaluation of the same data set.
  ///
  /// Each permutation exchanges the two detectors' outputs in every image with probability one half, by SplitMix64.
  /// Traps if the evaluations are not of the same images and objects.
  public func swapTest(
    against other: BoxEvaluation, categories ids: [Int], permutations: Int, seed: UInt64,
    at criterion: OverlapCriterion = .mean, size: ObjectSize = .all
  ) -> SwapTestResult {
    swapTests(
      against: other, sets: [CategorySet(name: "", ids: ids)], permutations: permutations, seed: seed,
      at: criterion, size: size)[0]
  }

  /// The test for several sets of categories with the same exchanges. // [set]
  public func swapTests(
    against other: BoxEvaluation, sets: [CategorySet], permutations: Int, seed: UInt64,
    at criterion: OverlapCriterion = .mean, size: ObjectSize = .all, threads: Int = 2
  ) -> [SwapTestResult] {
    let differences = exchangedDifferences(
      to: other, sets: sets, permutations: permutations, seed: seed, at: criterion, size: size,
      threads: threads)
    return sets.indices.map { set in
      let values = differences.map { $0[set] }
      return SwapTestResult(
        difference: values[0], pValue: exchangeProbability(values), permutations: permutations)
    }
  }

  /// The differences in average precision over sets of categories under each exchange; the first is the observed one, with
  /// nothing exchanged. // [exchange][set]
  public func exchangedDifferences(
    to other: BoxEvaluation, sets: [CategorySet], permutations: Int, seed: UInt64,
    at criterion: OverlapCriterion = .mean, size: ObjectSize = .all, threads: Int = 2
  ) -> [[Double]] {
    guard imageIDs == other.imageIDs, categories == other.categories, objectCounts == other.objectCounts
    else {
      fatalError("only evaluations of the same data set can be compared")
    }
    let imageCount = imageIDs.count
    let objectWeights = [Int32](repeating: 1, count: imageCount)
    return SetPrecision([self, other], sets, at: criterion, size: size).map(
      permutations + 1, threads: threads
    ) { number, precision in
      var exchanged = [Int32](repeating: 0, count: imageCount)
      if number > 0 {
        var generator = SplitMix64(seed: seed, member: number - 1)
        for image in 0..<imageCount { exchanged[image] = Int32(generator.next() >> 63) }
      }
      let kept = exchanged.map { 1 - $0 }
      let one = precision.values(weights: kept + exchanged, objectWeights: objectWeights).precisions
      let two = precision.values(weights: exchanged + kept, objectWeights: objectWeights).precisions
      return zip(one, two).map { $0 - $1 }
    }
  }
}

/// The share of exchanges whose difference is at least as large either way as the observed one, which comes first and counts.
public func exchangeProbability(_ differences: [Double]) -> Double {
  guard let observed = differences.first else { fatalError("no differences to compare") }
  // Rounding must not tell equal differences apart.
  let asLarge = differences.count { abs($0) >= abs(observed) - 1e-12 }
  return Double(asLarge) / Double(differences.count)
}
