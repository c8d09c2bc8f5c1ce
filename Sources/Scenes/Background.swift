/// What lies behind the objects of a scene.
package struct Background {
  /// The picture, `[side * side]`.
  package var picture: [Color]
  /// The surfaces: one, or one above another.
  let kinds: [TextureKind]
  /// For each pixel the place of its surface among `kinds`.
  let part: [UInt8]

  /// Paints a square picture: one surface, or one above another at an uneven, slanted edge.
  package init(side: Int, _ random: inout RandomStream) {
    var part = [UInt8](repeating: 0, count: side * side)
    let kinds: [TextureKind]
    if random.chance(0.5) {
      kinds = [random.pick(TextureKind.allCases)]
    } else {
      let isOutdoors = random.chance(0.6)
      kinds = [
        random.pick(isOutdoors ? TextureKind.horizons : TextureKind.walls),
        random.pick(isOutdoors ? TextureKind.grounds : TextureKind.floors),
      ]
      Self.divide(&part, side: side, unevenness: isOutdoors ? random.between(0, 6) : 0, &random)
    }
    var picture = [Color](repeating: .zero, count: side * side)
    for (number, kind) in kinds.enumerated() {
      kind.texture(&random).paint(&picture, side: side, where: part, is: UInt8(number))
    }
    Self.mute(&picture, contrast: random.between(0.5, 0.95), saturation: random.between(0.4, 1))
    (self.picture, self.kinds, self.part) = (picture, kinds, part)
  }

  /// Marks with 1 what lies below the edge.
  private static func divide(
    _ part: inout [UInt8], side: Int, unevenness: Float, _ random: inout RandomStream
  ) {
    let lattice = Lattice(&random)
    let height = random.between(25, 65)
    let slant = random.between(-0.08, 0.08)
    let step = 96 / Float(side)
    for x in 0..<side {
      let across = Float(x) * step
      let edge = height + slant * (across - 48) + unevenness * (lattice.noise(across * 0.08, 0) - 0.5)
      for y in 0..<side where Float(y) * step >= edge { part[y * side + x] = 1 }
    }
  }

  /// Draws all colors toward their mean and toward gray, so that objects stay findable.
  private static func mute(_ picture: inout [Color], contrast: Float, saturation: Float) {
    let mean = picture.reduce(.zero, +) / Float(picture.count)
    for index in picture.indices {
      let plain = mean + (picture[index] - mean) * contrast
      let gray = Color(repeating: (plain.x + plain.y + plain.z) / 3)
      picture[index] = mix(gray, plain, saturation)
    }
  }
}
