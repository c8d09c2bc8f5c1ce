// Natural ground: grass, sea, sand, snow, dirt, gravel.

/// Upright blades: noise drawn out in height, in two sizes.
struct Grass: Texture {
  private let lattice: Lattice
  private let base: Color
  private let density, lean: Float

  init(_ random: inout RandomStream) {
    lattice = Lattice(&random)
    base = jittered(rgb(0x6A9A4A), by: 0.2, &random)
    density = random.between(0.5, 0.9)
    lean = random.between(-0.3, 0.3)
  }

  func color(_ x: Float, _ y: Float) -> Color {
    let bent = (x + lean * y) * density
    let fine = lattice.noise(bent, y * 0.13)
    let coarse = lattice.noise(bent * 0.45 + 20, y * 0.08 + 9)
    let patch = lattice.noise(x * 0.05, y * 0.08 + 33)
    return base * (0.6 + 0.35 * fine + 0.25 * coarse + 0.25 * patch)
  }
}

/// Layered waves over a dark base, lighter toward the top, with thin pale crests.
struct Sea: Texture {
  private let lattice: Lattice
  private let deep, pale: Color
  private let length: Float

  init(_ random: inout RandomStream) {
    lattice = Lattice(&random)
    deep = jittered(rgb(0x2E6580), by: 0.2, &random)
    pale = jittered(rgb(0x7FB2BE), by: 0.12, &random)
    length = random.between(7, 16)
  }

  func color(_ x: Float, _ y: Float) -> Color {
    let bend = 2.5 * lattice.noise(x * 0.06, y * 0.05)
    let swell = wave(y / length + bend) + 0.6 * wave(y / length * 2.3 + 1.7 * bend + x * 0.011)
    let crest = ramp(swell, 1.1, 1.5)
    let water = mix(deep, pale, clamped(0.45 + 0.22 * swell - 0.003 * y))
    return mix(water, Color(0.88, 0.93, 0.94), crest * 0.6)
  }
}

/// Fine grain and long, slowly bent ripples.
struct Sand: Texture {
  private let lattice: Lattice
  private let base: Color
  private let length, slant, strength: Float

  init(_ random: inout RandomStream) {
    lattice = Lattice(&random)
    base = jittered(rgb(0xCDB389), by: 0.12, &random)
    length = random.between(6, 14)
    slant = random.between(-0.5, 0.5)
    strength = random.between(0.03, 0.1)
  }

  func color(_ x: Float, _ y: Float) -> Color {
    let ripple = wave((y + slant * x) / length + 2 * lattice.noise(x * 0.04, y * 0.04))
    let grain = lattice.noise(x * 1.9, y * 1.9) - 0.5
    return base * (1 + strength * ripple + 0.16 * grain)
  }
}

/// Near white with soft bluish hollows.
struct Snow: Texture {
  private let lattice: Lattice
  private let shade: Color
  private let scale: Float

  init(_ random: inout RandomStream) {
    lattice = Lattice(&random)
    shade = jittered(rgb(0xA9BBD0), by: 0.08, &random)
    scale = random.between(0.03, 0.08)
  }

  func color(_ x: Float, _ y: Float) -> Color {
    let hollow = lattice.octaves(x * scale, y * scale * 1.7, 3)
    let speck = lattice.noise(x * 1.7, y * 1.7)
    return mix(Color(repeating: 0.93), shade, ramp(hollow, 0.35, 0.85)) * (0.97 + 0.05 * speck)
  }
}

/// Brown noise in four octaves with small clods.
struct Dirt: Texture {
  private let lattice: Lattice
  private let base: Color
  private let scale: Float

  init(_ random: inout RandomStream) {
    lattice = Lattice(&random)
    base = jittered(rgb(0x8C6C4C), by: 0.2, &random)
    scale = random.between(0.06, 0.14)
  }

  func color(_ x: Float, _ y: Float) -> Color {
    let lump = lattice.octaves(x * scale, y * scale, 4) - 0.5
    let clod = lattice.nearestCell(x * 0.2, y * 0.25)
    let mark: Float = clod.distance < 0.22 ? (clod.id - 0.5) * 0.35 : 0
    return base * (1 + 0.9 * lump + mark)
  }
}

/// Pebbles, each with a color of its own, a lit and a shaded side.
struct Gravel: Texture {
  private let lattice: Lattice
  private let gray, beige: Color
  private let scale: Float

  init(_ random: inout RandomStream) {
    lattice = Lattice(&random)
    gray = jittered(rgb(0x8F9092), by: 0.08, &random)
    beige = jittered(rgb(0xA89A82), by: 0.12, &random)
    scale = random.between(0.12, 0.3)
  }

  func color(_ x: Float, _ y: Float) -> Color {
    let pebble = lattice.nearestCell(x * scale, y * scale)
    let own = mix(gray, beige, pebble.id) * (0.75 + 0.45 * pebble.id)
    let light = 1 + 0.25 * (pebble.dx + pebble.dy) - 0.35 * pebble.distance
    return own * light
  }
}
