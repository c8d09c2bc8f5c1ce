import FoundationEssentials
import Images
import TestSupport
import Testing

/// One picture of a safetensors file: uint8, `[height, width, 3]`.
private func picture(_ name: String, in file: Data) throws -> RGBImage {
  struct Entry: Codable {
    var dtype: String
    var shape: [Int]
    var data_offsets: [Int]
  }
  let headerCount = file.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
  let header = try JSONDecoder().decode([String: Entry].self, from: file.dropFirst(8).prefix(headerCount))
  let entry = try #require(header[name])
  try #require(entry.dtype == "U8")
  let start = 8 + headerCount
  let bytes = file[start + entry.data_offsets[0]..<start + entry.data_offsets[1]]
  return RGBImage(width: entry.shape[1], height: entry.shape[0], pixels: Array(bytes))
}

@Suite("Resizing as Pillow does")
struct ResizeTests {
  @Test(
    "smaller, larger and one-sided results equal Pillow's byte for byte",
    arguments: [(23, 16), (91, 64), (53, 20)])
  func equalsPillow(width: Int, height: Int) throws {
    let file = try Fixtures.data("boxes/resize.safetensors")
    let resized = try picture("picture", in: file).resized(width: width, height: height)
    #expect(resized == (try picture("resized.\(width)x\(height)", in: file)))
  }

  @Test("the same size gives the same picture, and one color stays one color")
  func keepsWhatItMust() throws {
    let image = try picture("picture", in: Fixtures.data("boxes/resize.safetensors"))
    #expect(image.resized(width: image.width, height: image.height) == image)
    let plain = RGBImage(width: 13, height: 9, filledWith: (200, 17, 255))
    for (width, height) in [(1, 1), (5, 31), (400, 2)] {
      #expect(
        plain.resized(width: width, height: height)
          == RGBImage(width: width, height: height, filledWith: (200, 17, 255)))
    }
  }

  @Test("mirroring commutes with resizing")
  func commutesWithMirroring() throws {
    let image = try picture("picture", in: Fixtures.data("boxes/resize.safetensors"))
    #expect(image.mirrored() != image && image.mirrored().mirrored() == image)
    // Sums of rounded weights may differ by one level where the weights do not mirror exactly.
    let (first, second) = (
      image.mirrored().resized(width: 20, height: 11), image.resized(width: 20, height: 11).mirrored()
    )
    let worst = zip(first.pixels, second.pixels).map { abs(Int($0) - Int($1)) }.max()
    #expect(worst.map { $0 <= 1 } == true)
  }

  @Test("the size rule gives DETR's sizes")
  func followsSizeRule() throws {
    struct Case: Codable {
      var width, height, size: Int
      var max: Int?
      var outWidth, outHeight: Int
    }
    let cases = try JSONDecoder().decode([Case].self, from: Fixtures.data("boxes/resizeRule.json"))
    #expect(cases.count == 48)
    for one in cases {
      let size = ResizeRule(shortSide: one.size, longSideLimit: one.max).size(
        width: one.width, height: one.height)
      #expect(size == (one.outWidth, one.outHeight), "\(one)")
    }
  }

  @Test("a part has the pixels at its place")
  func crops() throws {
    let image = try picture("picture", in: Fixtures.data("boxes/resize.safetensors"))
    let part = image.cropped(left: 4, top: 7, width: 10, height: 3)
    #expect(part.width == 10 && part.height == 3)
    #expect(part.pixels.prefix(3) == image.pixels[3 * (7 * 53 + 4)..<3 * (7 * 53 + 5)])
    #expect(part.pixels.suffix(3) == image.pixels[3 * (9 * 53 + 13)..<3 * (9 * 53 + 14)])
  }

  @Test("a part outside the picture traps")
  func refusesOutside() async {
    await #expect(processExitsWith: .failure) {
      _ = RGBImage(width: 4, height: 4, filledWith: (0, 0, 0)).cropped(left: 2, top: 0, width: 3, height: 1)
    }
  }
}
