import Images

/// A small picture around one object, for training a backbone to tell categories apart.
public struct ObjectCrop: Sendable, Equatable {
  /// The picture.
  public let image: RGBImage
  /// Position among the task's categories.
  public let categoryIndex: Int

  /// A picture around an object of a category.
  public init(image: RGBImage, categoryIndex: Int) {
    self.image = image
    self.categoryIndex = categoryIndex
  }
}

extension SceneGenerator {
  /// A crop of `size` x `size` pixels around one object, with the backgrounds, light, blur and noise of the scenes.
  ///
  /// The object fills 45 to 100 % of the side, lies at random within the frame, and one in three has a part of another object
  /// beside or behind it. Crops are apart from scenes: no scene shows the same arrangement.
  public func singleObject(_ split: SceneSplit, _ index: Int, size: Int = 48) -> ObjectCrop {
    var random = RandomStream(seed: seed, label: labelled("object/", split), index: index)
    var picture = Background(side: size, &random).picture
    var arrangement = Arrangement(side: size)
    if random.chance(0.33) {
      let other = choose(split, &random)
      let pose = Self.pose(other, longSide: Double(size) * Double(random.between(0.4, 0.9)), &random)
      let limits = Arrangement.Limits(visibleFraction: 0, visibleArea: 1, hiding: 1)
      if let sprite = Sprite(other.glyph, pose),
        arrangement.put(
          sprite, left: random.below(size) - sprite.width / 2,
          top: random.pick([-sprite.height / 2, size - sprite.height / 2]),
          within: limits), let place = arrangement.places.last
      {
        blend(place, gain: Self.gain(other, &random), into: &picture, side: size)
      }
    }
    let choice = choose(split, &random)
    let limits = Arrangement.Limits(visibleFraction: 0.6, visibleArea: 1, hiding: 1)
    while true {
      let pose = Self.pose(choice, longSide: Double(size) * Double(random.between(0.45, 1)), &random)
      guard let sprite = Sprite(choice.glyph, pose) else { continue }
      let mayLeave = random.chance(0.2)
      let left = Self.position(sprite.bounds.columns, side: size, mayLeave: mayLeave, &random)
      let top = Self.position(sprite.bounds.rows, side: size, mayLeave: mayLeave, &random)
      if arrangement.put(sprite, left: left, top: top, within: limits), let place = arrangement.places.last {
        blend(place, gain: Self.gain(choice, &random), into: &picture, side: size)
        break
      }
    }
    let finish = Finish(&random)
    let bytes = finish.bytes(of: picture, side: size, &random)
    return ObjectCrop(
      image: RGBImage(width: size, height: size, pixels: bytes), categoryIndex: choice.categoryIndex)
  }
}
