// Marks on the page.

extension MarkStyle {
  /// The stroke of lines.
  var stroke: Stroke {
    Stroke(
      Theme.ink(color, opacity: opacity), width: lineWidth,
      dashes: Theme.dashes(dash, width: lineWidth), isRound: dash == .solid)
  }
}

extension Canvas {
  /// Draws the symbol of a style.
  func draw(_ style: MarkStyle, at center: Point) {
    let ink = Theme.ink(style.color, opacity: style.opacity)
    let r = style.symbolSize / 2
    switch style.symbol {
    case .circle: fill(Path(center: center, radius: r), with: ink)
    case .ring:
      let width = max(0.9, style.symbolSize * 0.22)
      fill(Path(center: center, radius: r), with: Theme.ink(.white))
      stroke(Path(center: center, radius: r - width / 2), with: Stroke(ink, width: width))
    case .square:
      // Equal areas look equally large: the side of a square as large as the disc is 0.89 diameters.
      fill(Path(Rect(center.x - 0.89 * r, center.y - 0.89 * r, 1.78 * r, 1.78 * r)), with: ink)
    case .diamond:
      let d = 1.25 * r
      let corners = [center.moved(0, -d), center.moved(d, 0), center.moved(0, d), center.moved(-d, 0)]
      fill(Path(through: corners, isClosed: true), with: ink)
    case .triangle:
      let corners = [
        center.moved(0, -1.3 * r), center.moved(1.17 * r, 0.75 * r), center.moved(-1.17 * r, 0.75 * r),
      ]
      fill(Path(through: corners, isClosed: true), with: ink)
    case .cross:
      let (d, line) = (0.85 * r, Stroke(ink, width: max(0.8, style.symbolSize * 0.25)))
      stroke(Path(from: center.moved(-d, -d), to: center.moved(d, d)), with: line)
      stroke(Path(from: center.moved(-d, d), to: center.moved(d, -d)), with: line)
    }
  }

  /// Draws an upright or level interval with end caps.
  func drawInterval(from start: Point, to end: Point, style: MarkStyle) {
    let stroke = Stroke(Theme.ink(style.color, opacity: style.opacity), width: style.lineWidth)
    let cap = max(1.2, style.symbolSize * 0.4)
    let (dx, dy) = start.x == end.x ? (cap, 0.0) : (0.0, cap)
    self.stroke(Path(from: start, to: end), with: stroke)
    for point in [start, end] {
      self.stroke(Path(from: point.moved(-dx, -dy), to: point.moved(dx, dy)), with: stroke)
    }
  }
}

/// Draws marks into a plot.
struct MarkPainter {
  let plot: Rect
  let x: AxisMap
  let y: AxisMap
  /// What labels should not hide, in small rectangles.
  var obstacles: [Rect] = []

  func draw(_ mark: Mark, on canvas: some Canvas) {
    // Symbols at the very edge of the plot stay whole; everything else ends there.
    let isSymbol: Bool =
      switch mark.shape {
      case .points, .labels, .intervals, .horizontalIntervals: true
      default: false
      }
    canvas.beginClip(to: plot.grown(by: isSymbol ? mark.style.symbolSize / 2 + 0.5 : 0))
    defer { canvas.endClip() }
    let ink = Theme.ink(mark.style.color, opacity: mark.style.opacity)
    switch mark.shape {
    case .line(let xs, let ys):
      canvas.stroke(Path(through: points(xs, ys)), with: mark.style.stroke)
    case .steps(let xs, let ys):
      canvas.stroke(Path(through: stepCorners(xs, ys)), with: mark.style.stroke)
    case .staircase(let xs, let ys):
      let corners = staircaseCorners(xs, ys)
      canvas.stroke(Path(through: points(corners.map(\.x), corners.map(\.y))), with: mark.style.stroke)
    case .bars(let xs, let ys, let width, let base):
      let foot = y.scale == .log && base <= 0 ? y.start : y.place(base)
      for (value, height) in zip(xs, ys) {
        let (left, right) = (x.place(value - width / 2), x.place(value + width / 2))
        let top = y.place(height)
        canvas.fill(Path(Rect(left, min(top, foot), right - left, (foot - top).magnitude)), with: ink)
      }
    case .points(let xs, let ys):
      for point in points(xs, ys) { canvas.draw(mark.style, at: point) }
    case .band(let xs, let low, let high):
      canvas.fill(Path(through: points(xs, low) + points(xs, high).reversed(), isClosed: true), with: ink)
    case .intervals(let xs, let low, let high):
      for (start, end) in zip(points(xs, low), points(xs, high)) {
        canvas.drawInterval(from: start, to: end, style: mark.style)
      }
    case .horizontalIntervals(let ys, let low, let high):
      for (start, end) in zip(points(low, ys), points(high, ys)) {
        canvas.drawInterval(from: start, to: end, style: mark.style)
      }
    case .horizontalRules(let ys):
      for place in ys.map(y.place) {
        canvas.stroke(Path(from: Point(plot.x, place), to: Point(plot.maxX, place)), with: mark.style.stroke)
      }
    case .verticalRules(let xs):
      for place in xs.map(x.place) {
        canvas.stroke(Path(from: Point(place, plot.maxY), to: Point(place, plot.y)), with: mark.style.stroke)
      }
    case .labels(let xs, let ys, let texts):
      drawLabels(points(xs, ys), texts, mark.style, on: canvas)
    case .text(let xValue, let yValue, let text, let place):
      let origin = textOrigin(Point(x.place(xValue), y.place(yValue)), text, place, canvas)
      canvas.write(text, at: origin, role: .small, color: mark.style.color, vertical: .middle)
    case .heatMap(let values, let scale):
      drawHeatMap(values, HeatBar(scale, values: values), on: canvas)
    }
  }

  private func points(_ xs: [Double], _ ys: [Double]) -> [Point] {
    zip(xs, ys).map { Point(x.place($0), y.place($1)) }
  }

  private func stepCorners(_ xs: [Double], _ ys: [Double]) -> [Point] {
    let edges = stepEdges(xs).map(x.place)
    return ys.enumerated().flatMap { index, value in
      [Point(edges[index], y.place(value)), Point(edges[index + 1], y.place(value))]
    }
  }

  /// The left end of a text's middle line, moved so that the text stays inside the plot.
  private func textOrigin(_ point: Point, _ text: String, _ place: TextPlace, _ canvas: some Canvas) -> Point
  {
    let width = canvas.width(text, .small)
    let half = canvas.capHeight(of: Theme.font(.small)) / 2
    let origin =
      switch place {
      case .above: point.moved(-width / 2, -half - 4)
      case .below: point.moved(-width / 2, half + 4)
      case .left: point.moved(-width - 4, 0)
      case .right: point.moved(4, 0)
      case .center: point.moved(-width / 2, 0)
      }
    return Point(
      max(plot.x + 1, min(origin.x, plot.maxX - width - 1)),
      max(plot.y + half + 1, min(origin.y, plot.maxY - half - 1)))
  }

  private func drawLabels(_ points: [Point], _ texts: [String], _ style: MarkStyle, on canvas: some Canvas) {
    let places = labelPlaces(
      points, widths: texts.map { canvas.width($0, .small) + 2 },
      height: canvas.capHeight(of: Theme.font(.small)) + 3, gap: style.symbolSize / 2 + 2.5, in: plot,
      obstacles: obstacles)
    for (text, place) in zip(texts, places) {
      canvas.write(
        text, at: Point(place.midX, place.midY), role: .small, color: style.color, align: .center,
        vertical: .middle)
    }
  }

  private func drawHeatMap(_ values: [[Double?]], _ bar: HeatBar, on canvas: some Canvas) {
    for (row, line) in values.enumerated() {
      for (column, value) in line.enumerated() {
        guard let value else { continue }
        let (left, right) = (x.place(Double(column) - 0.5), x.place(Double(column) + 0.5))
        let (top, bottom) = (y.place(Double(row) - 0.5), y.place(Double(row) + 0.5))
        let cell = Rect(left, min(top, bottom), right - left, (bottom - top).magnitude)
        let share = bar.share(value)
        // A hair of white between cells, unless they are so small that it would be most of them.
        let seam = min(0.4, 0.04 * min(cell.width, cell.height))
        canvas.fill(Path(cell.grown(by: -seam)), with: bar.ink(share))
        if let digits = bar.scale.digits {
          canvas.write(
            decimal(value, digits: digits), at: Point(cell.midX, cell.midY), role: .small,
            color: share > 0.55 ? .white : .ink, align: .center, vertical: .middle)
        }
      }
    }
  }
}
