import CImages

/// A color font: a font with colored bitmaps, or with layered outlines (COLR version 0).
///
/// A font is used by one thread at a time, which its not being `Sendable` ensures.
public final class GlyphFont {
  private let font: qi_font
  private let path: String

  /// Opens a font file; outlines are drawn at `pixelsPerEm`, a bitmap font has only its own size.
  public init(path: String, pixelsPerEm: Int) throws(ImageError) {
    var font = qi_font()
    guard qi_font_open(path, Int32(clamping: pixelsPerEm), &font) == 0 else { throw .last(path) }
    self.font = font
    self.path = path
  }

  deinit { qi_font_close(font) }

  /// The picture of a code point, or `nil` where the font has none.
  public func glyph(_ codePoint: UInt32) throws(ImageError) -> CutOut? {
    var found: Int32 = 0
    var drawn = qi_pixels()
    guard qi_font_glyph(font, codePoint, &found, &drawn) == 0 else {
      throw .last("\(path), glyph U+\(String(codePoint, radix: 16, uppercase: true))")
    }
    guard found != 0 else { return nil }
    defer { qi_free(drawn.bytes) }
    return CutOut(drawn) { pixel in
      UInt32(pixel[3]) << 24 | UInt32(pixel[0]) << 16 | UInt32(pixel[1]) << 8 | UInt32(pixel[2])
    }
  }
}

extension CutOut {
  /// Takes over four-channel pixels, each through `convert`.
  init(_ drawn: qi_pixels, convert: (UnsafeMutablePointer<UInt8>) -> UInt32) {
    let count = Int(drawn.width) * Int(drawn.height)
    guard drawn.channels == 4, let bytes = drawn.bytes else { fatalError("a cut-out needs four channels") }
    let pixels = (0..<count).map { convert(bytes + 4 * $0) }
    self.init(width: Int(drawn.width), height: Int(drawn.height), pixels: pixels)
  }
}
