// Numbers in decimal digits, for printing: rounding what a reader sees, without locale and without binary surprises.

/// A finite number as the decimal digits of the shortest text that reads back to the same bits.
struct DecimalText {
  /// Whether there is a minus sign.
  var isNegative: Bool
  /// Digits 0 to 9, the first the most significant; empty for zero.
  var digits: [UInt8]
  /// The number is `0.d1d2d3… × 10^exponent`.
  var exponent: Int

  init(_ value: Double) {
    isNegative = value.sign == .minus
    digits = []
    exponent = 0
    var point: Int?
    let text = Array("\(value.magnitude)".utf8)
    var index = 0
    while index < text.count, text[index] != UInt8(ascii: "e") {
      if text[index] == UInt8(ascii: ".") {
        point = digits.count
      } else {
        digits.append(text[index] - UInt8(ascii: "0"))
      }
      index += 1
    }
    exponent = point ?? digits.count
    if index < text.count {
      exponent += Int(String(decoding: text[(index + 1)...], as: UTF8.self)) ?? 0
    }
    normalize()
  }

  /// The number times a power of ten, exactly.
  func scaled(byPowerOfTen power: Int) -> DecimalText {
    guard !digits.isEmpty else { return self }  // zero has no digit before the point to move
    var result = self
    result.exponent += power
    return result
  }

  /// The number with this many digits after the point; halves go away from zero, as readers expect.
  func rounded(places: Int) -> DecimalText {
    let kept = exponent + places
    guard kept < digits.count else { return self }
    var result = self
    guard kept >= 0 else {
      result.digits = []
      return result
    }
    result.digits = Array(digits[..<kept])
    if digits[kept] >= 5 {
      var index = kept - 1
      while index >= 0, result.digits[index] == 9 {
        result.digits[index] = 0
        index -= 1
      }
      if index >= 0 {
        result.digits[index] += 1
      } else {
        result.digits.insert(1, at: 0)
        result.exponent += 1
      }
    }
    result.normalize()
    return result
  }

  /// The digits without sign, with a point.
  /// - Parameters:
  ///   - places: digits after the point, filled up with zeros; as many as there are if nil.
  ///   - groups: whether commas separate thousands.
  func text(places: Int?, groups: Bool = false) -> String {
    let number = places.map { rounded(places: $0) } ?? self
    let fraction = places ?? max(0, number.digits.count - number.exponent)
    func digit(_ index: Int) -> String {
      index >= 0 && index < number.digits.count ? String(number.digits[index]) : "0"
    }
    var whole = number.exponent > 0 ? (0..<number.exponent).map(digit).joined() : "0"
    if groups { whole = Self.grouped(whole) }
    if fraction == 0 { return whole }
    return whole + "." + (number.exponent..<number.exponent + fraction).map(digit).joined()
  }

  /// Whether nothing but zeros is left with this many digits after the point.
  func isZero(places: Int?) -> Bool {
    (places.map { rounded(places: $0) } ?? self).digits.isEmpty
  }

  private mutating func normalize() {
    while digits.last == 0 { digits.removeLast() }
    let zeros = digits.prefix { $0 == 0 }.count
    digits.removeFirst(zeros)
    exponent = digits.isEmpty ? 0 : exponent - zeros
  }

  private static func grouped(_ digits: String) -> String {
    var result = ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index).isMultiple(of: 3) { result += "," }
      result.append(digit)
    }
    return result
  }
}
