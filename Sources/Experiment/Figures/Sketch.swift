// Small helpers that diagrams are drawn with.
import Plotting

/// Collects the elements of a diagram.
struct Sketch {
  private(set) var elements: [DiagramElement] = []

  mutating func box(_ area: Rect, _ color: FigureColor, isDashed: Bool = false) {
    elements.append(.box(area: area, color: color, isFilled: true, isDashed: isDashed))
  }

  mutating func bar(_ area: Rect, _ color: FigureColor, opacity: Double = 1) {
    elements.append(.bar(area: area, color: color, opacity: opacity))
  }

  mutating func line(
    _ points: [Point], _ color: FigureColor, width: Double = 1, isSmooth: Bool = false, isDashed: Bool = false
  ) {
    elements.append(
      .line(
        points: points, color: color, width: width, isSmooth: isSmooth, hasArrow: false, isDashed: isDashed))
  }

  mutating func arrow(_ points: [Point], _ color: FigureColor = .gray, width: Double = 1.2) {
    elements.append(
      .line(points: points, color: color, width: width, isSmooth: false, hasArrow: true, isDashed: false))
  }

  mutating func area(_ points: [Point], _ color: FigureColor, opacity: Double = 1, isSmooth: Bool = false) {
    elements.append(.area(points: points, color: color, opacity: opacity, isSmooth: isSmooth))
  }

  mutating func dot(_ center: Point, radius: Double, _ color: FigureColor) {
    elements.append(.dot(center: center, radius: radius, color: color))
  }

  mutating func text(
    _ text: String, _ anchor: Point, width: Double = 1000, role: TextRole = .small,
    align: TextAlignment = .leading, color: FigureColor = .ink
  ) {
    elements.append(
      .text(text: text, anchor: anchor, width: width, role: role, alignment: align, color: color))
  }

  /// The outline of a rectangle.
  mutating func frame(_ area: Rect, _ color: FigureColor, width: Double = 1) {
    let corners = [
      Point(area.x, area.y), Point(area.maxX, area.y), Point(area.maxX, area.maxY), Point(area.x, area.maxY),
      Point(area.x, area.y),
    ]
    line(corners, color, width: width)
  }
}
