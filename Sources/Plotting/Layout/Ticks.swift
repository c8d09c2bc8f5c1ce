// Where an axis has ticks, and what is written there.

/// The ticks of an axis: with text, and short ones without.
package struct TickSet: Equatable {
  /// Those with text.
  package var labeled: [Tick]
  /// The places of the short ones.
  package var minor: [Double] = []

  /// The same places, with nothing written.
  var withoutText: TickSet { TickSet(labeled: labeled.map { Tick($0.value, "") }, minor: minor) }
}

/// A step of 1, 2 or 5 times a power of ten, as an exact fraction.
struct NiceStep: Equatable {
  let mantissa: Int
  let exponent: Int

  /// The smallest such step which is not below a length.
  init(atLeast length: Double) {
    var exponent = Int(decimalLogarithm(length).rounded(.down))
    var mantissa = 10
    for candidate in [1, 2, 5] where Double(candidate) * powerOfTen(exponent) >= length * (1 - 1e-9) {
      mantissa = candidate
      break
    }
    if mantissa == 10 { (mantissa, exponent) = (1, exponent + 1) }
    (self.mantissa, self.exponent) = (mantissa, exponent)
  }

  /// The value of a multiple; rounded once only, so that 3 x 0.1 is 0.3.
  func multiple(_ count: Int) -> Double {
    exponent < 0
      ? Double(count * mantissa) / powerOfTen(-exponent) : Double(count * mantissa) * powerOfTen(exponent)
  }

  var length: Double { multiple(1) }

  /// All multiples in a range, ends included.
  func multiples(from lower: Double, to upper: Double) -> [Double] {
    let first = Int((lower / length - 1e-6).rounded(.up))
    let last = Int((upper / length + 1e-6).rounded(.down))
    return first <= last ? (first...last).map(multiple) : []
  }
}

/// Ticks of a linear axis: as many as the step allows up to the given count, and at least two.
package func linearTicks(from lower: Double, to upper: Double, atMost count: Int, format: Axis.Format)
  -> TickSet
{
  // The first step is fine enough for at least two ticks; it grows until there are no more than asked for.
  var step = NiceStep(atLeast: (upper - lower) / (2.5 * Double(max(count, 2) + 1)))
  var values = step.multiples(from: lower, to: upper)
  while values.count > max(count, 2) {
    let wider = NiceStep(atLeast: step.length * 1.5)
    let fewer = wider.multiples(from: lower, to: upper)
    if fewer.count < 2 { break }
    (step, values) = (wider, fewer)
  }
  let largest = values.map(\.magnitude).max() ?? 0
  return TickSet(labeled: values.map { Tick($0, label($0, step: step, largest: largest, format: format)) })
}

private func label(_ value: Double, step: NiceStep, largest: Double, format: Axis.Format) -> String {
  if format == .percent {
    return decimal(value * 100, digits: max(0, -(step.exponent + 2))) + "%"
  }
  if value == 0 { return "0" }
  if largest >= 1e7 || largest < 1e-3 {
    let exponent = Int((decimalLogarithm(largest) + 1e-9).rounded(.down))
    if largest >= 1e9 || largest < 1e-3 {
      let mantissa = exponent < 0 ? value * powerOfTen(-exponent) : value / powerOfTen(exponent)
      return decimal(mantissa, digits: max(0, exponent - step.exponent)) + "·10^{" + integer(exponent) + "}"
    }
  }
  if largest >= 1e6 { return decimal(value / 1e6, digits: max(0, 6 - step.exponent)) + "M" }
  if largest >= 1e4 { return decimal(value / 1e3, digits: max(0, 3 - step.exponent)) + "k" }
  return decimal(value, digits: max(0, -step.exponent))
}

private func integer(_ value: Int) -> String { (value < 0 ? "−" : "") + String(value.magnitude) }

/// Ticks of a logarithmic axis: powers of ten, every so many of them that at most the given count is labeled, and
/// the digits between them where there is room; 1, 2 and 5 times powers of ten where the range holds hardly any.
package func logarithmicTicks(from lower: Double, to upper: Double, atMost count: Int, decadeLength: Double)
  -> TickSet
{
  let first = Int((decimalLogarithm(lower) - 1e-9).rounded(.up))
  let last = Int((decimalLogarithm(upper) + 1e-9).rounded(.down))
  func digits(_ wanted: [Int]) -> [Double] {
    guard first - 1 <= last else { return [] }
    var values: [Double] = []
    for exponent in first - 1...last {
      for digit in wanted {
        let value =
          exponent < 0 ? Double(digit) / powerOfTen(-exponent) : Double(digit) * powerOfTen(exponent)
        if value >= lower * (1 - 1e-9) && value <= upper * (1 + 1e-9) { values.append(value) }
      }
    }
    return values
  }
  if last - first < 1 {
    for wanted in [[1, 2, 5], Array(1...9)] {
      let values = digits(wanted)
      if values.count >= 2 {
        return TickSet(
          labeled: values.map { Tick($0, plain($0)) },
          minor: digits(Array(1...9)).filter { !values.contains($0) })
      }
    }
    return linearTicks(from: lower, to: upper, atMost: count, format: .automatic)
  }
  var stride = 1
  while (last - first) / stride + 1 > max(count, 2) { stride += 1 }
  let labeled = (first...last).filter { ($0 % stride + stride) % stride == 0 }
  // Two labels at least: where the stride jumps over one, the ends are labeled.
  let exponents = labeled.count >= 2 ? labeled : [first, last]
  let values = exponents.map { Tick(powerOfTen($0), power($0)) }
  let minor =
    stride > 1
    ? (first...last).filter { !exponents.contains($0) }.map(powerOfTen)
    : (decadeLength >= 14 ? digits(Array(2...9)) : [])
  return TickSet(labeled: values, minor: minor)
}

private func power(_ exponent: Int) -> String { "10^{" + integer(exponent) + "}" }

private func plain(_ value: Double) -> String {
  let exponent = Int((decimalLogarithm(value) + 1e-9).rounded(.down))
  if (-3...4).contains(exponent) { return decimal(value, digits: max(0, -exponent)) }
  return decimal(exponent < 0 ? value * powerOfTen(-exponent) : value / powerOfTen(exponent), digits: 0)
    + "·10^{" + integer(exponent) + "}"
}
