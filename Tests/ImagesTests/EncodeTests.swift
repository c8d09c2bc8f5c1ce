import Images
import Testing

/// A smooth picture, which JPEG keeps well.
private func gradient(width: Int, height: Int) -> RGBImage {
  let pixels = (0..<width * height).flatMap { index -> [UInt8] in
    let (x, y) = (index % width, index / width)
    return [UInt8(x * 255 / width), UInt8(y * 255 / height), UInt8((x + y) * 255 / (width + height))]
  }
  return RGBImage(width: width, height: height, pixels: pixels)
}

@Suite("Encoding pictures")
struct EncodeTests {
  @Test("a PNG decodes to the same pixels", arguments: [(1, 1), (3, 7), (64, 33)])
  func keepsPixelsAsPNG(width: Int, height: Int) throws {
    let image = gradient(width: width, height: height)
    #expect(try decodeImage(encodePNG(image)) == image)
  }

  @Test("a JPEG of high quality is within a few levels, and a lower quality takes fewer bytes")
  func nearlyKeepsPixelsAsJPEG() throws {
    let image = gradient(width: 64, height: 48)
    let good = try encodeJPEG(image, quality: 95)
    let decoded = try decodeImage(good)
    let worst = zip(decoded.pixels, image.pixels).map { abs(Int($0) - Int($1)) }.max() ?? 255
    #expect(decoded.width == 64 && decoded.height == 48 && worst <= 8)
    #expect(try encodeJPEG(image, quality: 30).count < good.count)
  }

  @Test("a quality outside 1...100 is refused", arguments: [0, 101])
  func refusesQuality(quality: Int) {
    #expect(throws: ImageError("JPEG quality \(quality) is not in 1...100")) {
      try encodeJPEG(gradient(width: 2, height: 2), quality: quality)
    }
  }

  @Test("a side that JPEG cannot state is refused")
  func refusesLongSide() {
    let image = RGBImage(width: 65_600, height: 1, filledWith: (0, 0, 0))
    #expect(throws: ImageError.self) { try encodeJPEG(image, quality: 90) }
  }
}
