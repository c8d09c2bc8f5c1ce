// Charts that can be compared at a glance: one range for all, plots of one size.

extension Figure {
  /// Whether the horizontal axis is one for all charts.
  var sharesX: Bool { sharedAxes == .x || sharedAxes == .both }
  /// Whether the left vertical axis is one for all charts.
  var sharesY: Bool { sharedAxes == .y || sharedAxes == .both }

  /// The figure with the ends of shared axes written into all its charts.
  var withSharedRanges: Figure {
    guard sharedAxes != nil else { return self }
    var figure = self
    let ranges = panels.compactMap { panel in if case .chart(let chart) = panel { chart.ranges } else { nil }
    }
    for (index, panel) in panels.enumerated() {
      guard case .chart(var chart) = panel else { continue }
      if sharesX { chart.x.widen(to: ranges.map(\.x)) }
      if sharesY { chart.y.widen(to: ranges.map(\.y)) }
      figure.panels[index] = .chart(chart)
    }
    return figure
  }

  /// Cells moved so that all plots are equally wide and high, with the room around each plot kept.
  func evened(_ cells: [Rect], _ plots: [Rect], in page: Rect) -> [Rect] {
    func before(_ index: Int) -> (x: Double, y: Double) {
      (plots[index].x - cells[index].x, plots[index].y - cells[index].y)
    }
    func after(_ index: Int) -> (x: Double, y: Double) {
      (cells[index].maxX - plots[index].maxX, cells[index].maxY - plots[index].maxY)
    }
    func indices(column: Int) -> [Int] { panels.indices.filter { $0 % columns == column } }
    func indices(row: Int) -> [Int] { panels.indices.filter { $0 / columns == row } }
    func largest(_ indices: [Int], _ room: (Int) -> Double) -> Double { indices.map(room).max() ?? 0 }
    let acrossRooms = (0..<columns).map { column in
      (
        largest(indices(column: column)) { before($0).x },
        largest(indices(column: column)) { after($0).x }
      )
    }
    let downRooms = (0..<rows).map { row in
      (largest(indices(row: row)) { before($0).y }, largest(indices(row: row)) { after($0).y })
    }
    let across = evenLengths(acrossRooms, from: page.x, length: page.width)
    let down = evenLengths(downRooms, from: page.y, length: page.height)
    return panels.indices.map { index in
      let (x, y) = (across[index % columns], down[index / columns])
      return Rect(x.start, y.start, x.length, y.length)
    }
  }
}

/// Cells along a line, each with given room before and after its plot, and plots of one length.
private func evenLengths(
  _ rooms: [(Double, Double)], from start: Double, length: Double
) -> [(start: Double, length: Double)] {
  let taken = rooms.map { $0.0 + $0.1 }.reduce(0, +) + Double(rooms.count - 1) * Theme.panelGap
  let plot = max(8, (length - taken) / Double(rooms.count))
  var place = start
  return rooms.map { room in
    defer { place += room.0 + plot + room.1 + Theme.panelGap }
    return (place, room.0 + plot + room.1)
  }
}

extension Axis {
  /// Sets the ends that are not given to those that hold all ranges.
  fileprivate mutating func widen(to ranges: [AxisRange]) {
    guard scale != .category, let low = ranges.map(\.lower).min(), let high = ranges.map(\.upper).max() else {
      return
    }
    if lower == nil { lower = low }
    if upper == nil { upper = high }
  }
}
