// One group of choices put before a table: the inner loop of the dynamic programme.

/// Which width each state takes, one byte each or, for up to sixteen widths, half a byte.
struct ChoiceRow: Sendable {
  private var bytes: [UInt8]
  private let isPacked: Bool

  init(_ choices: UnsafeBufferPointer<UInt8>, widthCount: Int) {
    isPacked = widthCount <= 16
    guard isPacked else {
      bytes = Array(choices)
      return
    }
    bytes = Array(unsafeUninitializedCapacity: (choices.count + 1) / 2) { packed, count in
      for pair in 0..<(choices.count / 2) {
        packed[pair] = choices[2 * pair] | choices[2 * pair + 1] << 4
      }
      if choices.count % 2 == 1 { packed[choices.count / 2] = choices[choices.count - 1] }
      count = (choices.count + 1) / 2
    }
  }

  subscript(units: Int) -> Int {
    isPacked ? Int(bytes[units / 2] >> UInt8(units % 2 * 4) & 15) : Int(bytes[units])
  }

  /// Bytes that rows of so many states in all take.
  static func size(states: Int, widthCount: Int) -> Int { widthCount <= 16 ? states / 2 : states }
}

/// Least cost and smallest best width at each number of units, from those of the groups after this one.
///
/// `rest` has the least cost of the later groups at each number of units; the result has `count` states.
func extended(
  _ rest: [Double], cost: [Double], added: [Int], count: Int
) -> (best: [Double], choices: ChoiceRow) {
  var best = [Double](repeating: .infinity, count: count)
  var widths = [UInt8](repeating: 0, count: count)
  rest.withUnsafeBufferPointer { rest in
    best.withUnsafeMutableBufferPointer { best in
      widths.withUnsafeMutableBufferPointer { widths in
        // Blocks of targets stay in the nearest cache while all widths are tried on them.
        for start in stride(from: 0, to: count, by: 1024) {
          let end = min(start + 1024, count)
          for width in cost.indices {
            let first = max(start, added[width])
            let last = min(end, added[width] + rest.count)
            if first >= last { continue }
            relax(
              UnsafeMutableBufferPointer(rebasing: best[first..<last]),
              UnsafeMutableBufferPointer(rebasing: widths[first..<last]),
              UnsafeBufferPointer(rebasing: rest[(first - added[width])..<(last - added[width])]),
              cost[width], UInt8(truncatingIfNeeded: width))
          }
        }
      }
    }
  }
  return (best, widths.withUnsafeBufferPointer { ChoiceRow($0, widthCount: cost.count) })
}

@inline(__always)
private func relax(
  _ best: UnsafeMutableBufferPointer<Double>, _ widths: UnsafeMutableBufferPointer<UInt8>,
  _ rest: UnsafeBufferPointer<Double>, _ price: Double, _ width: UInt8
) {
  for index in 0..<best.count {
    let total = price + rest[index]
    let isBetter = total < best[index]
    best[index] = isBetter ? total : best[index]
    widths[index] = isBetter ? width : widths[index]
  }
}
