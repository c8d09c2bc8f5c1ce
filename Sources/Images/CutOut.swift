/// A picture with soft edges: 8-bit red, green, blue and alpha, colors multiplied by alpha.
///
/// A pixel is one 32-bit number 0xAARRGGBB, which is the format in memory that Cairo calls ARGB32.
public struct CutOut: Sendable, Equatable {
  /// Columns.
  public let width: Int
  /// Rows.
  public let height: Int
  /// `[height, width]`, rows top to bottom.
  public let pixels: [UInt32]

  /// A picture of given pixels, `[height, width]`; any other count is a programmer's error and traps.
  public init(width: Int, height: Int, pixels: [UInt32]) {
    guard width > 0, height > 0, pixels.count == width * height else {
      fatalError("a cut-out of \(width) x \(height) needs \(width * height) pixels, not \(pixels.count)")
    }
    self.width = width
    self.height = height
    self.pixels = pixels
  }

  /// The smallest part that holds every pixel of at least that alpha, or `nil` where there is none.
  public func cropped(toAlpha threshold: UInt8) -> CutOut? {
    var (left, right, top, bottom) = (width, -1, height, -1)
    for y in 0..<height {
      for x in 0..<width where pixels[y * width + x] >> 24 >= UInt32(threshold) {
        left = min(left, x)
        right = max(right, x)
        top = min(top, y)
        bottom = max(bottom, y)
      }
    }
    guard right >= 0 else { return nil }
    var part: [UInt32] = []
    part.reserveCapacity((right - left + 1) * (bottom - top + 1))
    for y in top...bottom { part += pixels[y * width + left...y * width + right] }
    return CutOut(width: right - left + 1, height: bottom - top + 1, pixels: part)
  }

  /// One pixel of straight (not multiplied) channels, rounded to nearest.
  static func premultiplied(red: UInt8, green: UInt8, blue: UInt8, alpha: UInt8) -> UInt32 {
    func scaled(_ channel: UInt8) -> UInt32 { (UInt32(channel) * UInt32(alpha) + 127) / 255 }
    return UInt32(alpha) << 24 | scaled(red) << 16 | scaled(green) << 8 | scaled(blue)
  }
}
