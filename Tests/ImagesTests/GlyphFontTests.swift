import FoundationEssentials
import Images
import TestSupport
import Testing

private let noto = Fixtures.root.appending(path: ".deps/art/noto/NotoColorEmoji.ttf").path
private let openMoji = Fixtures.root.appending(path: ".deps/art/openmoji/glyf_colr0.ttf").path

private let hasFonts =
  FileManager.default.fileExists(atPath: noto) && FileManager.default.fileExists(atPath: openMoji)

@Suite("Color fonts", .enabled(if: hasFonts, "the set-up has not fetched the art sets"))
struct GlyphFontTests {
  @Test("bitmap and outline fonts give colored, premultiplied pictures", arguments: [noto, openMoji])
  func drawsColors(path: String) throws {
    let font = try GlyphFont(path: path, pixelsPerEm: 96)
    let apple = try #require(try font.glyph(0x1F34E)?.cropped(toAlpha: 128))
    #expect(apple.width > 40 && apple.height > 40)
    let opaque = apple.pixels.filter { $0 >> 24 == 255 }
    #expect(opaque.count > 1000)
    // An apple is red: of most pixels the red channel is the largest.
    #expect(opaque.count { $0 >> 16 & 255 > $0 & 255 } > opaque.count / 2)
    #expect(apple.pixels.allSatisfy { max($0 >> 16 & 255, $0 >> 8 & 255, $0 & 255) <= $0 >> 24 })
  }

  @Test("outlines follow the size, bitmaps keep theirs")
  func scales() throws {
    func width(_ path: String, _ size: Int) throws -> Int {
      try #require(try GlyphFont(path: path, pixelsPerEm: size).glyph(0x1F34E)?.cropped(toAlpha: 128)).width
    }
    #expect(try width(openMoji, 192) > width(openMoji, 96) * 19 / 10)
    #expect(try width(noto, 192) == width(noto, 96))
  }

  @Test("a code point that the font lacks is nothing, a file that is no font an error")
  func refuses() throws {
    #expect(try GlyphFont(path: noto, pixelsPerEm: 96).glyph(0x10FFFD) == nil)
    let wrong = Fixtures.url("images/gray.png").path
    let error = #expect(throws: ImageError.self) { try GlyphFont(path: wrong, pixelsPerEm: 96) }
    #expect(error?.description.contains("gray.png: not a readable font") == true)
  }

  @Test("cropping keeps exactly the pixels that are opaque enough")
  func crops() {
    var pixels = [UInt32](repeating: 0x7F00_0000, count: 6 * 5)
    pixels[2 * 6 + 1] = 0x8000_0000
    pixels[3 * 6 + 4] = 0xFF01_0203
    let cropped = CutOut(width: 6, height: 5, pixels: pixels).cropped(toAlpha: 128)
    #expect(cropped?.width == 4 && cropped?.height == 2)
    #expect(cropped?.pixels.first == 0x8000_0000 && cropped?.pixels.last == 0xFF01_0203)
    #expect(CutOut(width: 1, height: 1, pixels: [0x7FFF_FFFF]).cropped(toAlpha: 128) == nil)
  }
}
