// A height over two parameters, as a loss over two directions of weights.

/// Heights over a grid, drawn as a surface seen from above at an angle.
///
/// Parallel lines stay parallel and equal lengths along an axis equal, so that heights can be read at the left edge.
public struct Surface: Codable, Sendable, Equatable {
  /// What the panel shows, in bold above it.
  public var title: String?
  /// The axis that runs to the right, towards the back.
  public var x: Axis
  /// The axis that runs to the left, towards the back.
  public var y: Axis
  /// The upright axis.
  public var z: Axis
  /// The places of the grid along x, increasing.
  public var xs: [Double]
  /// The places of the grid along y, increasing.
  public var ys: [Double]
  /// The heights: one row for each of `ys`, in it one height for each of `xs`.
  public var heights: [[Double]]
  /// How far the grid is turned about the upright axis, in degrees between 5 and 85.
  public var turn: Double
  /// How far above the horizon the eye is, in degrees between 5 and 85.
  public var tilt: Double

  /// A surface from its axes and heights.
  public init(
    title: String? = nil, x: Axis, y: Axis, z: Axis, xs: [Double], ys: [Double], heights: [[Double]],
    turn: Double = 38, tilt: Double = 28
  ) {
    self.title = title
    self.x = x
    self.y = y
    self.z = z
    self.xs = xs
    self.ys = ys
    self.heights = heights
    self.turn = turn
    self.tilt = tilt
  }

  func validate() throws(FigureError) {
    for (axis, name) in [(x, "the x axis"), (y, "the y axis"), (z, "the z axis")] {
      try axis.validate(as: name)
      guard axis.scale != .category else { throw FigureError("\(name) of a surface has no categories") }
    }
    for (places, name, axis) in [(xs, "xs", x), (ys, "ys", y)] {
      for place in places { try check(place, as: "\(name) of the surface", positive: axis.scale == .log) }
      guard places.count >= 2, zip(places, places.dropFirst()).allSatisfy({ $0 < $1 }) else {
        throw FigureError("\(name) of a surface are at least two increasing numbers, not \(places)")
      }
    }
    guard heights.count == ys.count, heights.allSatisfy({ $0.count == xs.count }) else {
      throw FigureError(
        "a surface over \(xs.count) x \(ys.count) places needs \(ys.count) rows of \(xs.count) heights, not rows of "
          + "\(heights.map(\.count))")
    }
    for height in heights.joined() {
      try check(height, as: "a height of the surface", positive: z.scale == .log)
    }
    guard (5...85).contains(turn), (5...85).contains(tilt) else {
      throw FigureError("a surface is turned and tilted by 5 to 85 degrees, not by \(turn) and \(tilt)")
    }
  }
}
