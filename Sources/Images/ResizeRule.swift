/// The size that a detector wants a picture to have: a given shorter side, unless the longer one would exceed a limit.
public struct ResizeRule: Sendable, Equatable {
  /// The wanted shorter side, in pixels.
  public var shortSide: Int
  /// The most that the longer side may have, in pixels, if there is such a limit.
  public var longSideLimit: Int?

  /// A rule; DETR evaluates with 800 and 1333.
  public init(shortSide: Int, longSideLimit: Int? = nil) {
    self.shortSide = shortSide
    self.longSideLimit = longSideLimit
  }

  /// The size for a picture of the given one, as DETR's transforms compute it: a short side reduced by the limit is rounded
  /// half to even, the long side is truncated, and a picture whose short side is right already is kept.
  public func size(width: Int, height: Int) -> (width: Int, height: Int) {
    let (short, long) = (min(width, height), max(width, height))
    var side = shortSide
    if let longSideLimit, Double(long) / Double(short) * Double(side) > Double(longSideLimit) {
      side = Int((Double(longSideLimit * short) / Double(long)).rounded(.toNearestOrEven))
    }
    if short == side { return (width, height) }
    let other = max(1, Int(Double(side * long) / Double(short)))
    side = max(1, side)
    return width < height ? (side, other) : (other, side)
  }
}

extension RGBImage {
  /// The picture at the size that a rule asks for.
  public func resized(by rule: ResizeRule) -> RGBImage {
    let size = rule.size(width: width, height: height)
    return resized(width: size.width, height: size.height)
  }
}
