// Made ground: road, pavement, wooden floor, rug.

/// Gray grain with edge lines and a dashed middle line that run together toward the top.
struct Road: Texture {
  private let lattice: Lattice
  private let base: Color
  private let middle, spread: Float

  init(_ random: inout RandomStream) {
    lattice = Lattice(&random)
    base = jittered(Color(repeating: random.between(0.36, 0.55)), by: 0.05, &random)
    middle = random.between(25, 70)
    spread = random.between(0.25, 0.5)
  }

  func color(_ x: Float, _ y: Float) -> Color {
    let width = 6 + spread * y
    let across = (x - middle) / width
    let grain = lattice.noise(x * 1.8, y * 1.8) - 0.5
    let stain = lattice.octaves(x * 0.05, y * 0.05, 3) - 0.5
    let asphalt = base * (1 + 0.2 * grain + 0.3 * stain)
    let isEdge = abs(abs(across) - 0.9) < 0.035
    let isDash = abs(across) < 0.035 && fraction(600 / (y + 12)) < 0.5
    return isEdge || isDash ? mix(asphalt, Color(repeating: 0.88), 0.75) : asphalt
  }
}

/// Square slabs, each a little lighter or darker, with dark joints.
struct Pavement: Texture {
  private let lattice: Lattice
  private let base: Color
  private let side, slant: Float

  init(_ random: inout RandomStream) {
    lattice = Lattice(&random)
    base = jittered(Color(repeating: random.between(0.55, 0.78)), by: 0.07, &random)
    side = random.between(12, 26)
    slant = random.between(-0.4, 0.4)
  }

  func color(_ x: Float, _ y: Float) -> Color {
    let (u, v) = ((x + slant * y) / side, (y - slant * x) / side)
    let own = lattice.at(Int(u.rounded(.down)), Int(v.rounded(.down))) - 0.5
    let isJoint = min(fraction(u), fraction(v)) * side < 1.1
    let grain = lattice.noise(x * 1.5, y * 1.5) - 0.5
    return base * (isJoint ? 0.68 : 1 + 0.16 * own + 0.1 * grain)
  }
}

/// Boards with staggered ends, grain along each board.
struct FloorWood: Texture {
  private let lattice: Lattice
  private let base: Color
  private let width, length: Float

  init(_ random: inout RandomStream) {
    lattice = Lattice(&random)
    base = jittered(rgb(0xA9794E), by: 0.2, &random)
    width = random.between(7, 13)
    length = random.between(35, 60)
  }

  func color(_ x: Float, _ y: Float) -> Color {
    let row = (y / width).rounded(.down)
    let along = x / length + lattice.at(Int(row), 7) * 5
    let own = lattice.at(Int(along.rounded(.down)), Int(row)) - 0.5
    let grain = lattice.noise(x * 0.08 + 20 * own, y * 0.9) - 0.5
    let isGap = fraction(y / width) * width < 0.9 || fraction(along) * length < 0.9
    return base * (isGap ? 0.65 : 1 + 0.3 * own + 0.25 * grain)
  }
}

/// Woven stripes and diamonds in two close colors.
struct Rug: Texture {
  private let first, second, third: Color
  private let period, diamond: Float

  init(_ random: inout RandomStream) {
    let dyes: [UInt32] = [0x96524A, 0x54698A, 0x7F8A5C, 0x8A6A86, 0xA98A5A, 0x5E8480]
    first = jittered(rgb(random.pick(dyes)), by: 0.12, &random)
    second = jittered(first, by: 0.3, &random)
    third = mix(first, Color(0.85, 0.8, 0.7), random.between(0.3, 0.6))
    period = random.between(14, 30)
    diamond = random.between(6, 14)
  }

  func color(_ x: Float, _ y: Float) -> Color {
    let weave: Float = (Int(x / 2) + Int(y / 2)) & 1 == 0 ? 1.04 : 0.96
    let band = fraction(y / period)
    if band < 0.2 { return (band > 0.07 && band < 0.13 ? third : second) * weave }
    let (u, v) = (abs(fraction(x / diamond) - 0.5), abs(fraction((y / period - 0.6) * 1.25 + 0.5) - 0.5))
    return (u + v < 0.3 ? third : first) * weave
  }
}
