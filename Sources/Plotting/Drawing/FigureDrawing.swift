// A figure on the page: the grid of panels, charts aligned with their neighbors.

/// Draws a figure. The page is white, so that it reads on light and dark grounds alike.
///
/// - Throws: `FigureError` where the description cannot be drawn; nothing is drawn then.
public func draw(_ figure: Figure, on canvas: some Canvas) throws(FigureError) {
  try figure.validate()
  canvas.fill(Path(Rect(0, 0, figure.width, figure.height)), with: Theme.ink(.white))
  var page = Rect(0, 0, figure.width, figure.height).grown(by: -Figure.border)
  if figure.legend == .shared {
    let legend = LegendLayout(
      figure.sharedEntries, width: page.width, isColumn: false, measure: canvas)
    legend.draw(at: Point(page.midX - legend.width / 2, page.maxY - legend.height), on: canvas)
    page.height -= legend.height + (legend.height > 0 ? 6 : 0)
  }
  let layout = ChartGrid(figure, page: page, canvas)
  let cells = layout.cells
  for (index, panel) in figure.panels.enumerated() {
    switch panel {
    case .chart:
      if let (model, plot) = layout.charts[index] { model.draw(plot: plot, cell: cells[index], on: canvas) }
    case .surface(let surface): surface.draw(in: cells[index], on: canvas)
    case .tiles(let sheet): sheet.draw(in: cells[index], on: canvas)
    case .diagram(let diagram): diagram.draw(in: cells[index], on: canvas)
    }
  }
}

extension Figure {
  /// The legend entries of all charts; equal names are one entry.
  var sharedEntries: [LegendEntry] {
    var entries: [LegendEntry] = []
    for case .chart(let chart) in panels {
      for entry in chart.legendEntries where !entries.contains(where: { $0.name == entry.name }) {
        entries.append(entry)
      }
    }
    return entries
  }

  /// The rectangles of the panels.
  func cells(in page: Rect) -> [Rect] {
    let widths = shares(columnShares, columns, of: page.width)
    let heights = shares(rowShares, rows, of: page.height)
    return panels.indices.map { index in
      let (row, column) = (index / columns, index % columns)
      let x = page.x + widths[..<column].reduce(0, +) + Double(column) * Theme.panelGap
      let y = page.y + heights[..<row].reduce(0, +) + Double(row) * Theme.panelGap
      return Rect(x, y, widths[column], heights[row])
    }
  }

  private func shares(_ given: [Double], _ count: Int, of length: Double) -> [Double] {
    let shares = given.isEmpty ? Array(repeating: 1, count: count) : given
    let room = max(0, length - Double(count - 1) * Theme.panelGap)
    let sum = shares.reduce(0, +)
    return shares.map { $0 / sum * room }
  }
}

/// The charts of a figure with their plots, whose edges line up along columns and rows.
struct ChartGrid {
  /// Models and plots by panel; nil where the panel is no chart.
  private(set) var charts: [(ChartModel, Rect)?]
  /// The rectangles of the panels.
  private(set) var cells: [Rect]

  init(_ figure: Figure, page: Rect, _ canvas: some Canvas) {
    var models: [ChartModel?] = figure.withSharedRanges.panels.enumerated().map { index, panel in
      guard case .chart(let chart) = panel else { return nil }
      var model = ChartModel(chart, hasLegend: figure.legend == .perPanel)
      model.leavesOutX = figure.sharesX && index + figure.columns < figure.panels.count
      model.leavesOutY = figure.sharesY && index % figure.columns > 0
      return model
    }
    cells = figure.cells(in: page)
    var plots = Self.plots(models, cells, figure.columns, canvas)
    // A legend goes above its chart only after no corner was found free; the room for it changes the plots.
    for index in models.indices {
      guard let model = models[index], model.legendSide == nil else { continue }
      let legend = LegendLayout(model.entries, width: 0, isColumn: true, measure: canvas)
      if model.freeCorner(for: legend, in: plots[index]) == nil { models[index]?.legendIsAbove = true }
    }
    plots = Self.plots(models, cells, figure.columns, canvas)
    if figure.sharedAxes != nil {
      // The room that only outer charts need for numbers is taken from all alike.
      for _ in 0..<3 {
        cells = figure.evened(cells, plots, in: page)
        plots = Self.plots(models, cells, figure.columns, canvas)
      }
    }
    charts = zip(models, plots).map { model, plot in model.map { ($0, plot) } }
  }

  /// Ticks depend on the size of the plot and the size on the ticks: three rounds settle it.
  private static func plots(
    _ models: [ChartModel?], _ cells: [Rect], _ columns: Int, _ canvas: some Canvas
  ) -> [Rect] {
    var plots = cells.map { $0.inset(left: 30, top: 20, right: 10, bottom: 25) }
    for _ in 0..<3 {
      let margins = zip(models, plots).map { model, plot in
        model?.margins(plotWidth: plot.width, plotHeight: plot.height, canvas) ?? Margins()
      }
      plots = cells.indices.map { index in
        var shared = margins[index]
        for other in cells.indices where models[other] != nil {
          if other % columns == index % columns {
            shared.left = max(shared.left, margins[other].left)
            shared.right = max(shared.right, margins[other].right)
          }
          if other / columns == index / columns {
            shared.top = max(shared.top, margins[other].top)
            shared.bottom = max(shared.bottom, margins[other].bottom)
          }
        }
        let plot = cells[index].inset(
          left: shared.left, top: shared.top, right: shared.right, bottom: shared.bottom)
        return Rect(plot.x, plot.y, max(plot.width, 8), max(plot.height, 8))
      }
    }
    return plots
  }
}
