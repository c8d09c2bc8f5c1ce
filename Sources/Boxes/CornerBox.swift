// Boxes by two opposite corners, and how much they overlap.

/// An axis-parallel box given by its upper left and lower right corner; any unit, `y` grows downwards.
public struct CornerBox: Sendable, Equatable, Hashable, Codable {
  /// Left edge.
  public var x1: Double
  /// Upper edge.
  public var y1: Double
  /// Right edge, not less than `x1`.
  public var x2: Double
  /// Lower edge, not less than `y1`.
  public var y2: Double

  /// A box from its edges: left, upper, right, lower.
  @inlinable
  public init(x1: Double, y1: Double, x2: Double, y2: Double) {
    self.x1 = x1
    self.y1 = y1
    self.x2 = x2
    self.y2 = y2
  }

  /// The same box by its center and its extent.
  @inlinable
  public init(_ box: CenterBox) {
    x1 = box.cx - 0.5 * box.w
    y1 = box.cy - 0.5 * box.h
    x2 = box.cx + 0.5 * box.w
    y2 = box.cy + 0.5 * box.h
  }

  /// Width times height.
  @inlinable
  public var area: Double { (x2 - x1) * (y2 - y1) }

  /// The box with its corners moved into the rectangle from (0, 0) to (`width`, `height`).
  public func clamped(width: Double, height: Double) -> CornerBox {
    CornerBox(
      x1: min(max(x1, 0), width), y1: min(max(y1, 0), height),
      x2: min(max(x2, 0), width), y2: min(max(y2, 0), height))
  }
}
