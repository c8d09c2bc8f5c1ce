// Boxes by center and extent, the form in which detection transformers predict them.

/// An axis-parallel box given by its center, width and height; usually in fractions of the image.
public struct CenterBox: Sendable, Equatable, Hashable, Codable {
  /// Horizontal center.
  public var cx: Double
  /// Vertical center.
  public var cy: Double
  /// Width, not negative.
  public var w: Double
  /// Height, not negative.
  public var h: Double

  /// A box from its center and its extent.
  @inlinable
  public init(cx: Double, cy: Double, w: Double, h: Double) {
    self.cx = cx
    self.cy = cy
    self.w = w
    self.h = h
  }

  /// The same box by two corners, told by center and extent.
  @inlinable
  public init(_ box: CornerBox) {
    cx = (box.x1 + box.x2) / 2
    cy = (box.y1 + box.y2) / 2
    w = box.x2 - box.x1
    h = box.y2 - box.y1
  }

  /// Width times height.
  @inlinable
  public var area: Double { w * h }

  /// The sum of the absolute differences of the four numbers.
  @inlinable
  public func l1Distance(to other: CenterBox) -> Double {
    abs(cx - other.cx) + abs(cy - other.cy) + abs(w - other.w) + abs(h - other.h)
  }
}
