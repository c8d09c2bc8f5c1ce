// A chart on the page: grounds, grid, marks, axes, text, legend.

extension ChartModel {
  /// The horizontal axis along a plot.
  func xMap(_ plot: Rect) -> AxisMap {
    AxisMap(scale: chart.x.scale, range: x, start: plot.x, end: plot.maxX)
  }

  /// A vertical axis along a plot; categories run downwards, numbers upwards.
  func yMap(_ plot: Rect, _ axis: Axis, _ range: AxisRange) -> AxisMap {
    axis.scale == .category
      ? AxisMap(scale: .category, range: range, start: plot.y, end: plot.maxY)
      : AxisMap(scale: axis.scale, range: range, start: plot.maxY, end: plot.y)
  }

  /// Draws everything. The plot is the rectangle of the data, the cell that of the whole panel.
  func draw(plot: Rect, cell: Rect, on canvas: some Canvas) {
    let across = xMap(plot)
    let up = yMap(plot, chart.y, y)
    drawRegionGrounds(plot, across, on: canvas)
    drawGrid(plot, across, up, on: canvas)
    for mark in chart.marks {
      var map = up
      if mark.isOnSecondAxis, let axis = chart.secondY, let second { map = yMap(plot, axis, second) }
      let obstacles = mark.isLabels ? covered(plot) { !$0.isLabels } : []
      MarkPainter(plot: plot, x: across, y: map, obstacles: obstacles).draw(mark, on: canvas)
    }
    drawZeroLine(plot, up, on: canvas)
    drawHorizontalAxis(plot, across, on: canvas)
    drawVerticalAxis(plot, up, chart.y, yTicks(length: plot.height, canvas), isRight: false, on: canvas)
    if let axis = chart.secondY, let second {
      drawVerticalAxis(
        plot, yMap(plot, axis, second), axis, secondTicks(length: plot.height, canvas), isRight: true,
        on: canvas)
    }
    chart.heatBar?.draw(beside: plot, on: canvas)
    drawRegionNames(plot, across, within: cell.x...cell.maxX, on: canvas)
    drawLegend(plot, cell, on: canvas)
    if let title = chart.title {
      canvas.write(title, at: Point(titleX(plot, cell, canvas), cell.y + 8), role: .heading)
    }
  }

  /// Titles begin at the plot; long ones further left, so that they end inside the panel.
  private func titleX(_ plot: Rect, _ cell: Rect, _ canvas: some Canvas) -> Double {
    max(cell.x, min(plot.x, cell.maxX - canvas.width(chart.title ?? "", .heading)))
  }

  private func drawGrid(_ plot: Rect, _ across: AxisMap, _ up: AxisMap, on canvas: some Canvas) {
    let stroke = Stroke(Theme.ink(.silver, opacity: 0.7), width: Theme.gridWidth)
    if chart.x.hasGrid {
      for tick in xTicks(length: plot.width, canvas).labeled {
        let place = across.place(tick.value)
        canvas.stroke(Path(from: Point(place, plot.maxY), to: Point(place, plot.y)), with: stroke)
      }
    }
    if chart.y.hasGrid {
      for tick in yTicks(length: plot.height, canvas).labeled {
        let place = up.place(tick.value)
        canvas.stroke(Path(from: Point(plot.x, place), to: Point(plot.maxX, place)), with: stroke)
      }
    }
  }

  /// Bars that go both ways from a base stand on a line.
  private func drawZeroLine(_ plot: Rect, _ up: AxisMap, on canvas: some Canvas) {
    let bases = chart.marks.filter { !$0.isOnSecondAxis }.flatMap(\.extent.yBases)
    if bases.contains(0), y.lower < 0, y.upper > 0 {
      canvas.stroke(
        Path(from: Point(plot.x, up.place(0)), to: Point(plot.maxX, up.place(0))),
        with: Stroke(Theme.ink(.gray), width: Theme.axisWidth))
    }
  }

  private func drawHorizontalAxis(_ plot: Rect, _ map: AxisMap, on canvas: some Canvas) {
    let stroke = Stroke(Theme.ink(.gray), width: Theme.axisWidth)
    canvas.stroke(Path(from: Point(plot.x, plot.maxY), to: Point(plot.maxX, plot.maxY)), with: stroke)
    let ticks = xTicks(length: plot.width, canvas)
    let fit = xLabelFit(ticks, length: plot.width, canvas)
    let top = plot.maxY + Theme.tickLength + Theme.tickGap
    let line = Theme.font(.small).size * Theme.lineSpacing
    if chart.x.scale != .category {
      for place in ticks.labeled.map(\.value) + ticks.minor {
        let length = ticks.minor.contains(place) ? Theme.tickLength * 0.55 : Theme.tickLength
        let x = map.place(place)
        canvas.stroke(Path(from: Point(x, plot.maxY), to: Point(x, plot.maxY + length)), with: stroke)
      }
    }
    for (index, tick) in ticks.labeled.enumerated() {
      let x = map.place(tick.value)
      switch fit {
      case .lines(let lines):
        for (row, text) in lines[index].enumerated() {
          canvas.write(
            text, at: Point(x, top + Double(row) * line), role: .small, color: chart.x.color,
            align: .center, vertical: .top)
        }
      case .turned:
        canvas.write(
          tick.label, at: Point(x + 1, top), role: .small, color: chart.x.color, align: .trailing,
          vertical: .top, angle: Self.turn)
      }
    }
    if let title = xTitle {
      let room = margins(plotWidth: plot.width, plotHeight: plot.height, canvas).bottom
      canvas.write(
        title, at: Point(plot.midX, plot.maxY + room - 2.5), role: .body, color: chart.x.color,
        align: .center)
    }
  }

  private func drawVerticalAxis(
    _ plot: Rect, _ map: AxisMap, _ axis: Axis, _ ticks: TickSet, isRight: Bool, on canvas: some Canvas
  ) {
    let stroke = Stroke(Theme.ink(.gray), width: Theme.axisWidth)
    let edge = isRight ? plot.maxX : plot.x
    let outwards = isRight ? 1.0 : -1.0
    canvas.stroke(Path(from: Point(edge, plot.y), to: Point(edge, plot.maxY)), with: stroke)
    if axis.scale != .category {
      for place in ticks.labeled.map(\.value) + ticks.minor {
        let length = ticks.minor.contains(place) ? Theme.tickLength * 0.55 : Theme.tickLength
        let y = map.place(place)
        canvas.stroke(Path(from: Point(edge, y), to: Point(edge + outwards * length, y)), with: stroke)
      }
    }
    var widest = 0.0
    for tick in ticks.labeled {
      let start = edge + outwards * (Theme.tickLength + Theme.tickGap)
      canvas.write(
        tick.label, at: Point(start, map.place(tick.value)), role: .small, color: axis.color,
        align: isRight ? .leading : .trailing, vertical: .middle)
      widest = max(widest, canvas.width(tick.label, .small))
    }
    if let title = isRight ? axis.title : yTitle {
      let labels = ticks.labeled.isEmpty ? 0 : Theme.tickLength + Theme.tickGap + widest
      let baseline = edge + outwards * (labels + (isRight ? 10 : 5))
      canvas.write(
        title, at: Point(baseline, plot.midY), role: .body, color: axis.color, align: .center, angle: 90)
    }
  }

  private func drawLegend(_ plot: Rect, _ cell: Rect, on canvas: some Canvas) {
    switch legendSide {
    case .above:
      let legend = LegendLayout(entries, width: plot.width, isColumn: false, measure: canvas)
      let names = chart.regions.isEmpty ? 3 : Double(regionLevels) * Theme.regionLine + 3
      legend.draw(at: Point(plot.x, plot.y - names - 2 - legend.height), on: canvas)
    case .right:
      let legend = LegendLayout(entries, width: 0, isColumn: true, measure: canvas)
      legend.draw(at: Point(cell.maxX - legend.width, plot.y), on: canvas)
    case nil:
      let legend = LegendLayout(entries, width: 0, isColumn: true, measure: canvas)
      if let place = freeCorner(for: legend, in: plot) {
        canvas.fill(Path(place.grown(by: 2)), with: Theme.ink(.white, opacity: 0.85))
        legend.draw(at: Point(place.x, place.y), on: canvas)
      }
    default: break
    }
  }
}
