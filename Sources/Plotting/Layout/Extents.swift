// Which values a chart must have room for.

/// The values of a mark along each axis, and the bases its bars stand on.
struct MarkExtent {
  var x: [Double] = []
  var y: [Double] = []
  var xBases: [Double] = []
  var yBases: [Double] = []
}

extension Mark {
  /// What the mark asks the axes to show.
  var extent: MarkExtent {
    switch shape {
    case .line(let x, let y), .points(let x, let y), .staircase(let x, let y), .labels(let x, let y, _):
      MarkExtent(x: x, y: y)
    case .steps(let x, let y):
      MarkExtent(x: x + stepEdges(x).prefix(1) + stepEdges(x).suffix(1), y: y)
    case .bars(let x, let y, let width, let base):
      MarkExtent(
        x: x.flatMap { [$0 - width / 2, $0 + width / 2] }, y: y.isEmpty ? [] : y + [base], yBases: [base])
    case .band(let x, let low, let high), .intervals(let x, let low, let high):
      MarkExtent(x: x, y: low + high)
    case .horizontalIntervals(let y, let low, let high): MarkExtent(x: low + high, y: y)
    case .horizontalRules(let y): MarkExtent(y: y)
    case .verticalRules(let x): MarkExtent(x: x)
    case .text(let x, let y, _, _): MarkExtent(x: [x], y: [y])
    case .heatMap(let values, _):
      // Cells reach half a step around their position, and no room is left beyond them.
      MarkExtent(
        x: [-0.5, Double(values.first?.count ?? 1) - 0.5], y: [-0.5, Double(values.count) - 0.5],
        xBases: [-0.5, Double(values.first?.count ?? 1) - 0.5], yBases: [-0.5, Double(values.count) - 0.5])
    }
  }
}

/// Where steps begin and end: half-way between neighbors, and as far beyond the first and last.
func stepEdges(_ x: [Double]) -> [Double] {
  guard let first = x.first, let last = x.last else { return [] }
  guard x.count > 1 else { return [first - 0.5, last + 0.5] }
  let middles = zip(x, x.dropFirst()).map { ($0 + $1) / 2 }
  return [first - (middles[0] - first)] + middles + [last + (last - middles[middles.count - 1])]
}

/// The corners of a line that holds each value until the next x.
func staircaseCorners(_ x: [Double], _ y: [Double]) -> [(x: Double, y: Double)] {
  zip(x, y).enumerated().flatMap { index, point in
    index == 0 ? [(point.0, point.1)] : [(point.0, y[index - 1]), (point.0, point.1)]
  }
}

extension Chart {
  /// The ranges of the horizontal, the left and the right axis.
  var ranges: (x: AxisRange, y: AxisRange, second: AxisRange?) {
    let left = marks.filter { !$0.isOnSecondAxis }.map(\.extent)
    let right = marks.filter(\.isOnSecondAxis).map(\.extent)
    let xs = (left + right).flatMap(\.x) + regions.flatMap { [$0.from, $0.to] }
    return (
      x.range(of: xs, bases: (left + right).flatMap(\.xBases), room: 0.02),
      y.range(of: left.flatMap(\.y), bases: left.flatMap(\.yBases), room: 0.06),
      secondY?.range(of: right.flatMap(\.y), bases: right.flatMap(\.yBases), room: 0.06)
    )
  }
}
