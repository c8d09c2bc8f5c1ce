// Ranges of activations: watched on calibration pictures, then quantized with a zero point.
import Torch

/// An asymmetric quantizer of activations: `scale · (clip(round(x / scale) + zeroPoint, 0, 2ᵇ − 1) − zeroPoint)`.
public struct ActivationQuantizer: Codable, Sendable, Equatable {
  /// The bit width, 2 to 8.
  public let bits: Int
  /// The distance of neighboring values.
  public let scale: Double
  /// The code of zero.
  public let zeroPoint: Int

  /// A quantizer of numbers from `low` to `high`; the range is widened to contain zero, which has a code of its own.
  public init(low: Double, high: Double, bits: Int) {
    guard QuantizationScheme.supportedBits.contains(bits), low.isFinite, high.isFinite, low <= high else {
      fatalError("a quantizer of \(bits) bits from \(low) to \(high)")
    }
    let (low, high) = (min(low, 0), max(high, 0))
    let top = Double(1 << bits) - 1
    self.bits = bits
    scale = high > low ? (high - low) / top : 1
    zeroPoint = Int(min(max((-low / scale).rounded(.toNearestOrEven), 0), top))
  }

  /// Attention maps lie within 0 and 1.
  public static func probabilities(bits: Int) -> ActivationQuantizer {
    ActivationQuantizer(low: 0, high: 1, bits: bits)
  }

  /// The numbers on the grid; the gradient goes straight through within the range.
  public func callAsFunction(_ input: Tensor) -> Tensor {
    let top = Double((1 << bits) - 1)
    let codes = (input * (1 / scale)).clamped(low: Double(-zeroPoint), high: top - Double(zeroPoint))
    return straightThrough(codes.detached().round(), gradientOf: codes) * scale
  }
}

/// How the range of activations is chosen from what was watched.
public enum ActivationCalibration: Codable, Sendable, Equatable {
  /// From the smallest to the largest number.
  case extremes
  /// Between equal shares left out at both ends: 0.999 leaves out a thousandth at each.
  case percentile(Double)
  /// The range around which squared errors are smallest, among shares of the extremes.
  case squaredError
}

/// What is remembered of the activations at one place: extremes, and a sample of evenly spaced numbers.
public struct ActivationRange {
  private static let samplesPerBatch = 1 << 14
  private var sample: [Float] = []
  /// The smallest number seen.
  public private(set) var low = Double.infinity
  /// The largest number seen.
  public private(set) var high = -Double.infinity

  /// Nothing seen yet.
  public init() {}

  /// Takes in the numbers of a batch.
  public mutating func watch(_ input: Tensor) {
    let numbers = withoutGradients { input.detached().floats }
    for number in numbers {
      low = min(low, Double(number))
      high = max(high, Double(number))
    }
    // An odd step does not fall in with the extents of tensors, which are mostly even.
    let step = max(numbers.count / Self.samplesPerBatch, 1) | 1
    for place in stride(from: 0, to: numbers.count, by: step) { sample.append(numbers[place]) }
  }

  /// The quantizer for what was watched. Numbers that were never negative, as after ReLU, get no codes below zero.
  ///
  /// - Throws: an error if nothing was watched, or what was watched is not finite.
  public func quantizer(
    bits: Int, _ calibration: ActivationCalibration
  ) throws(QuantizationError) -> ActivationQuantizer {
    guard !sample.isEmpty else {
      throw QuantizationError("no activations were watched; expected a calibration set")
    }
    guard low.isFinite, high.isFinite else {
      throw QuantizationError("activations from \(low) to \(high) were watched; expected finite numbers")
    }
    switch calibration {
    case .extremes:
      return ActivationQuantizer(low: low, high: high, bits: bits)
    case .percentile(let share):
      guard share > 0.5, share <= 1 else {
        throw QuantizationError("the percentile is \(share); expected a share above 0.5, up to 1")
      }
      let sorted = sample.sorted()
      let last = Double(sorted.count - 1)
      let bottom = Double(sorted[Int(((1 - share) * last).rounded())])
      let top = Double(sorted[Int((share * last).rounded())])
      return ActivationQuantizer(low: min(bottom, top), high: max(bottom, top), bits: bits)
    case .squaredError:
      let values = Tensor(sample, shape: [sample.count]).converted(to: .float64)
      var best: (error: Double, quantizer: ActivationQuantizer)?
      for percent in stride(from: 100, through: 20, by: -2) {
        let share = Double(percent) / 100
        let tried = ActivationQuantizer(low: low * share, high: high * share, bits: bits)
        let difference = withoutGradients { tried(values) - values }
        let error = (difference * difference).sum().item()
        if error < best?.error ?? .infinity { best = (error, tried) }
      }
      return best?.quantizer ?? ActivationQuantizer(low: low, high: high, bits: bits)
    }
  }
}
