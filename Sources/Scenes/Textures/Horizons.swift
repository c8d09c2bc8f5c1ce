// What stands at the horizon: sky, mountains, trees.

/// A vertical gradient from deep to pale with soft clouds; one in four is an evening sky.
struct Sky: Texture {
  private let lattice: Lattice
  private let top, bottom: Color
  private let cloudiness, scale: Float

  init(_ random: inout RandomStream) {
    lattice = Lattice(&random)
    let isEvening = random.chance(0.25)
    top = jittered(isEvening ? rgb(0x6C7A99) : rgb(0x4F8FD0), by: 0.15, &random)
    bottom = jittered(isEvening ? rgb(0xE8B48C) : rgb(0xC4DDF0), by: 0.1, &random)
    cloudiness = random.between(0.35, 0.7)
    scale = random.between(0.02, 0.05)
  }

  func color(_ x: Float, _ y: Float) -> Color {
    let clear = mix(top, bottom, ramp(y, 0, 80))
    let cloud = ramp(lattice.octaves(x * scale, y * scale * 2, 4), cloudiness, cloudiness + 0.3)
    return mix(clear, Color(repeating: 0.95), cloud * 0.8)
  }
}

/// Two ridges before a pale sky, the farther one bluer; snow above a noisy line.
struct Mountain: Texture {
  private let lattice: Lattice
  private let sky, far, near: Color
  private let height: Float

  init(_ random: inout RandomStream) {
    lattice = Lattice(&random)
    sky = jittered(rgb(0xBCD3E6), by: 0.1, &random)
    far = jittered(rgb(0x7F92A8), by: 0.12, &random)
    near = jittered(rgb(0x6B6455), by: 0.2, &random)
    height = random.between(10, 35)
  }

  func color(_ x: Float, _ y: Float) -> Color {
    let farRidge = height + 24 * (lattice.octaves(x * 0.04, 3, 4) - 0.5) * 2
    let nearRidge = height + 14 + 20 * (lattice.octaves(x * 0.06, 40, 4) - 0.5) * 2
    let rough = lattice.octaves(x * 0.15, y * 0.3, 3) - 0.5
    if y > nearRidge { return near * (1 + 0.5 * rough) }
    if y > farRidge {
      let snow = ramp(y - farRidge + 16 * rough, 10, 5)
      return mix(far * (1 + 0.25 * rough), Color(repeating: 0.93), snow * 0.8)
    }
    return sky
  }
}

/// Foliage: overlapping leaf clumps in greens, dark low in each clump.
struct Tree: Texture {
  private let lattice: Lattice
  private let leaf: Color
  private let scale: Float

  init(_ random: inout RandomStream) {
    lattice = Lattice(&random)
    leaf = jittered(rgb(0x5F8A45), by: 0.25, &random)
    scale = random.between(0.12, 0.28)
  }

  func color(_ x: Float, _ y: Float) -> Color {
    let cell = lattice.nearestCell(x * scale, y * scale)
    let clump = lattice.noise(x * scale * 0.25, y * scale * 0.25)
    let light = 0.55 + 0.3 * cell.id + 0.35 * cell.dy + 0.35 * clump - 0.25 * cell.distance
    return leaf * light
  }
}
