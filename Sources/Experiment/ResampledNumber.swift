// Numbers that carry their resamples, so that sums and differences keep what their parts share.
import Authoring
import COCO
import NN

/// A number with its value in every resample of the images.
///
/// Sums and differences are taken resample by resample: rows that were scored on the same resamples are compared in pairs.
public struct ResampledNumber: Sendable, Equatable {
  /// The number with all images as they are.
  public var value: Double
  /// The number in each resample; not a number where there was nothing to measure.
  public var resamples: [Double]

  /// A number from its resamples.
  public init(_ value: Double, resamples: [Double]) {
    self.value = value
    self.resamples = resamples
  }

  /// A statistic of images with its values in resamples of them, drawn with replacement: statistics of the same images under
  /// one seed are compared in pairs.
  ///
  /// - Parameter statistic: the number where each image counts as many times as its place says.
  package static func overImages(
    _ imageCount: Int, resamples count: Int, seed: UInt64 = 1, _ statistic: ([Double]) -> Double
  ) -> ResampledNumber {
    let resamples = (0..<count).map { resample in
      var multiplicities = [Double](repeating: 0, count: imageCount)
      for draw in 0..<imageCount {
        let random = SeedSequence.seed(seed, "\(resample) \(draw)")
        multiplicities[Int(random.multipliedFullWidth(by: UInt64(imageCount)).high)] += 1
      }
      return statistic(multiplicities)
    }
    return ResampledNumber(statistic([Double](repeating: 1, count: imageCount)), resamples: resamples)
  }

  /// The mean of several numbers, over seeds for instance.
  public static func mean(_ numbers: [ResampledNumber]) -> ResampledNumber {
    guard let first = numbers.first else { fatalError("the mean of no numbers") }
    let sum = numbers.dropFirst().reduce(first) { $0.combined($1, +) }
    let count = Double(numbers.count)
    return ResampledNumber(sum.value / count, resamples: sum.resamples.map { $0 / count })
  }

  /// The difference, in pairs.
  public static func - (first: ResampledNumber, second: ResampledNumber) -> ResampledNumber {
    first.combined(second, -)
  }

  /// The sum, in pairs.
  public static func + (first: ResampledNumber, second: ResampledNumber) -> ResampledNumber {
    first.combined(second, +)
  }

  /// The ratio, in pairs.
  public static func / (first: ResampledNumber, second: ResampledNumber) -> ResampledNumber {
    first.combined(second, /)
  }

  private func combined(_ other: ResampledNumber, _ operation: (Double, Double) -> Double) -> ResampledNumber
  {
    guard resamples.count == other.resamples.count else {
      fatalError("numbers with \(resamples.count) and \(other.resamples.count) resamples cannot be combined")
    }
    return ResampledNumber(
      operation(value, other.value), resamples: zip(resamples, other.resamples).map(operation))
  }

  /// The number with its interval.
  public func estimate(level: Double = 0.95) -> Estimate {
    Estimate(
      BootstrapInterval(
        of: resamples.filter { !$0.isNaN }, estimate: value, level: level, method: .centered))
  }

  /// The two-sided probability of a deviation from zero as large as this one, if the truth were zero: the share of
  /// resamples that deviate from their mean by at least as much, each side counted by itself and doubled, never below one
  /// resample's share (Davison and Hinkley, 1997, section 4.4).
  public var pValue: Double {
    let known = resamples.filter { !$0.isNaN }
    guard !known.isEmpty else { return 1 }
    let center = known.reduce(0, +) / Double(known.count)
    let beyond = known.count { value > 0 ? $0 - center >= value : $0 - center <= value }
    return min(1, 2 * Double(beyond + 1) / Double(known.count + 1))
  }
}

/// Probabilities corrected for their number: Holm's step-down procedure (1979).
public func correctedForNumber(_ probabilities: [Double]) -> [Double] {
  let order = probabilities.indices.sorted { (probabilities[$0], $0) < (probabilities[$1], $1) }
  var corrected = probabilities
  var least = 0.0
  for (rank, place) in order.enumerated() {
    least = max(least, min(1, probabilities[place] * Double(probabilities.count - rank)))
    corrected[place] = least
  }
  return corrected
}

extension RowScores {
  /// AP with its resamples, of a group or of all categories.
  public func resampled(_ group: CriticalGroup? = nil) -> ResampledNumber {
    let place = place(group)
    return ResampledNumber(
      precision.estimates[place], resamples: precision.values[place].map { $0 < 0 ? .nan : $0 })
  }
}
