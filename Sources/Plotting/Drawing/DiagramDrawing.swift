// Boxes, arrows and text on the page.

extension Diagram {
  func draw(in area: Rect, on canvas: some Canvas) {
    for element in elements { element.draw(from: Point(area.x, area.y), on: canvas) }
  }
}

extension DiagramElement {
  fileprivate func draw(from origin: Point, on canvas: some Canvas) {
    func moved(_ rect: Rect) -> Rect { Rect(rect.x + origin.x, rect.y + origin.y, rect.width, rect.height) }
    func moved(_ points: [Point]) -> [Point] { points.map { $0.moved(origin.x, origin.y) } }
    switch self {
    case .box(let area, let color, let isFilled, let isDashed):
      let path = Path(moved(area), radius: 5)
      let ink = Theme.ink(color)
      canvas.fill(path, with: isFilled ? ink.mixed(with: Theme.ink(.white), 0.92) : Theme.ink(.white))
      canvas.stroke(path, with: Stroke(ink, width: 0.9, dashes: isDashed ? [3, 2] : []))
    case .bar(let area, let color, let opacity):
      canvas.fill(Path(moved(area)), with: Theme.ink(color, opacity: opacity))
    case .line(let points, let color, let width, let isSmooth, let hasArrow, let isDashed):
      var line = moved(points)
      if hasArrow { drawArrowHead(&line, color, width, on: canvas) }
      let style = MarkStyle(color, lineWidth: width, dash: isDashed ? .dashed : .solid)
      let path = isSmooth ? Path(smoothThrough: line) : Path(through: line)
      canvas.stroke(path, with: style.stroke)
    case .area(let points, let color, let opacity, let isSmooth):
      let corners = moved(points)
      let path =
        isSmooth ? Path(smoothThrough: corners, isClosed: true) : Path(through: corners, isClosed: true)
      canvas.fill(path, with: Theme.ink(color, opacity: opacity))
    case .dot(let center, let radius, let color):
      canvas.fill(Path(center: center.moved(origin.x, origin.y), radius: radius), with: Theme.ink(color))
    case .text(let text, let anchor, let width, let role, let alignment, let color):
      let font = Theme.font(role)
      for (row, line) in canvas.lines(text, role, width: width).enumerated() {
        let y = origin.y + anchor.y + Double(row) * font.size * Theme.lineSpacing
        canvas.write(
          line, at: Point(origin.x + anchor.x, y), role: role, color: color, align: alignment, vertical: .top)
      }
    }
  }

  /// Draws the head at the end of a line and shortens the line to where the head begins.
  private func drawArrowHead(
    _ line: inout [Point], _ color: FigureColor, _ width: Double, on canvas: some Canvas
  ) {
    guard line.count > 1 else { return }
    let (tip, before) = (line[line.count - 1], line[line.count - 2])
    let (dx, dy) = (tip.x - before.x, tip.y - before.y)
    let length = (dx * dx + dy * dy).squareRoot()
    guard length > 0 else { return }
    let (ux, uy) = (dx / length, dy / length)
    let reach = 3.2 + 2.4 * width
    let half = 0.42 * reach
    let foot = tip.moved(-ux * reach, -uy * reach)
    canvas.fill(
      Path(
        through: [tip, foot.moved(-uy * half, ux * half), foot.moved(uy * half, -ux * half)], isClosed: true),
      with: Theme.ink(color))
    line[line.count - 1] = tip.moved(-ux * reach * 0.9, -uy * reach * 0.9)
  }
}
