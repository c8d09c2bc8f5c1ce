/// A surface that can be painted anywhere: a color for every point.
///
/// Points are in units of 1/96 of the picture's side, y downward, so a texture looks the same at every picture size.
protocol Texture {
  /// Draws a surface's random features: hue, scale, direction.
  init(_ random: inout RandomStream)

  /// The color at a point.
  func color(_ x: Float, _ y: Float) -> Color

  /// Paints the pixels of a square picture whose `part` is the given one.
  func paint(_ picture: inout [Color], side: Int, where part: [UInt8], is wanted: UInt8)
}

extension Texture {
  func paint(_ picture: inout [Color], side: Int, where part: [UInt8], is wanted: UInt8) {
    let step = 96 / Float(side)
    for y in 0..<side {
      for x in 0..<side where part[y * side + x] == wanted {
        picture[y * side + x] = color((Float(x) + 0.5) * step, (Float(y) + 0.5) * step)
      }
    }
  }
}

/// The surfaces there are, named as COCO names its "stuff".
enum TextureKind: CaseIterable {
  case sky, mountain, tree
  case grass, sea, sand, snow, dirt, gravel, road, pavement
  case wallBrick, wallTile, wallWood, wallPlain
  case floorWood, rug

  /// What may fill the upper part of an outdoor picture.
  static let horizons: [TextureKind] = [.sky, .sky, .mountain, .tree]
  /// What may lie below a horizon.
  static let grounds: [TextureKind] = [.grass, .sea, .sand, .snow, .dirt, .gravel, .road, .pavement]
  /// What may stand behind an indoor floor.
  static let walls: [TextureKind] = [.wallBrick, .wallTile, .wallWood, .wallPlain]
  /// What may lie before a wall.
  static let floors: [TextureKind] = [.floorWood, .rug, .wallTile]

  /// A surface of this kind.
  func texture(_ random: inout RandomStream) -> any Texture {
    switch self {
    case .sky: Sky(&random)
    case .mountain: Mountain(&random)
    case .tree: Tree(&random)
    case .grass: Grass(&random)
    case .sea: Sea(&random)
    case .sand: Sand(&random)
    case .snow: Snow(&random)
    case .dirt: Dirt(&random)
    case .gravel: Gravel(&random)
    case .road: Road(&random)
    case .pavement: Pavement(&random)
    case .wallBrick: WallBrick(&random)
    case .wallTile: WallTile(&random)
    case .wallWood: WallWood(&random)
    case .wallPlain: WallPlain(&random)
    case .floorWood: FloorWood(&random)
    case .rug: Rug(&random)
    }
  }
}

/// A color with each channel changed at random by at most `amount`.
func jittered(_ base: Color, by amount: Float, _ random: inout RandomStream) -> Color {
  base
    * Color(random.between(-amount, amount), random.between(-amount, amount), random.between(-amount, amount))
    + base
}
