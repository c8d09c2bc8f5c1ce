// The color bar beside a heat map.

/// The scale of a heat map with its ends resolved.
struct HeatBar {
  let scale: HeatScale
  let range: AxisRange

  static let width = 7.0
  static let gap = 8.0

  init(_ scale: HeatScale, values: [[Double?]]) {
    self.scale = scale
    let known = values.flatMap { $0.compactMap { $0 } }
    var low = scale.lower ?? known.min() ?? 0
    var high = scale.upper ?? known.max() ?? 1
    if !(low < high) {
      (low, high) = scale.isLogarithmic ? (low / 2, low * 2) : (low - 0.5, low + 0.5)
    }
    range = AxisRange(lower: low, upper: high)
  }

  /// The place of a value between the light end, 0, and the dark end, 1.
  func share(_ value: Double) -> Double {
    AxisMap(scale: scale.isLogarithmic ? .log : .linear, range: range, start: 0, end: 1).place(value)
  }

  /// The color of a share.
  func ink(_ share: Double) -> Ink {
    scale.isDiverging == true ? Theme.divergingHeat(share) : Theme.heat(share)
  }

  private var axis: Axis { Axis(scale: scale.isLogarithmic ? .log : .linear) }

  func ticks(length: Double) -> TickSet { axis.tickSet(range, length: length) { _ in 8 } }

  /// The room that the bar with its labels takes beside the plot.
  func room(length: Double, _ canvas: some Canvas) -> Double {
    let widest = ticks(length: length).labeled.map { canvas.width($0.label, .small) }.max() ?? 0
    return Self.gap + Self.width + Theme.tickLength + Theme.tickGap + widest + (scale.title.isEmpty ? 0 : 12)
  }

  /// Draws the bar beside a plot.
  func draw(beside plot: Rect, on canvas: some Canvas) {
    let bar = Rect(plot.maxX + Self.gap, plot.y, Self.width, plot.height)
    let pieces = 48
    for piece in 0..<pieces {
      let height = bar.height / Double(pieces)
      // Each piece reaches under the next, so that no seam shows.
      let y = bar.maxY - Double(piece + 1) * height
      let reach = piece == 0 ? height : min(height + 0.5, bar.maxY - y)
      canvas.fill(
        Path(Rect(bar.x, y, bar.width, reach)),
        with: ink((Double(piece) + 0.5) / Double(pieces)))
    }
    let map = AxisMap(scale: axis.scale, range: range, start: bar.maxY, end: bar.y)
    var widest = 0.0
    for tick in ticks(length: bar.height).labeled {
      let y = map.place(tick.value)
      canvas.stroke(
        Path(from: Point(bar.maxX, y), to: Point(bar.maxX + Theme.tickLength, y)),
        with: Stroke(Theme.ink(.gray), width: Theme.axisWidth))
      let start = Point(bar.maxX + Theme.tickLength + Theme.tickGap, y)
      canvas.write(tick.label, at: start, role: .small, vertical: .middle)
      widest = max(widest, canvas.width(tick.label, .small))
    }
    let titleX = bar.maxX + Theme.tickLength + Theme.tickGap + widest + 10
    canvas.write(
      scale.title, at: Point(titleX, bar.midY), role: .body, align: .center, angle: 90)
  }
}

extension Chart {
  /// The bar of the first heat map, where there is one.
  var heatBar: HeatBar? {
    for mark in marks {
      if case .heatMap(let values, let scale) = mark.shape { return HeatBar(scale, values: values) }
    }
    return nil
  }
}
