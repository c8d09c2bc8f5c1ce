// Named parts of the horizontal axis: shade behind the plot, names above it.

extension ChartModel {
  /// Shades regions and draws the lines at their ends; comes before the marks.
  func drawRegionGrounds(_ plot: Rect, _ map: AxisMap, on canvas: some Canvas) {
    for region in chart.regions where region.isShaded {
      let (left, right) = (map.place(region.from), map.place(region.to))
      canvas.fill(Path(Rect(left, plot.y, right - left, plot.height)), with: Theme.ink(.mist))
    }
    for region in chart.regions {
      let top = plot.y - 2 - Double(region.level) * Theme.regionLine
      for place in [region.from, region.to].map(map.place) where place > plot.x + 2 && place < plot.maxX - 2 {
        canvas.stroke(
          Path(from: Point(place, plot.maxY), to: Point(place, region.level == 0 ? plot.y : top)),
          with: Stroke(Theme.ink(.silver), width: region.level == 0 ? 0.35 : 0.7))
      }
    }
  }

  /// Writes the names of regions above the plot, moved apart where they would touch.
  func drawRegionNames(
    _ plot: Rect, _ map: AxisMap, within limits: ClosedRange<Double>, on canvas: some Canvas
  ) {
    for level in 0..<regionLevels {
      let regions = chart.regions.filter { $0.level == level && !$0.label.isEmpty }.sorted {
        $0.from < $1.from
      }
      let role = level == 0 ? TextRole.small : .strong
      let middles = regions.map { (map.place($0.from) + map.place($0.to)) / 2 }
      let widths = regions.map { canvas.width($0.label, role) }
      let places = spread(middles, widths: widths, gap: 4, within: limits)
      let base = plot.y - 3.5 - Double(level) * Theme.regionLine
      for (index, region) in regions.enumerated() {
        canvas.write(
          region.label, at: Point(places[index], base), role: role, color: level == 0 ? .gray : .ink,
          align: .center)
      }
    }
  }
}
