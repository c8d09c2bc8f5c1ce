import CCairo
import Images

/// How a glyph is drawn.
package struct Pose {
  /// Length of the picture's longer side before turning, in pixels.
  package var longSide: Double
  /// Width is stretched by this, height shrunk by it; 1 keeps the proportions.
  package var stretch: Double
  /// Clockwise turn in radians, at most 0.6 either way.
  package var turn: Double
  /// Whether left and right are exchanged.
  package var isMirrored: Bool

  package init(longSide: Double, stretch: Double = 1, turn: Double = 0, isMirrored: Bool = false) {
    self.longSide = longSide
    self.stretch = stretch
    self.turn = turn
    self.isMirrored = isMirrored
  }
}

/// A glyph drawn at its size and angle, ready to be put into a picture.
package struct Sprite {
  /// Columns.
  package let width: Int
  /// Rows.
  package let height: Int
  /// Premultiplied 0xAARRGGBB, `[height, width]`.
  package let pixels: [UInt32]
  /// Where alpha is at least 128: the object's mask, `[height, width]`.
  package let mask: [Bool]
  /// Pixels of the mask.
  package let area: Int
  /// The columns and rows between the mask's outermost pixels.
  package let bounds: (columns: ClosedRange<Int>, rows: ClosedRange<Int>)

  /// Draws a glyph by Cairo; `nil` where nothing of it is as opaque as a mask needs.
  package init?(_ glyph: CutOut, _ pose: Pose) {
    let (sine, cosine) = sineAndCosine(pose.turn)
    let scale = pose.longSide / Double(max(glyph.width, glyph.height))
    let (scaleX, scaleY) = (scale * pose.stretch, scale / pose.stretch)
    let (w, h) = (Double(glyph.width) * scaleX, Double(glyph.height) * scaleY)
    width = Int((w * cosine + h * abs(sine)).rounded(.up)) + 2
    height = Int((w * abs(sine) + h * cosine).rounded(.up)) + 2
    // Glyph to sprite: center to the origin, scale, mirror, turn, origin to the sprite's center.
    let side = pose.isMirrored ? -scaleX : scaleX
    var matrix = cairo_matrix_t(
      xx: cosine * side, yx: sine * side, xy: -sine * scaleY, yy: cosine * scaleY, x0: 0, y0: 0)
    let (middleX, middleY) = (Double(glyph.width) / 2, Double(glyph.height) / 2)
    matrix.x0 = Double(width) / 2 - matrix.xx * middleX - matrix.xy * middleY
    matrix.y0 = Double(height) / 2 - matrix.yx * middleX - matrix.yy * middleY
    pixels = draw(glyph, matrix, width: width, height: height)
    mask = pixels.map { $0 >> 24 >= 128 }
    area = mask.count { $0 }
    guard let bounds = outermost(mask, width: width) else { return nil }
    self.bounds = bounds
  }
}

/// Sine and cosine of an angle up to 0.6 by their series, within 1e-9: unlike the C library's the same on every machine.
private func sineAndCosine(_ angle: Double) -> (sine: Double, cosine: Double) {
  let s = angle * angle
  let sine = angle * (1 - s / 6 * (1 - s / 20 * (1 - s / 42 * (1 - s / 72))))
  let cosine = 1 - s / 2 * (1 - s / 12 * (1 - s / 30 * (1 - s / 56 * (1 - s / 90))))
  return (sine, cosine)
}

private func outermost(
  _ mask: [Bool], width: Int
) -> (columns: ClosedRange<Int>, rows: ClosedRange<Int>)? {
  guard let first = mask.firstIndex(of: true), let last = mask.lastIndex(of: true) else { return nil }
  var (left, right) = (width, -1)
  for index in mask.indices where mask[index] {
    left = min(left, index % width)
    right = max(right, index % width)
  }
  return (left...right, first / width...last / width)
}

/// Paints a glyph through a matrix on a clear surface.
private func draw(_ glyph: CutOut, _ matrix: cairo_matrix_t, width: Int, height: Int) -> [UInt32] {
  var target = [UInt32](repeating: 0, count: width * height)
  var matrix = matrix
  target.withUnsafeMutableBytes { targetBytes in
    glyph.pixels.withUnsafeBytes { glyphBytes in
      let surface = cairo_image_surface_create_for_data(
        targetBytes.baseAddress?.assumingMemoryBound(to: UInt8.self), CAIRO_FORMAT_ARGB32, Int32(width),
        Int32(height), Int32(width * 4))
      // Cairo reads a source surface only, so the glyph, which threads share, stays as it is.
      let source = cairo_image_surface_create_for_data(
        UnsafeMutablePointer(mutating: glyphBytes.baseAddress?.assumingMemoryBound(to: UInt8.self)),
        CAIRO_FORMAT_ARGB32, Int32(glyph.width), Int32(glyph.height), Int32(glyph.width * 4))
      let context = cairo_create(surface)
      cairo_set_matrix(context, &matrix)
      cairo_set_source_surface(context, source, 0, 0)
      cairo_pattern_set_filter(cairo_get_source(context), CAIRO_FILTER_GOOD)
      cairo_paint(context)
      let status = cairo_status(context)
      cairo_destroy(context)
      cairo_surface_destroy(source)
      cairo_surface_finish(surface)
      cairo_surface_destroy(surface)
      guard status == CAIRO_STATUS_SUCCESS else {
        fatalError("Cairo draws no glyph: \(String(cString: cairo_status_to_string(status)))")
      }
    }
  }
  return target
}
