import COCO

/// Sprites in a picture, each hiding those before it.
package struct Arrangement {
  /// One sprite's place: the picture's pixel under its first pixel, which may lie outside.
  package struct Place {
    package let sprite: Sprite
    package let left, top: Int
    /// Pixels of the mask that are seen.
    package fileprivate(set) var visible: Int
  }

  /// What the smallest visible parts may be.
  package struct Limits {
    /// The least part of any object that stays visible, whatever hides it or cuts it off.
    package let visibleFraction: Double
    /// The least number of visible pixels of any object.
    package let visibleArea: Int
    /// The largest part that this object may take from what is still seen of another.
    package let hiding: Double

    package init(visibleFraction: Double, visibleArea: Int, hiding: Double) {
      self.visibleFraction = visibleFraction
      self.visibleArea = visibleArea
      self.hiding = hiding
    }
  }

  private let side: Int
  package private(set) var places: [Place] = []
  /// For each pixel, one more than the index of the object seen there, or 0. // [side, side]
  private(set) var owners: [UInt8]

  package init(side: Int) {
    self.side = side
    owners = [UInt8](repeating: 0, count: side * side)
  }

  /// Puts a sprite in front of all others, unless too little of it or of another would be visible.
  package mutating func put(_ sprite: Sprite, left: Int, top: Int, within limits: Limits) -> Bool {
    var (visible, taken) = (0, [Int](repeating: 0, count: places.count))
    forEachPixel(of: sprite, left: left, top: top) { index in
      visible += 1
      if owners[index] > 0 { taken[Int(owners[index]) - 1] += 1 }
    }
    func isEnough(_ visible: Int, of sprite: Sprite) -> Bool {
      visible >= limits.visibleArea && Double(visible) >= limits.visibleFraction * Double(sprite.area)
    }
    guard isEnough(visible, of: sprite) else { return false }
    for (place, taken) in zip(places, taken) where taken > 0 {
      guard isEnough(place.visible - taken, of: place.sprite),
        Double(taken) <= limits.hiding * Double(place.visible)
      else { return false }
    }
    for index in places.indices { places[index].visible -= taken[index] }
    places.append(Place(sprite: sprite, left: left, top: top, visible: visible))
    let owner = UInt8(places.count)
    var updated = owners
    forEachPixel(of: sprite, left: left, top: top) { updated[$0] = owner }
    owners = updated
    return true
  }

  /// The box of the visible part of an object, which covers its outermost pixels wholly.
  package func box(of object: Int) -> PixelBox {
    var (left, right, top, bottom) = (side, -1, side, -1)
    for y in 0..<side {
      for x in 0..<side where owners[y * side + x] == UInt8(object + 1) {
        left = min(left, x)
        right = max(right, x)
        top = min(top, y)
        bottom = max(bottom, y)
      }
    }
    return PixelBox(
      x: Double(left), y: Double(top), width: Double(right - left + 1), height: Double(bottom - top + 1))
  }

  /// Calls `body` with the index of each pixel of the picture under a sprite's mask.
  private func forEachPixel(of sprite: Sprite, left: Int, top: Int, _ body: (Int) -> Void) {
    for row in max(0, -top)..<max(max(0, -top), min(sprite.height, side - top)) {
      for column in max(0, -left)..<max(max(0, -left), min(sprite.width, side - left))
      where sprite.mask[row * sprite.width + column] {
        body((top + row) * side + left + column)
      }
    }
  }
}
