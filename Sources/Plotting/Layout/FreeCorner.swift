// Where inside a plot a legend hides nothing, and what labels should not hide.

extension ChartModel {
  /// A corner, or the middle of the upper or lower edge, where a legend covers no mark; nil where there is none.
  func freeCorner(for legend: LegendLayout, in plot: Rect) -> Rect? {
    let gap = 5.0
    guard legend.width + 2 * gap < plot.width * 0.7, legend.height + 2 * gap < plot.height * 0.7 else {
      return nil
    }
    let lefts = [plot.maxX - gap - legend.width, plot.x + gap, plot.midX - legend.width / 2]
    let tops = [plot.y + gap, plot.maxY - gap - legend.height]
    let places = tops.flatMap { top in lefts.map { Rect($0, top, legend.width, legend.height) } }
    let taken = covered(plot)
    return places.first { place in !taken.contains { $0.overlaps(place.grown(by: 3)) } }
  }

  /// Small rectangles that together hold everything the marks draw.
  /// - Parameter counts: which marks count.
  func covered(_ plot: Rect, _ counts: (Mark) -> Bool = { _ in true }) -> [Rect] {
    let across = xMap(plot)
    return chart.marks.filter(counts).flatMap { mark -> [Rect] in
      var map = yMap(plot, chart.y, y)
      if mark.isOnSecondAxis, let axis = chart.secondY, let second { map = yMap(plot, axis, second) }
      return mark.covered(across, map, plot)
    }
  }
}

extension Mark {
  /// Whether it is a set of labels, which find their own places.
  var isLabels: Bool { if case .labels = shape { true } else { false } }

  fileprivate func covered(_ x: AxisMap, _ y: AxisMap, _ plot: Rect) -> [Rect] {
    func points(_ xs: [Double], _ ys: [Double]) -> [Point] {
      zip(xs, ys).map { Point(x.place($0), y.place($1)) }
    }
    func dots(_ points: [Point]) -> [Rect] {
      points.map { Rect($0.x, $0.y, 0, 0).grown(by: style.symbolSize / 2 + 0.01) }
    }
    func trail(_ points: [Point]) -> [Rect] {
      zip(points, points.dropFirst()).flatMap { start, end -> [Rect] in
        let length = max((end.x - start.x).magnitude, (end.y - start.y).magnitude)
        let pieces = Int(min(2000, length / 4)) + 1
        return (0...pieces).map { piece in
          let share = Double(piece) / Double(pieces)
          return Rect(start.x + (end.x - start.x) * share, start.y + (end.y - start.y) * share, 0, 0)
            .grown(by: style.lineWidth)
        }
      }
    }
    func columns(_ low: [Point], _ high: [Point], half: Double) -> [Rect] {
      zip(low, high).map {
        Rect($0.x - half, min($0.y, $1.y), 2 * half, ($0.y - $1.y).magnitude + 0.01)
      }
    }
    switch shape {
    case .line(let xs, let ys): return trail(points(xs, ys)) + (xs.count == 1 ? dots(points(xs, ys)) : [])
    case .steps(let xs, let ys):
      let edges = stepEdges(xs)
      let corners = ys.enumerated().flatMap { [(edges[$0], $1), (edges[$0 + 1], $1)] }
      return trail(points(corners.map(\.0), corners.map(\.1)))
    case .staircase(let xs, let ys):
      let corners = staircaseCorners(xs, ys)
      return trail(points(corners.map(\.x), corners.map(\.y)))
    case .labels(let xs, let ys, let texts):
      return zip(points(xs, ys), texts).map { point, text in
        let reach = Double(text.count) * 4.5
        return Rect(point.x - reach, point.y - 12, 2 * reach, 24)
      }
    case .bars(let xs, let ys, let width, let base):
      let foot = y.scale == .log && base <= 0 ? y.start : y.place(base)
      let half = (x.place(width) - x.place(0)).magnitude / 2
      return columns(points(xs, ys), xs.map { Point(x.place($0), foot) }, half: half)
    case .points(let xs, let ys): return dots(points(xs, ys))
    case .band(let xs, let low, let high):
      let (lower, upper) = (points(xs, low), points(xs, high))
      return trail(lower) + trail(upper) + columns(lower, upper, half: 2)
    case .intervals(let xs, let low, let high): return columns(points(xs, low), points(xs, high), half: 3)
    case .horizontalIntervals(let ys, let low, let high):
      return zip(points(low, ys), points(high, ys)).map { Rect($0.x, $0.y - 3, $1.x - $0.x, 6) }
    case .horizontalRules(let ys): return ys.map { Rect(plot.x, y.place($0) - 1, plot.width, 2) }
    case .verticalRules(let xs): return xs.map { Rect(x.place($0) - 1, plot.y, 2, plot.height) }
    case .text(let xValue, let yValue, let text, _):
      // Wider than any text of its length in either direction, since nothing measures text here.
      let reach = Double(text.count) * 4.5
      return points([xValue], [yValue]).map { Rect($0.x - reach, $0.y - 12, 2 * reach, 24) }
    case .heatMap: return [plot]
    }
  }
}
