// From data to places on the page.

/// The part of the number line an axis shows.
struct AxisRange: Equatable {
  var lower: Double
  var upper: Double
}

/// An axis laid along the page.
struct AxisMap {
  let scale: Axis.Scale
  let range: AxisRange
  /// The place of the lower end on the page.
  let start: Double
  /// The place of the upper end on the page.
  let end: Double

  func place(_ value: Double) -> Double {
    let share =
      scale == .log
      ? decimalLogarithm(value / range.lower) / decimalLogarithm(range.upper / range.lower)
      : (value - range.lower) / (range.upper - range.lower)
    return start + share * (end - start)
  }

  /// The length on the page, without sign.
  var length: Double { (end - start).magnitude }
}

extension Axis {
  /// The range shown for data with the given extremes. `bases` are values that bars stand on: no room is left beyond
  /// them. `room` is the share of the range left free beyond the data.
  func range(of data: [Double], bases: [Double], room: Double) -> AxisRange {
    if scale == .category { return AxisRange(lower: -0.5, upper: Double(categories.count) - 0.5) }
    let usable = data.filter { scale == .linear || $0 > 0 }
    let isLog = scale == .log
    var low = lower ?? usable.min() ?? (isLog ? 1 : 0)
    var high = upper ?? usable.max() ?? (isLog ? 10 : 1)
    if high <= low {
      if isLog {
        if lower == nil { low = min(low, high) / 2 }
        if upper == nil { high = max(low * 2, high) * 2 }
      } else {
        let reach = max(low.magnitude * 0.1, 0.5)
        if lower == nil { low = min(low, high) - reach }
        if upper == nil || high <= low { high = max(low, high) + reach }
      }
    }
    if isLog {
      let factor = decimalLogarithm(high / low) * room
      if lower == nil { low /= tenTo(factor) }
      if upper == nil { high *= tenTo(factor) }
    } else {
      let margin = (high - low) * room
      if lower == nil && !bases.contains(where: { $0 <= low }) { low -= margin }
      if upper == nil && !bases.contains(where: { $0 >= high }) { high += margin }
    }
    return AxisRange(lower: low, upper: high)
  }

  /// The ticks for a range over a length; `labelSize` is how many points a label takes along the axis.
  func tickSet(_ range: AxisRange, length: Double, labelSize: (String) -> Double) -> TickSet {
    if let ticks {
      return TickSet(labeled: ticks.filter { $0.value >= range.lower && $0.value <= range.upper })
    }
    if scale == .category {
      return TickSet(labeled: categories.enumerated().map { Tick(Double($0.offset), $0.element) })
    }
    var count = max(2, min(7, Int(length / 24) + 1))
    while true {
      let isLog = scale == .log
      let set =
        isLog
        ? logarithmicTicks(
          from: range.lower, to: range.upper, atMost: count,
          decadeLength: length / max(decimalLogarithm(range.upper / range.lower), 1e-9))
        : linearTicks(from: range.lower, to: range.upper, atMost: count, format: format)
      if count <= 2 || !collides(set.labeled, range, length, labelSize) { return set }
      count -= 1
    }
  }

  private func collides(
    _ ticks: [Tick], _ range: AxisRange, _ length: Double, _ labelSize: (String) -> Double
  ) -> Bool {
    let map = AxisMap(scale: scale, range: range, start: 0, end: length)
    return zip(ticks, ticks.dropFirst()).contains { left, right in
      map.place(right.value) - map.place(left.value)
        < (labelSize(left.label) + labelSize(right.label)) / 2 + 5
    }
  }
}
