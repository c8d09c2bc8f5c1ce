// How a recorded number is printed. It is declared where the number is recorded, not in the prose.
#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A printed form: scale, digits, unit, sign, interval.
public struct NumberFormat: Codable, Sendable, Equatable {
  /// What is done to the number before its digits are printed.
  public enum Scale: String, Codable, Sendable {
    /// Nothing.
    case plain
    /// Nothing, with commas between thousands.
    case count
    /// Times 100, for shares that are spoken of in points, such as average precision.
    case points
    /// Times 100, with a percent sign.
    case percent
    /// Bytes as B, kB, MB or GB.
    case bytes
  }

  /// What is done to the number.
  public var scale: Scale
  /// Digits after the point; nil means: no digit that a rerun may change, or all where nothing may change.
  public var digits: Int?
  /// Written after the number.
  public var unit: String?
  /// Whether positive numbers get a plus sign, for differences.
  public var isSigned: Bool
  /// Whether the interval is printed too, where there is one.
  public var showsInterval: Bool

  init(_ scale: Scale, digits: Int? = nil, unit: String? = nil) {
    self.scale = scale
    self.digits = digits
    self.unit = unit
    isSigned = false
    showsInterval = false
  }

  /// As many digits as a rerun cannot change.
  public static var automatic: NumberFormat { NumberFormat(.plain) }
  /// A whole number with commas between thousands.
  public static var count: NumberFormat { NumberFormat(.count, digits: 0) }
  /// A size in bytes, with one digit after the point from a kilobyte up.
  public static var bytes: NumberFormat { NumberFormat(.bytes, digits: 1) }
  /// This many digits after the point.
  public static func digits(_ count: Int, unit: String? = nil) -> NumberFormat {
    NumberFormat(.plain, digits: count, unit: unit)
  }
  /// The automatic digits with a unit.
  public static func unit(_ unit: String) -> NumberFormat { NumberFormat(.plain, unit: unit) }
  /// Times 100, without a unit.
  public static func points(digits: Int? = nil) -> NumberFormat { NumberFormat(.points, digits: digits) }
  /// Times 100, with a percent sign.
  public static func percent(digits: Int? = nil) -> NumberFormat { NumberFormat(.percent, digits: digits) }

  /// The same form with a plus sign before positive numbers.
  public var signed: NumberFormat {
    var result = self
    result.isSigned = true
    return result
  }

  /// The same form with the interval printed after the number, as in `31.4 [30.9, 31.9]`.
  public var withInterval: NumberFormat {
    var result = self
    result.showsInterval = true
    return result
  }

  /// The printed form of a number.
  /// - Parameters:
  ///   - estimate: the number, with its interval if it has one.
  ///   - tolerance: by how much a rerun may change it.
  public func print(_ estimate: Estimate, tolerance: Double = 0) -> String {
    guard estimate.value.isFinite else {
      return estimate.value.isNaN ? "n/a" : (estimate.value < 0 ? "−∞" : "∞")
    }
    let places = digits ?? automaticDigits(estimate, tolerance: tolerance)
    var text = number(estimate.value, places: places) + suffix(of: estimate.value)
    if showsInterval, let low = estimate.low, let high = estimate.high {
      text += " [\(number(low, places: places)), \(number(high, places: places))]"
    }
    return text
  }

  /// The place of the first digit that may change is the last that is printed: ±0.12 leaves one digit after the point.
  private func automaticDigits(_ estimate: Estimate, tolerance: Double) -> Int? {
    var spread = tolerance
    if let low = estimate.low, let high = estimate.high { spread = max(spread, (high - low) / 2) }
    if scale == .points || scale == .percent { spread *= 100 }
    guard spread > 0, spread.isFinite else { return nil }
    return max(0, -Int(log10(spread).rounded(.down)))
  }

  private func number(_ value: Double, places: Int?) -> String {
    guard value.isFinite else { return value < 0 ? "−∞" : "∞" }
    var decimal = DecimalText(value)
    var places = places
    switch scale {
    case .plain, .count: break
    case .points, .percent: decimal = decimal.scaled(byPowerOfTen: 2)
    case .bytes:
      let power = bytePower(value)
      decimal = decimal.scaled(byPowerOfTen: -power)
      if power == 0 { places = 0 }
    }
    let isZero = decimal.isZero(places: places)
    let sign = isZero ? "" : decimal.isNegative ? "−" : isSigned ? "+" : ""
    return sign + decimal.text(places: places, groups: scale == .count || digits == 0)
  }

  private func suffix(of value: Double) -> String {
    switch scale {
    case .percent: return "%"
    case .bytes: return [0: " B", 3: " kB", 6: " MB"][bytePower(value)] ?? " GB"
    case .plain, .count, .points: return unit.map { " " + $0 } ?? ""
    }
  }

  private func bytePower(_ value: Double) -> Int {
    value.magnitude < 1e3 ? 0 : value.magnitude < 1e6 ? 3 : value.magnitude < 1e9 ? 6 : 9
  }
}
