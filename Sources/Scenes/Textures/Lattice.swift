/// Random numbers on a grid of whole-number points that repeats after 64, and the noises made from them.
struct Lattice {
  private let values: [Float]

  init(_ random: inout RandomStream) {
    values = (0..<64 * 64).map { _ in random.unit() }
  }

  /// The number at a grid point, 0..<1.
  func at(_ column: Int, _ row: Int) -> Float { values[(row & 63) << 6 | column & 63] }

  /// Smooth noise with details of size 1, 0...1.
  func noise(_ x: Float, _ y: Float) -> Float {
    let (left, top) = (x.rounded(.down), y.rounded(.down))
    let (column, row) = (Int(left), Int(top))
    let (u, v) = (ease(x - left), ease(y - top))
    let above = at(column, row) + (at(column + 1, row) - at(column, row)) * u
    let below = at(column, row + 1) + (at(column + 1, row + 1) - at(column, row + 1)) * u
    return above + (below - above) * v
  }

  /// Noise of several octaves, each with half the size and half the strength of the one before, 0...1.
  func octaves(_ x: Float, _ y: Float, _ count: Int) -> Float {
    var (sum, total, strength, scale): (Float, Float, Float, Float) = (0, 0, 1, 1)
    for octave in 0..<count {
      let shift = Float(octave) * 17.3
      sum += strength * noise(x * scale + shift, y * scale - shift)
      total += strength
      strength /= 2
      scale *= 2
    }
    return sum / total
  }

  /// The nearest of one random point per grid cell: its distance, where it lies from here, and a number of its own.
  func nearestCell(_ x: Float, _ y: Float) -> (distance: Float, dx: Float, dy: Float, id: Float) {
    let (column, row) = (Int(x.rounded(.down)), Int(y.rounded(.down)))
    var best: (square: Float, dx: Float, dy: Float, id: Float) = (.infinity, 0, 0, 0)
    for j in row - 1...row + 1 {
      for i in column - 1...column + 1 {
        let dx = Float(i) + at(i, j) - x
        let dy = Float(j) + at(i + 31, j + 17) - y
        let square = dx * dx + dy * dy
        if square < best.square { best = (square, dx, dy, at(i + 11, j + 43)) }
      }
    }
    return (best.square.squareRoot(), best.dx, best.dy, best.id)
  }

  private func ease(_ t: Float) -> Float { t * t * (3 - 2 * t) }
}
