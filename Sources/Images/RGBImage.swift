/// A picture of 8-bit red, green and blue.
public struct RGBImage: Sendable, Equatable {
  /// Columns.
  public let width: Int
  /// Rows.
  public let height: Int
  /// `[height, width, 3]`, rows top to bottom.
  public var pixels: [UInt8]

  /// A picture of given pixels, `[height, width, 3]`; any other count is a programmer's error and traps.
  public init(width: Int, height: Int, pixels: [UInt8]) {
    guard width > 0, height > 0, pixels.count == width * height * 3 else {
      fatalError("a picture of \(width) x \(height) needs \(width * height * 3) bytes, not \(pixels.count)")
    }
    self.width = width
    self.height = height
    self.pixels = pixels
  }

  /// A picture of one color.
  public init(width: Int, height: Int, filledWith color: (red: UInt8, green: UInt8, blue: UInt8)) {
    var pixels = [UInt8](repeating: color.red, count: width * height * 3)
    for pixel in 0..<width * height {
      pixels[3 * pixel + 1] = color.green
      pixels[3 * pixel + 2] = color.blue
    }
    self.init(width: width, height: height, pixels: pixels)
  }
}
