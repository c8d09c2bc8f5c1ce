// Positions on the page. Units are points (1/72 inch), the origin is the upper left corner, y grows downwards.

/// A position on the page, in points.
public struct Point: Codable, Sendable, Hashable {
  /// Points from the left edge.
  public var x: Double
  /// Points from the upper edge.
  public var y: Double

  /// A position from its two coordinates.
  public init(_ x: Double, _ y: Double) {
    self.x = x
    self.y = y
  }

  /// The position moved by a distance in each direction.
  public func moved(_ dx: Double, _ dy: Double) -> Point { Point(x + dx, y + dy) }
}

/// An upright rectangle on the page, in points.
public struct Rect: Codable, Sendable, Hashable {
  /// The left edge.
  public var x: Double
  /// The upper edge.
  public var y: Double
  /// The extent to the right; not negative.
  public var width: Double
  /// The extent downwards; not negative.
  public var height: Double

  /// A rectangle from its upper left corner and extent.
  public init(_ x: Double, _ y: Double, _ width: Double, _ height: Double) {
    self.x = x
    self.y = y
    self.width = width
    self.height = height
  }

  /// The right edge.
  public var maxX: Double { x + width }
  /// The lower edge.
  public var maxY: Double { y + height }
  /// The horizontal middle.
  public var midX: Double { x + width / 2 }
  /// The vertical middle.
  public var midY: Double { y + height / 2 }

  /// The rectangle without a margin on each side; extents stop at zero.
  public func inset(left: Double = 0, top: Double = 0, right: Double = 0, bottom: Double = 0) -> Rect {
    Rect(x + left, y + top, max(0, width - left - right), max(0, height - top - bottom))
  }

  /// The rectangle grown by the same margin on all sides.
  public func grown(by margin: Double) -> Rect {
    Rect(x - margin, y - margin, width + 2 * margin, height + 2 * margin)
  }

  /// Whether two rectangles share an area; touching edges do not count.
  public func overlaps(_ other: Rect) -> Bool {
    x < other.maxX && other.x < maxX && y < other.maxY && other.y < maxY
  }

  /// Whether a rectangle lies inside this one, with a tolerance of a hundredth of a point.
  public func contains(_ other: Rect) -> Bool {
    other.x >= x - 0.01 && other.maxX <= maxX + 0.01 && other.y >= y - 0.01 && other.maxY <= maxY + 0.01
  }
}
