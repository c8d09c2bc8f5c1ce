import COCO
import Images
import Scenes
import Testing

/// A sprite whose mask is a full rectangle.
private func rectangle(_ width: Int, _ height: Int) throws -> Sprite {
  let glyph = CutOut(
    width: width, height: height, pixels: [UInt32](repeating: 0xFFFF_FFFF, count: width * height))
  return try #require(Sprite(glyph, Pose(longSide: Double(max(width, height)))))
}

private let anything = Arrangement.Limits(visibleFraction: 0, visibleArea: 0, hiding: 1)

extension Arrangement {
  /// Puts a rectangle so that its mask starts at a column and row.
  fileprivate mutating func put(
    _ sprite: Sprite, atColumn column: Int, row: Int, within limits: Limits = anything
  ) -> Bool {
    put(
      sprite, left: column - sprite.bounds.columns.lowerBound, top: row - sprite.bounds.rows.lowerBound,
      within: limits)
  }
}

@Suite("Objects in a frame")
struct ArrangementTests {
  @Test("an upright sprite at its own size keeps its mask, pixel by pixel")
  func drawsExactly() throws {
    let sprite = try rectangle(10, 6)
    #expect(sprite.area == 60)
    #expect(sprite.bounds.columns.count == 10 && sprite.bounds.rows.count == 6)
  }

  @Test("size, turn and mirroring do to the mask what they say")
  func drawsPoses() throws {
    // Left half opaque red, right half opaque blue.
    let pixels = (0..<40 * 20).map { $0 % 40 < 20 ? UInt32(0xFFFF_0000) : 0xFF00_00FF }
    let glyph = CutOut(width: 40, height: 20, pixels: pixels)
    func leftmost(_ sprite: Sprite) -> UInt32 {
      let row = (sprite.bounds.rows.lowerBound + sprite.bounds.rows.upperBound) / 2
      return sprite.pixels[row * sprite.width + sprite.bounds.columns.lowerBound + 4]
    }
    let plain = try #require(Sprite(glyph, Pose(longSide: 60)))
    #expect(abs(plain.bounds.columns.count - 60) <= 1 && abs(plain.bounds.rows.count - 30) <= 1)
    #expect(leftmost(plain) == 0xFFFF_0000)
    let mirrored = try #require(Sprite(glyph, Pose(longSide: 60, isMirrored: true)))
    #expect(leftmost(mirrored) == 0xFF00_00FF)
    let turned = try #require(Sprite(glyph, Pose(longSide: 60, turn: 0.4)))
    // 60 cos 0.4 + 30 sin 0.4 and 60 sin 0.4 + 30 cos 0.4; the area stays.
    #expect(abs(turned.bounds.columns.count - 67) <= 2 && abs(turned.bounds.rows.count - 51) <= 2)
    #expect(abs(turned.area - 1800) < 60)
    // Clockwise: the left, red end goes up.
    let top = turned.pixels[(turned.bounds.rows.lowerBound + 3) * turned.width + turned.width / 4]
    #expect(top >> 16 & 255 > top & 255)
    let shrunk = try #require(Sprite(glyph, Pose(longSide: 10)))
    #expect(abs(shrunk.area - 50) <= 8)
  }

  @Test("an object behind another keeps the box and the pixels that are seen")
  func boxesVisibleParts() throws {
    var frame = Arrangement(side: 32)
    #expect(frame.put(try rectangle(10, 6), atColumn: 5, row: 8))
    #expect(frame.box(of: 0) == PixelBox(x: 5, y: 8, width: 10, height: 6))
    // Hides columns 11 to 14 wholly.
    #expect(frame.put(try rectangle(8, 20), atColumn: 11, row: 2))
    #expect(frame.box(of: 0) == PixelBox(x: 5, y: 8, width: 6, height: 6))
    #expect(frame.places.map(\.visible) == [36, 160])
    // A bar across the middle splits what is left of the first; its box still spans both parts.
    #expect(frame.put(try rectangle(6, 2), atColumn: 5, row: 10))
    #expect(frame.box(of: 0) == PixelBox(x: 5, y: 8, width: 6, height: 6))
    #expect(frame.places.map(\.visible) == [24, 160, 12])
  }

  @Test("what leaves the frame is cut off, and does not count")
  func cutsOff() throws {
    var frame = Arrangement(side: 32)
    #expect(frame.put(try rectangle(10, 6), atColumn: -4, row: 29))
    #expect(frame.box(of: 0) == PixelBox(x: 0, y: 29, width: 6, height: 3))
    #expect(frame.places[0].visible == 18)
    #expect(
      !frame.put(
        try rectangle(4, 4), atColumn: 40, row: 0,
        within: .init(visibleFraction: 0, visibleArea: 1, hiding: 1)))
  }

  @Test("a place is refused that leaves too little of any object, and then nothing changes")
  func refuses() throws {
    var frame = Arrangement(side: 32)
    let limits = Arrangement.Limits(visibleFraction: 0.4, visibleArea: 20, hiding: 0.5)
    #expect(frame.put(try rectangle(10, 10), atColumn: 5, row: 5, within: limits))
    let before = frame.places.map(\.visible)
    // Too much of another at once, too much of itself outside, too few pixels.
    #expect(!frame.put(try rectangle(10, 6), atColumn: 5, row: 5, within: limits))
    #expect(!frame.put(try rectangle(10, 10), atColumn: 27, row: 26, within: limits))
    #expect(!frame.put(try rectangle(4, 4), atColumn: 20, row: 20, within: limits))
    #expect(frame.places.map(\.visible) == before)
    // Half may go, and then no further half, since less than 40 % would be left.
    #expect(frame.put(try rectangle(10, 5), atColumn: 5, row: 5, within: limits))
    #expect(!frame.put(try rectangle(10, 2), atColumn: 5, row: 13, within: limits))
    #expect(frame.put(try rectangle(20, 1), atColumn: 5, row: 14, within: limits))
    #expect(frame.places.map(\.visible) == [40, 50, 20])
  }

  @Test("counts and boxes equal those of painting pixel by pixel")
  func equalsPainting() throws {
    var random = RandomStream(seed: 9, label: "arrangement", index: 0)
    for _ in 0..<30 {
      var frame = Arrangement(side: 24)
      var painted = [Int](repeating: -1, count: 24 * 24)
      for object in 0..<6 {
        let sprite = try rectangle(2 + random.below(12), 2 + random.below(12))
        let (left, top) = (random.below(30) - 8, random.below(30) - 8)
        _ = frame.put(sprite, left: left, top: top, within: anything)
        for y in 0..<24 {
          for x in 0..<24 {
            let (column, row) = (x - left, y - top)
            guard (0..<sprite.width).contains(column), (0..<sprite.height).contains(row) else { continue }
            if sprite.mask[row * sprite.width + column] { painted[y * 24 + x] = object }
          }
        }
      }
      for object in 0..<6 {
        let own = painted.indices.filter { painted[$0] == object }
        #expect(frame.places[object].visible == own.count)
        guard let top = own.first, let bottom = own.last else { continue }
        let columns = own.map { $0 % 24 }
        let (left, right) = (columns.min() ?? 0, columns.max() ?? 0)
        let expected = PixelBox(
          x: Double(left), y: Double(top / 24), width: Double(right - left + 1),
          height: Double(bottom / 24 - top / 24 + 1))
        #expect(frame.box(of: object) == expected)
      }
    }
  }
}
