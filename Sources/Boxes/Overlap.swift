// Intersection over union and its generalization (Rezatofighi et al., 2019).

extension CornerBox {
  /// The area that both boxes cover; 0 where they are apart.
  @inlinable
  public func intersection(_ other: CornerBox) -> Double {
    let width = min(x2, other.x2) - max(x1, other.x1)
    let height = min(y2, other.y2) - max(y1, other.y1)
    return max(width, 0) * max(height, 0)
  }

  /// Intersection over union, from 0 to 1.
  ///
  /// Two boxes without area have an empty union; their overlap is 0 by convention.
  @inlinable
  public func intersectionOverUnion(_ other: CornerBox) -> Double {
    let shared = intersection(other)
    let union = area + other.area - shared
    return union == 0 ? 0 : shared / union
  }

  /// Generalized intersection over union, from -1 to 1: the overlap less the share of the smallest enclosing box
  /// that neither box covers.
  ///
  /// An enclosing box without area takes nothing away, so two boxes without area on one point give 0.
  /// Traps if the corners of either box are out of order, which is how a mix-up of box forms shows.
  @inlinable
  public func generalizedIoU(_ other: CornerBox) -> Double {
    if x2 < x1 || y2 < y1 || other.x2 < other.x1 || other.y2 < other.y1 {
      fatalError("generalizedIoU needs boxes with x1 <= x2 and y1 <= y2, got \(self) and \(other)")
    }
    let shared = intersection(other)
    let union = area + other.area - shared
    let overlap = union == 0 ? 0 : shared / union
    let enclosing = (max(x2, other.x2) - min(x1, other.x1)) * (max(y2, other.y2) - min(y1, other.y1))
    return enclosing == 0 ? overlap : overlap - (enclosing - union) / enclosing
  }
}
