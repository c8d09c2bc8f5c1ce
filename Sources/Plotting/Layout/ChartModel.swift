// A chart made ready: ranges are known, and the room around the plot can be asked for.

/// The room around the plot of a chart.
struct Margins: Equatable {
  var left = 0.0
  var top = 0.0
  var right = 0.0
  var bottom = 0.0

  /// The larger room on each side.
  func union(_ other: Margins) -> Margins {
    Margins(
      left: max(left, other.left), top: max(top, other.top), right: max(right, other.right),
      bottom: max(bottom, other.bottom))
  }
}

/// How the names of a horizontal axis are written.
enum LabelFit: Equatable {
  /// In lines under their places.
  case lines([[String]])
  /// Turned, ending at their places.
  case turned
}

/// A chart with its ranges.
struct ChartModel {
  let chart: Chart
  let entries: [LegendEntry]
  let x: AxisRange
  let y: AxisRange
  let second: AxisRange?
  /// Whether an automatic legend has found no free corner.
  var legendIsAbove = false
  /// Whether numbers and title of the horizontal axis stand below another chart that shares it.
  var leavesOutX = false
  /// Whether numbers and title of the left axis stand beside another chart that shares it.
  var leavesOutY = false

  /// The angle of turned names.
  static let turn = 38.0

  init(_ chart: Chart, hasLegend: Bool) {
    self.chart = chart
    entries = hasLegend && chart.legend != .none ? chart.legendEntries : []
    (x, y, second) = chart.ranges
  }

  /// Where the legend goes, with automatic resolved; nil for inside the plot.
  var legendSide: Chart.Legend? {
    if entries.isEmpty { return Chart.Legend.none }
    if chart.legend == .automatic { return legendIsAbove ? .above : nil }
    return chart.legend
  }

  func xTicks(length: Double, _ canvas: some Canvas) -> TickSet {
    let ticks = chart.x.tickSet(x, length: length) { canvas.width($0, .small) }
    return leavesOutX ? ticks.withoutText : ticks
  }

  func yTicks(length: Double, _ canvas: some Canvas) -> TickSet {
    let ticks = chart.y.tickSet(y, length: length) { _ in 8 }
    return leavesOutY ? ticks.withoutText : ticks
  }

  /// What is written along the horizontal axis.
  var xTitle: String? { leavesOutX ? nil : chart.x.title }

  /// What is written along the left axis.
  var yTitle: String? { leavesOutY ? nil : chart.y.title }

  func secondTicks(length: Double, _ canvas: some Canvas) -> TickSet {
    guard let axis = chart.secondY, let second else { return TickSet(labeled: []) }
    return axis.tickSet(second, length: length) { _ in 8 }
  }

  /// How the labels of the horizontal axis fit.
  func xLabelFit(_ ticks: TickSet, length: Double, _ canvas: some Canvas) -> LabelFit {
    let plain = LabelFit.lines(ticks.labeled.map { [$0.label] })
    guard chart.x.scale == .category else { return plain }
    let room = length / Double(max(chart.x.categories.count, 1)) - 4
    let broken = ticks.labeled.map { canvas.lines($0.label, .small, width: room) }
    let fits = broken.allSatisfy { $0.count <= 3 && $0.allSatisfy { canvas.width($0, .small) <= room } }
    return fits ? .lines(broken) : .turned
  }

  /// The room that titles, ticks, names of regions and the legend need around a plot of a given size.
  func margins(plotWidth: Double, plotHeight: Double, _ canvas: some Canvas) -> Margins {
    let tick = Theme.tickLength + Theme.tickGap
    let small = Theme.font(.small)
    let line = small.size * Theme.lineSpacing
    var margins = Margins(left: 2, top: 3, right: 2, bottom: 2)

    let ticks = xTicks(length: plotWidth, canvas)
    if !ticks.labeled.isEmpty {
      let fit = xLabelFit(ticks, length: plotWidth, canvas)
      margins.bottom = tick + labelHeight(fit, ticks, line, canvas)
      let map = AxisMap(scale: chart.x.scale, range: x, start: 0, end: plotWidth)
      for label in ticks.labeled {
        let (place, width) = (map.place(label.value), canvas.width(label.label, .small))
        let (left, right) = fit == .turned ? (width * 0.79, 2) : (width / 2, width / 2)
        let drawn = fit == .turned || chart.x.scale != .category ? (left, right) : (0, 0)
        margins.left = max(margins.left, drawn.0 - place)
        margins.right = max(margins.right, place + drawn.1 - plotWidth)
      }
    }
    if leavesOutX { margins.bottom = Theme.tickLength + 1 }
    if xTitle != nil { margins.bottom += 11.5 }

    margins.left = max(margins.left, sideRoom(yTicks(length: plotHeight, canvas), yTitle, canvas))
    if let axis = chart.secondY {
      margins.right = max(
        margins.right, sideRoom(secondTicks(length: plotHeight, canvas), axis.title, canvas))
    }
    if let bar = chart.heatBar { margins.right += bar.room(length: plotHeight, canvas) }

    if !chart.regions.isEmpty { margins.top = Double(regionLevels) * Theme.regionLine + 3 }
    switch legendSide {
    case .above:
      let legend = LegendLayout(entries, width: plotWidth, isColumn: false, measure: canvas)
      margins.top += legend.height + 3
    case .right:
      margins.right += LegendLayout(entries, width: 0, isColumn: true, measure: canvas).width + 10
    default: break
    }
    if chart.title != nil { margins.top += 13 }
    return margins
  }

  var regionLevels: Int { (chart.regions.map(\.level).max() ?? -1) + 1 }

  private func labelHeight(
    _ fit: LabelFit, _ ticks: TickSet, _ line: Double, _ canvas: some Canvas
  ) -> Double {
    let cap = canvas.capHeight(of: Theme.font(.small))
    switch fit {
    case .lines(let lines):
      return Double((lines.map(\.count).max() ?? 1) - 1) * line + cap + 2
    case .turned:
      let widest = ticks.labeled.map { canvas.width($0.label, .small) }.max() ?? 0
      let turn = Turn(degrees: Self.turn)
      return -turn.moved(Point(0, 0), along: widest, down: -cap).y + 2
    }
  }

  /// The room beside the plot for labels and a turned title.
  private func sideRoom(_ ticks: TickSet, _ title: String?, _ canvas: some Canvas) -> Double {
    let widest = ticks.labeled.map { canvas.width($0.label, .small) }.max()
    let labels = widest.map { Theme.tickLength + Theme.tickGap + $0 } ?? 0
    return labels + (title == nil ? 1 : 13)
  }
}
