// The uniform symmetric quantizer and its ways to choose a scale.
import Torch

/// A uniform symmetric quantizer without zero point: `b` bits give the `2ᵇ − 1` codes from `−q` to `q`,
/// `q = 2ᵇ⁻¹ − 1`, and a weight becomes `scale · code`.
///
/// Codes are rounded to the nearest integer, halves to the even one, and clipped to `±q`.
public struct QuantizationScheme: Codable, Sendable, Equatable {
  /// Which weights share a scale.
  public enum Granularity: String, Codable, Sendable {
    /// The weights of one output channel, that is of one place along the first dimension.
    case outputChannel
    /// All weights of a tensor.
    case tensor
  }

  /// How a scale is chosen. A group whose weights are all zero gets the scale one.
  public enum Scaling: Codable, Sendable, Equatable {
    /// The largest magnitude gets the code `q`; nothing is clipped.
    case largestMagnitude
    /// The smallest magnitude that is not exceeded by this share of the weights (such as 0.999) gets the code `q`.
    /// A group in which it is zero falls back to the largest magnitude.
    case percentile(Double)
    /// The clipping point with the smallest sum of squared errors among those tried.
    case squaredError
    /// The same with each squared error multiplied by the weight's importance.
    case weightedSquaredError
  }

  /// Which weights share a scale.
  public var granularity: Granularity
  /// How a scale is chosen.
  public var scaling: Scaling

  /// A quantizer; by default the one used throughout: per output channel, scaled by the largest magnitude.
  public init(granularity: Granularity = .outputChannel, scaling: Scaling = .largestMagnitude) {
    self.granularity = granularity
    self.scaling = scaling
  }

  /// Per output channel, scaled by the largest magnitude.
  public static let standard = QuantizationScheme()

  /// The bit widths that a quantizer can have.
  public static let supportedBits = 2...8

  /// The clipping points that a search tries, as shares of the largest magnitude, in the order of trial; the first of
  /// equally good ones wins.
  ///
  /// The optimal clip of a normal distribution is 1.2 standard deviations at two bits, and the largest of ten million
  /// samples lies near 5.3, so the search goes down to a fifth.
  public static let triedRatios: [Double] = (0...80).map { 1 - Double($0) / 100 }

  /// The largest code of a bit width.
  public static func largestCode(bits: Int) -> Int {
    guard supportedBits.contains(bits) else { fatalError("\(bits) bits; expected 2 to 8") }
    return (1 << (bits - 1)) - 1
  }
}

/// Quantized weights: integer codes and the scales that turn them back into numbers.
public struct QuantizedTensor {
  /// The codes, 8-bit integers in the shape of the weights.
  public let codes: Tensor
  /// One scale per output channel, or a single one: `[channel]` or `[1]`, of the weights' element type.
  public let scales: Tensor
  /// The bit width that holds every code.
  public let bits: Int
  /// The lowest code that may occur: `−(2ᵇ⁻¹ − 1)`, and one less where scales are learned.
  public let lowestCode: Int

  /// Codes with their scales.
  ///
  /// - Parameter lowestCode: where it is not `−(2ᵇ⁻¹ − 1)`.
  public init(codes: Tensor, scales: Tensor, bits: Int, lowestCode: Int? = nil) {
    self.codes = codes
    self.scales = scales
    self.bits = bits
    self.lowestCode = lowestCode ?? -QuantizationScheme.largestCode(bits: bits)
  }

  /// The numbers that the codes stand for, in the shape of the weights: `scale · code`.
  public var dequantized: Tensor {
    let spread = [-1] + [Int](repeating: 1, count: max(codes.rank - 1, 0))
    return codes.converted(to: scales.elementType) * scales.reshaped(spread)
  }
}

extension QuantizationScheme {
  /// Weights `[output, …]` as codes and scales, computed in the weights' own precision and outside of any graph.
  ///
  /// - Parameters:
  ///   - bits: 2 to 8.
  ///   - importance: the importance of each weight, in the same shape, such as a diagonal of Fisher information. Only
  ///     `weightedSquaredError` reads it, and needs it.
  public func quantized(_ weight: Tensor, bits: Int, importance: Tensor? = nil) -> QuantizedTensor {
    withoutGradients {
      let top = Double(Self.largestCode(bits: bits))
      let groupCount = granularity == .tensor ? 1 : weight.shape.first ?? 1
      let grouped = weight.detached().reshaped([groupCount, -1])  // [group, weight]
      let scales = chosenScales(grouped, top: top, importance: importance)  // [group, 1]
      let codes = Self.codes(grouped, scales: scales, top: top)
      return QuantizedTensor(
        codes: codes.converted(to: .int8).reshaped(weight.shape), scales: scales.reshaped([-1]), bits: bits)
    }
  }

  /// What quantization adds to each weight: `Q(w) − w`, in the weights' shape.
  public func perturbation(of weight: Tensor, bits: Int, importance: Tensor? = nil) -> Tensor {
    withoutGradients {
      quantized(weight, bits: bits, importance: importance).dequantized - weight.detached()
    }
  }

  private static func codes(_ grouped: Tensor, scales: Tensor, top: Double) -> Tensor {
    (grouped / scales).round().clamped(low: -top, high: top)
  }

  private func chosenScales(_ grouped: Tensor, top: Double, importance: Tensor?) -> Tensor {
    let magnitudes = grouped.abs()
    let largest = magnitudes.largest([1], keepingDimensions: true)
    switch scaling {
    case .largestMagnitude:
      return Self.scales(clippingAt: largest, top: top)
    case .percentile(let share):
      guard share > 0, share <= 1 else {
        fatalError("percentile \(share); expected a share above 0, up to 1")
      }
      let count = grouped.size(1)
      let rank = min(max(Int((share * Double(count)).rounded(.up)), 1), count)
      let above = count - rank + 1
      let limit = magnitudes.largest(above, along: 1).values.narrowed(1, from: above - 1, count: 1)
      return Self.scales(
        clippingAt: limit.chosen(where: limit.isGreater(than: 0), else: largest), top: top)
    case .squaredError:
      return Self.searchedScales(grouped, largest: largest, top: top, importance: nil)
    case .weightedSquaredError:
      guard let importance, importance.count == grouped.count else {
        fatalError(
          "a weighted search over \(grouped.shape) weights needs one importance each, got \(importance?.shape ?? [])"
        )
      }
      let matching = importance.detached().converted(to: grouped.elementType).reshaped(grouped.shape)
      return Self.searchedScales(grouped, largest: largest, top: top, importance: matching)
    }
  }

  private static func scales(clippingAt limit: Tensor, top: Double) -> Tensor {
    // A division, not a product with the reciprocal: the result is rounded once.
    let scales = limit / Tensor.full([1], top, type: limit.elementType)
    return scales.filled(where: limit.isEqual(to: 0), with: 1)
  }

  private static func searchedScales(
    _ grouped: Tensor, largest: Tensor, top: Double, importance: Tensor?
  ) -> Tensor {
    var best = scales(clippingAt: largest, top: top)
    var smallestError: Tensor?
    for ratio in triedRatios {
      let tried = scales(clippingAt: largest * ratio, top: top)
      let difference = codes(grouped, scales: tried, top: top) * tried - grouped
      let squared = difference * difference
      let error = (importance.map { squared * $0 } ?? squared).sum([1], keepingDimensions: true)
      if let smallest = smallestError {
        best = tried.chosen(where: error.isLess(than: smallest), else: best)
        smallestError = error.minimum(smallest)
      } else {
        smallestError = error
      }
    }
    return best
  }
}
