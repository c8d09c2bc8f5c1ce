// Walls: brick, tile, wood, plain.

/// Running bond: rows shifted by half a brick, a color per brick, light mortar.
struct WallBrick: Texture {
  private let lattice: Lattice
  private let brick, mortar: Color
  private let height: Float

  init(_ random: inout RandomStream) {
    lattice = Lattice(&random)
    brick = jittered(random.chance(0.7) ? rgb(0x9C5B45) : rgb(0xA89C8C), by: 0.18, &random)
    mortar = jittered(rgb(0xBDB5A8), by: 0.1, &random)
    height = random.between(6, 11)
  }

  func color(_ x: Float, _ y: Float) -> Color {
    let row = (y / height).rounded(.down)
    let u = x / (2.2 * height) + (Int(row) & 1 == 0 ? 0 : 0.5)
    let grain = lattice.noise(x * 1.4, y * 1.4) - 0.5
    if fraction(y / height) * height < 1.2 || fraction(u) * 2.2 * height < 1.2 {
      return mortar * (1 + 0.1 * grain)
    }
    let own = lattice.at(Int(u.rounded(.down)), Int(row)) - 0.5
    return brick * (1 + 0.35 * own + 0.2 * grain)
  }
}

/// Glossy squares with a light diagonal, gray grout and a few tiles in an accent color.
struct WallTile: Texture {
  private let lattice: Lattice
  private let base, accent: Color
  private let side, rarity: Float

  init(_ random: inout RandomStream) {
    lattice = Lattice(&random)
    base = jittered(rgb(0xC9D2D2), by: 0.15, &random)
    accent = jittered(random.pick([base * 0.6, rgb(0x6E97A8), rgb(0x9A8468)]), by: 0.1, &random)
    side = random.between(9, 18)
    rarity = random.pick([0.06, 0.15, 0.5])
  }

  func color(_ x: Float, _ y: Float) -> Color {
    let (u, v) = (x / side, y / side)
    if min(fraction(u), fraction(v)) * side < 1 { return base * 0.72 }
    let own = lattice.at(Int(u.rounded(.down)), Int(v.rounded(.down)))
    let gloss = ramp(abs(fraction(u) + fraction(v) - 0.7), 0.12, 0)
    return (own < rarity ? accent : base * (0.95 + 0.1 * own)) * (1 + 0.12 * gloss)
  }
}

/// Upright planks of unequal hue with long grain lines and knots.
struct WallWood: Texture {
  private let lattice: Lattice
  private let base: Color
  private let width: Float

  init(_ random: inout RandomStream) {
    lattice = Lattice(&random)
    base = jittered(rgb(0x9B7653), by: 0.25, &random)
    width = random.between(10, 20)
  }

  func color(_ x: Float, _ y: Float) -> Color {
    let plank = (x / width).rounded(.down)
    let own = lattice.at(Int(plank), 3) - 0.5
    let knot = lattice.nearestCell(x / width * 0.7, y / 40)
    let ring = knot.distance < 0.3 ? wave(knot.distance * 14) * 0.1 : 0
    let grain = lattice.noise(x * 0.9 + 3 * lattice.noise(plank, y * 0.05), y * 0.04 + 9 * own) - 0.5
    return base * (fraction(x / width) * width < 0.9 ? 0.65 : 1 + 0.25 * own + 0.3 * grain + ring)
  }
}

/// A painted wall: a gradient, sometimes striped or checked.
struct WallPlain: Texture {
  private let from, to: Color
  private let direction, pitch, contrast: Float
  private let pattern: Int

  init(_ random: inout RandomStream) {
    let paints: [UInt32] = [0xC8BFAE, 0x9FB3B8, 0xB7C0A0, 0xC4A59A, 0xA8A3B8, 0xD6D2CA, 0x7D8A94, 0x8F7F76]
    from = jittered(rgb(random.pick(paints)), by: 0.1, &random)
    to = jittered(from, by: 0.25, &random)
    direction = random.between(0, 1)
    pitch = random.between(6, 20)
    contrast = random.between(0.03, 0.1)
    pattern = random.below(4)
  }

  func color(_ x: Float, _ y: Float) -> Color {
    let base = mix(from, to, (direction * x + (1 - direction) * y) / 96)
    let (u, v) = (fraction(x / pitch) < 0.5, fraction(y / pitch) < 0.5)
    switch pattern {
    case 0: return base * (u ? 1 + contrast : 1 - contrast)
    case 1: return base * (u == v ? 1 + contrast : 1 - contrast)
    case 2: return base * (fraction((x + y) / pitch) < 0.5 ? 1 + contrast : 1 - contrast)
    default: return base
    }
  }
}
