// From the cube that holds a surface to the page.

/// A parallel projection of the cube from -1 to 1, with its corner (-1, -1) in front.
struct Projection {
  private let right: (x: Double, y: Double)
  private let up: (x: Double, y: Double, z: Double)
  private let scale: Double
  private let origin: Point

  /// A projection that fills an area.
  init(turn: Double, tilt: Double, area: Rect) {
    let (a, e) = (turn * .pi / 180, tilt * .pi / 180)
    let (sineA, cosineA) = (sine(radians: a), cosine(radians: a))
    let (sineE, cosineE) = (sine(radians: e), cosine(radians: e))
    right = (cosineA, -sineA)
    up = (sineA * sineE, cosineA * sineE, cosineE)
    let (halfWidth, halfHeight) = (right.x - right.y, up.x + up.y + up.z)
    scale = min(area.width / (2 * halfWidth), area.height / (2 * halfHeight))
    origin = Point(area.midX, area.midY)
  }

  /// The place on the page.
  func place(_ x: Double, _ y: Double, _ z: Double) -> Point {
    origin.moved(
      scale * (right.x * x + right.y * y), -scale * (up.x * x + up.y * y + up.z * z))
  }
}
