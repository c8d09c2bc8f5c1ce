// How unequally a loss is spread over categories, and how much of that is chance.
#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The Gini coefficient (1912): half the mean difference between two elements, themselves included, over the mean.
///
/// 0 where all are equal; 1 - 1/n where one of n has everything. Losses may be negative where something gained: then it can exceed
/// 1. Not a number if the mean is not positive.
public func giniCoefficient(_ values: [Double]) -> Double {
  let total = values.reduce(0, +)
  guard total > 0 else { return .nan }
  // Each difference counted once, by how many are below and above.
  let count = Double(values.count)
  let differences = values.sorted().enumerated().reduce(0.0) { sum, element in
    sum + (2 * Double(element.offset) + 1 - count) * element.element
  }
  return differences / (count * total)
}

/// The share of the variance between numbers that their own resampling does not explain, from 0 to 1: one less the mean
/// variance of a number over resamples over the variance between the numbers.
///
/// Resamples in which a number is unknown are left out. 0 where there is no variance, or chance alone would give as much.
public func unexplainedShare(_ numbers: [ResampledNumber]) -> Double {
  let between = variance(numbers.map(\.value))
  guard between > 0 else { return 0 }
  let chance = numbers.map { variance($0.resamples.filter { !$0.isNaN }) }
  return max(0, 1 - chance.reduce(0, +) / Double(chance.count) / between)
}

/// The variance of a sample; 0 of fewer than two.
private func variance(_ values: [Double]) -> Double {
  guard values.count > 1 else { return 0 }
  let mean = values.reduce(0, +) / Double(values.count)
  return values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count - 1)
}

extension ResampledNumber {
  /// A function of several numbers with its value in every resample. Where one of them is unknown, so is the result.
  public static func of(_ numbers: [ResampledNumber], _ function: ([Double]) -> Double) -> ResampledNumber {
    guard let count = numbers.first?.resamples.count, numbers.allSatisfy({ $0.resamples.count == count })
    else { fatalError("a function of numbers needs some, resampled alike") }
    return ResampledNumber(
      function(numbers.map(\.value)),
      resamples: (0..<count).map { resample in
        let values = numbers.map { $0.resamples[resample] }
        return values.contains { $0.isNaN } ? .nan : function(values)
      })
  }
}

/// The geometric mean of positive numbers; 1 of none.
func geometricMean(_ values: [Double]) -> Double {
  values.isEmpty ? 1 : exp(values.reduce(0) { $0 + log($1) } / Double(values.count))
}

/// The natural logarithm, for files that import no library of the system.
func logarithm(_ value: Double) -> Double { log(value) }
