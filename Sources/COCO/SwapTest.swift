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
    guard imageIDs == other.imageIDs, categories == other.categories, objectCounts == other.objectCounts
    else {
      fatalError("only evaluations of the same data set can be compared")
    }
    var plan = ResamplingPlan([matches, other.matches], categories: indices(of: ids), size: size)
    let imageCount = imageIDs.count
    let objectWeights = [Int32](repeating: 1, count: imageCount)
    func precision(_ weights: [Int32]) -> Double {
      let present = plan.averagePrecisions(
        weights: weights, objectWeights: objectWeights, thresholds: criterion.indices
      ).filter { $0 >= 0 }
      return present.isEmpty ? 0 : present.reduce(0, +) / Double(present.count)
    }
    func difference(exchanged: [Int32]) -> Double {
      let kept = exchanged.map { 1 - $0 }
      return precision(kept + exchanged) - precision(exchanged + kept)
    }
    let observed = difference(exchanged: Array(repeating: 0, count: imageCount))
    var asLarge = 1
    for permutation in 0..<permutations {
      var generator = SplitMix64(seed: seed, member: permutation)
      let exchanged = (0..<imageCount).map { _ in Int32(generator.next() >> 63) }
      // Rounding must not tell equal differences apart.
      if abs(difference(exchanged: exchanged)) >= abs(observed) - 1e-12 { asLarge += 1 }
    }
    return SwapTestResult(
      difference: observed, pValue: Double(asLarge) / Double(permutations + 1), permutations: permutations)
  }
}
