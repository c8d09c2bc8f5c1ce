// Labels side by side without overlap.

/// Places of labels on a line, as near to the wanted ones as possible without overlap: the least squares solution,
/// found by pooling neighbors that collide.
///
/// - Parameters:
///   - wanted: the middles wanted, increasing.
///   - widths: the widths of the labels.
///   - gap: the least distance between two labels.
///   - limits: where labels may begin and end; if there is too little room, they go over the end.
/// - Returns: the middles, increasing.
package func spread(_ wanted: [Double], widths: [Double], gap: Double, within limits: ClosedRange<Double>)
  -> [Double]
{
  struct Block {
    var sum: Double
    var count: Double
    var mean: Double { sum / count }
  }
  guard !wanted.isEmpty else { return [] }
  // Taking off what the labels before need, colliding turns into decreasing.
  var taken: [Double] = [0]
  for i in 1..<max(wanted.count, 1) { taken.append(taken[i - 1] + (widths[i - 1] + widths[i]) / 2 + gap) }
  var blocks: [Block] = []
  for (middle, offset) in zip(wanted, taken) {
    blocks.append(Block(sum: middle - offset, count: 1))
    while blocks.count > 1, blocks[blocks.count - 2].mean > blocks[blocks.count - 1].mean {
      let last = blocks.removeLast()
      blocks[blocks.count - 1].sum += last.sum
      blocks[blocks.count - 1].count += last.count
    }
  }
  let least = limits.lowerBound + widths[0] / 2
  let most = limits.upperBound - widths[widths.count - 1] / 2 - taken[taken.count - 1]
  let free = blocks.flatMap { Array(repeating: $0.mean, count: Int($0.count)) }
  return zip(free, taken).map { max(min($0, most), least) + $1 }
}
