// Outlines: what a canvas fills and strokes.

/// An outline of straight and curved pieces.
public struct Path: Codable, Sendable, Hashable {
  /// A step of the pen.
  public enum Element: Codable, Sendable, Hashable {
    /// Lifts the pen and puts it down at a point.
    case move(to: Point)
    /// A straight piece.
    case line(to: Point)
    /// A cubic Bézier piece.
    case curve(first: Point, second: Point, to: Point)
    /// A straight piece back to where the pen was put down.
    case close
  }

  /// The steps of the pen, in order.
  public var elements: [Element]

  /// A path from its steps.
  public init(_ elements: [Element] = []) { self.elements = elements }

  /// Straight pieces through points.
  public init(through points: [Point], isClosed: Bool = false) {
    guard let first = points.first else { self.init(); return }
    self.init([.move(to: first)] + points.dropFirst().map { .line(to: $0) } + (isClosed ? [.close] : []))
  }

  /// A straight piece.
  public init(from start: Point, to end: Point) { self.init([.move(to: start), .line(to: end)]) }

  /// An upright rectangle.
  public init(_ rect: Rect) {
    self.init(
      through: [
        Point(rect.x, rect.y), Point(rect.maxX, rect.y), Point(rect.maxX, rect.maxY),
        Point(rect.x, rect.maxY),
      ], isClosed: true)
  }

  /// An upright rectangle with round corners.
  public init(_ rect: Rect, radius: Double) {
    let r = min(radius, rect.width / 2, rect.height / 2)
    let k = r * (1 - Path.circleHandle)
    self.init([
      .move(to: Point(rect.x + r, rect.y)), .line(to: Point(rect.maxX - r, rect.y)),
      .curve(
        first: Point(rect.maxX - k, rect.y), second: Point(rect.maxX, rect.y + k),
        to: Point(rect.maxX, rect.y + r)),
      .line(to: Point(rect.maxX, rect.maxY - r)),
      .curve(
        first: Point(rect.maxX, rect.maxY - k), second: Point(rect.maxX - k, rect.maxY),
        to: Point(rect.maxX - r, rect.maxY)),
      .line(to: Point(rect.x + r, rect.maxY)),
      .curve(
        first: Point(rect.x + k, rect.maxY), second: Point(rect.x, rect.maxY - k),
        to: Point(rect.x, rect.maxY - r)),
      .line(to: Point(rect.x, rect.y + r)),
      .curve(
        first: Point(rect.x, rect.y + k), second: Point(rect.x + k, rect.y), to: Point(rect.x + r, rect.y)),
      .close,
    ])
  }

  /// A circle.
  public init(center: Point, radius: Double) {
    self.init(
      Rect(center.x - radius, center.y - radius, 2 * radius, 2 * radius), radius: radius)
  }

  /// A smooth line through points: Catmull–Rom pieces as Bézier curves.
  public init(smoothThrough points: [Point], isClosed: Bool = false) {
    guard points.count > 2 else { self.init(through: points, isClosed: isClosed); return }
    var elements: [Element] = [.move(to: points[0])]
    for i in 0..<points.count - 1 {
      let before = points[max(i - 1, 0)]
      let (start, end) = (points[i], points[i + 1])
      let after = points[min(i + 2, points.count - 1)]
      elements.append(
        .curve(
          first: start.moved((end.x - before.x) / 6, (end.y - before.y) / 6),
          second: end.moved((start.x - after.x) / 6, (start.y - after.y) / 6), to: end))
    }
    self.init(elements + (isClosed ? [.close] : []))
  }

  /// The handle length of a quarter circle of radius one as a Bézier piece.
  private static let circleHandle = 0.552_284_749_83
}
