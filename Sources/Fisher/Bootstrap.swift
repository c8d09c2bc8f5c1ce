// Resampling: a small generator with a published algorithm, and percentile intervals.

/// SplitMix64 (Steele, Lea and Flood, 2014): the same numbers everywhere for the same seed.
struct SplitMix64 {
  private var state: UInt64

  init(seed: UInt64) {
    state = seed
  }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }

  /// A number from 0 to `count − 1`; the unevenness of at most count / 2⁶⁴ does not matter here.
  mutating func index(below count: Int) -> Int {
    Int(next().multipliedFullWidth(by: UInt64(count)).high)
  }
}

/// The interval that leaves out equal shares of the values at both ends, with linear interpolation between values.
func percentileInterval(_ values: [Double], level: Double) -> Interval {
  let sorted = values.sorted()
  func quantile(_ share: Double) -> Double {
    guard let last = sorted.indices.last else { return .nan }
    let place = min(max(share, 0), 1) * Double(last)
    let below = Int(place)
    let above = min(below + 1, last)
    return sorted[below] + (place - Double(below)) * (sorted[above] - sorted[below])
  }
  return Interval(low: quantile((1 - level) / 2), high: quantile((1 + level) / 2))
}
