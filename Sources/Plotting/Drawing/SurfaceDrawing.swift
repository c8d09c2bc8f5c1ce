// A surface on the page: walls, grid, then its pieces from back to front.

extension Surface {
  private static let room = Margins(left: 40, top: 4, right: 34, bottom: 26)

  func draw(in area: Rect, on canvas: some Canvas) {
    var inner = area.inset(
      left: Self.room.left, top: Self.room.top + (title == nil ? 0 : 13), right: Self.room.right,
      bottom: Self.room.bottom)
    inner = Rect(inner.x, inner.y, max(inner.width, 8), max(inner.height, 8))
    if let title { canvas.write(title, at: Point(area.x, area.y + 8), role: .heading) }
    let painter = SurfacePainter(self, inner)
    painter.drawWalls(on: canvas)
    painter.drawPieces(on: canvas)
    painter.drawAxes(on: canvas)
  }
}

private struct SurfacePainter {
  let surface: Surface
  let projection: Projection
  let x: AxisMap
  let y: AxisMap
  let z: AxisMap
  let area: Rect

  init(_ surface: Surface, _ area: Rect) {
    func map(_ axis: Axis, _ data: [Double], room: Double) -> AxisMap {
      AxisMap(scale: axis.scale, range: axis.range(of: data, bases: [], room: room), start: -1, end: 1)
    }
    self.surface = surface
    self.area = area
    projection = Projection(turn: surface.turn, tilt: surface.tilt, area: area)
    x = map(surface.x, surface.xs, room: 0)
    y = map(surface.y, surface.ys, room: 0)
    z = map(surface.z, Array(surface.heights.joined()), room: 0.02)
  }

  private func ticks(_ axis: Axis, _ map: AxisMap) -> [Tick] {
    // About as many as fit along an edge of the cube.
    axis.tickSet(map.range, length: 0.45 * min(area.width, area.height)) { _ in 12 }.labeled
  }

  /// The ticks along an edge of the floor whose labels do not run into the one before.
  private func floorTicks(
    _ axis: Axis, _ map: AxisMap, on canvas: some Canvas, place: (Double) -> Point
  ) -> [(tick: Tick, place: Point)] {
    var kept: [(tick: Tick, place: Point)] = []
    for tick in ticks(axis, map) {
      let place = place(map.place(tick.value))
      let widths = [kept.last?.tick.label ?? "", tick.label].map { canvas.width($0, .small) }
      if let last = kept.last?.place, abs(place.x - last.x) < (widths.max() ?? 0) + 2 { continue }
      kept.append((tick, place))
    }
    return kept
  }

  /// The floor, the two walls behind, and lines across the walls at the heights of ticks.
  func drawWalls(on canvas: some Canvas) {
    let thin = Stroke(Theme.ink(.silver), width: Theme.gridWidth)
    let floor = [(-1.0, -1.0), (1, -1), (1, 1), (-1, 1)].map { projection.place($0.0, $0.1, -1) }
    canvas.fill(Path(through: floor, isClosed: true), with: Theme.ink(.mist))
    for tick in ticks(surface.z, z) {
      let height = z.place(tick.value)
      let line = [(-1.0, 1.0), (1, 1), (1, -1)].map { projection.place($0.0, $0.1, height) }
      canvas.stroke(Path(through: line), with: thin)
    }
    for (x, y) in [(-1.0, 1.0), (1, 1), (1, -1)] {
      canvas.stroke(Path(from: projection.place(x, y, -1), to: projection.place(x, y, 1)), with: thin)
    }
  }

  /// The far ones first: what is in front then covers what is behind, since no piece crosses another.
  func drawPieces(on canvas: some Canvas) {
    let seam = Theme.ink(.white, opacity: 0.55)
    let heights = surface.heights.map { $0.map(z.place) }
    for row in (0..<surface.ys.count - 1).reversed() {
      for column in (0..<surface.xs.count - 1).reversed() {
        let corners = [(row, column), (row, column + 1), (row + 1, column + 1), (row + 1, column)]
        let mean = corners.map { heights[$0.0][$0.1] }.reduce(0, +) / 4
        let path = Path(
          through: corners.map {
            projection.place(x.place(surface.xs[$0.1]), y.place(surface.ys[$0.0]), heights[$0.0][$0.1])
          }, isClosed: true)
        // The lightest shades would not stand out from the page.
        let ink = Theme.heat(0.2 + 0.8 * (mean + 1) / 2)
        canvas.fill(path, with: ink)
        canvas.stroke(path, with: Stroke(seam, width: 0.3, isRound: true))
      }
    }
  }

  func drawAxes(on canvas: some Canvas) {
    let stroke = Stroke(Theme.ink(.gray), width: Theme.axisWidth)
    let edges = [(-1.0, 1.0, 1.0), (-1, 1, -1), (-1, -1, -1), (1, -1, -1)]
    canvas.stroke(
      Path(through: edges.map { projection.place($0.0, $0.1, $0.2) }), with: stroke)
    for (tick, place) in floorTicks(surface.x, x, on: canvas, place: { projection.place($0, -1, -1) }) {
      mark(place, place.moved(1.6, 2), tick.label, .leading, stroke, canvas)
    }
    for (tick, place) in floorTicks(surface.y, y, on: canvas, place: { projection.place(-1, $0, -1) }) {
      mark(place, place.moved(-1.6, 2), tick.label, .trailing, stroke, canvas)
    }
    var widest = 0.0
    for tick in ticks(surface.z, z) {
      let place = projection.place(-1, 1, z.place(tick.value))
      canvas.stroke(Path(from: place, to: place.moved(-Theme.tickLength, 0)), with: stroke)
      canvas.write(
        tick.label, at: place.moved(-Theme.tickLength - Theme.tickGap, 0), role: .small, align: .trailing,
        vertical: .middle)
      widest = max(widest, canvas.width(tick.label, .small))
    }
    writeTitles(beside: widest, on: canvas)
  }

  private func mark(
    _ place: Point, _ end: Point, _ label: String, _ alignment: TextAlignment, _ stroke: Stroke,
    _ canvas: some Canvas
  ) {
    canvas.stroke(Path(from: place, to: end), with: stroke)
    canvas.write(
      label, at: end.moved(alignment == .leading ? 1 : -1, 1), role: .small, align: alignment, vertical: .top)
  }

  private func writeTitles(beside widest: Double, on canvas: some Canvas) {
    let upright = projection.place(-1, 1, 0)
    if let title = surface.z.title {
      let gap = Theme.tickLength + Theme.tickGap + widest + 5
      canvas.write(title, at: upright.moved(-gap, 0), role: .body, align: .center, angle: 90)
    }
    // Below the middle of each edge in front, clear of the labels along it.
    if let title = surface.x.title {
      let middle = projection.place(0, -1, -1)
      canvas.write(title, at: middle.moved(14, 20), role: .body, align: .leading, vertical: .middle)
    }
    if let title = surface.y.title {
      let middle = projection.place(-1, 0, -1)
      canvas.write(title, at: middle.moved(-14, 20), role: .body, align: .trailing, vertical: .middle)
    }
  }
}
