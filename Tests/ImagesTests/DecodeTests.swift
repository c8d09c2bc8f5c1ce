import FoundationEssentials
import Images
import TestSupport
import Testing

/// What Pillow read from a file.
private struct Expected: Codable {
  var width: Int
  var height: Int
  var rgb: Data
}

private func fixture(_ name: String) throws -> [UInt8] { Array(try Fixtures.data("images/" + name)) }

@Suite("Decoding pictures")
struct DecodeTests {
  static let names = [
    "bilevel.png", "chroma-full.jpg", "chroma-halved.jpg", "cmyk.jpg", "gray-alpha.png", "gray.jpg",
    "gray.png",
    "palette.png", "progressive.jpg", "rgba.png",
  ]

  @Test("every kind of file decodes to the bytes that Pillow reads", arguments: names)
  func agreesWithPillow(name: String) throws {
    let all = try JSONDecoder().decode([String: Expected].self, from: Fixtures.data("images/expected.json"))
    #expect(all.keys.sorted() == Self.names)
    let expected = try #require(all[name])
    let decoded = try decodeImage(fixture(name))
    #expect(decoded.width == expected.width && decoded.height == expected.height)
    #expect(decoded.pixels == Array(expected.rgb))
  }

  @Test(
    "a file that ends early is refused, wherever it is cut",
    arguments: ["rgba.png", "chroma-halved.jpg", "progressive.jpg"])
  func refusesTruncated(name: String) throws {
    let whole = try fixture(name)
    for count in stride(from: 0, to: whole.count - 12, by: 7) {
      #expect(throws: ImageError.self) { try decodeImage(Array(whole.prefix(count))) }
    }
  }

  @Test("a PNG with a wrong byte in its picture data is refused")
  func refusesDamagedPNG() throws {
    var bytes = try fixture("rgba.png")
    bytes[bytes.count / 2] ^= 0x55
    #expect(throws: ImageError.self) { try decodeImage(bytes) }
  }

  @Test("a header that claims a huge picture is refused without asking for its memory")
  func refusesHugeHeader() throws {
    var bytes = try fixture("chroma-full.jpg")
    let frame = try #require(bytes.indices.first { bytes[$0] == 0xFF && bytes[$0 + 1] == 0xC0 })
    for offset in 5..<9 { bytes[frame + offset] = 0xFF }
    let error = #expect(throws: ImageError.self) { try decodeImage(bytes) }
    #expect(error?.description.contains("65535") == true || error?.description.contains("65500") == true)
  }

  @Test("what is neither PNG nor JPEG is refused by its first bytes")
  func refusesOthers() {
    #expect(throws: ImageError("neither a PNG nor a JPEG: the file starts with 47 49 46 38")) {
      try decodeImage(Array("GIF89a".utf8))
    }
    #expect(throws: ImageError("neither a PNG nor a JPEG: the file starts with nothing (it is empty)")) {
      try decodeImage([])
    }
  }

  @Test("a PNG with alpha gives premultiplied pixels")
  func readsCutOut() throws {
    let cutOut = try decodeCutOut(png: fixture("rgba.png"))
    let flat = try decodePNG(fixture("rgba.png"))
    #expect(cutOut.width == 27 && cutOut.height == 19)
    for y in 0..<19 {
      for x in 0..<27 {
        let pixel = cutOut.pixels[y * 27 + x]
        let alpha = (x * 9 + y * 5) % 256
        #expect(Int(pixel >> 24) == alpha)
        let red = (Double(flat.pixels[3 * (y * 27 + x)]) * Double(alpha) / 255).rounded()
        #expect(Double(pixel >> 16 & 255) == red)
      }
    }
  }
}
