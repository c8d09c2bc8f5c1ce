// Which segment each pixel of a picture belongs to, and how a PNG stores that.
import Images

/// The segments of a picture: for each pixel the id of its segment, 0 where it has none.
public struct SegmentMap: Sendable, Equatable {
  /// Columns.
  public let width: Int
  /// Rows.
  public let height: Int
  /// `[height, width]`, below 2²⁴.
  public let ids: [UInt32]

  /// A map from its ids.
  public init(width: Int, height: Int, ids: [UInt32]) {
    guard width > 0, height > 0, ids.count == width * height else {
      fatalError("a map of \(width) x \(height) needs \(width * height) ids, not \(ids.count)")
    }
    (self.width, self.height, self.ids) = (width, height, ids)
  }

  /// Reads a panoptic PNG: id = red + 256 · green + 65,536 · blue.
  public init(png bytes: [UInt8]) throws(ImageError) {
    let image = try decodePNG(bytes)
    let ids = [UInt32](unsafeUninitializedCapacity: image.width * image.height) { ids, count in
      for pixel in 0..<image.width * image.height {
        ids[pixel] =
          UInt32(image.pixels[3 * pixel]) | UInt32(image.pixels[3 * pixel + 1]) << 8
          | UInt32(image.pixels[3 * pixel + 2]) << 16
      }
      count = image.width * image.height
    }
    self.init(width: image.width, height: image.height, ids: ids)
  }

  /// The bytes of a panoptic PNG.
  public func png() throws(ImageError) -> [UInt8] {
    var pixels: [UInt8] = []
    pixels.reserveCapacity(3 * ids.count)
    for id in ids {
      pixels.append(UInt8(id & 255))
      pixels.append(UInt8(id >> 8 & 255))
      pixels.append(UInt8(id >> 16 & 255))
    }
    return try encodePNG(RGBImage(width: width, height: height, pixels: pixels))
  }

  /// What a map shows of one segment.
  public struct Extent: Sendable, Equatable {
    /// Its pixels.
    public var area: Int
    /// The smallest box around them.
    public var box: PixelBox

    /// An extent from area and box.
    public init(area: Int, box: PixelBox) {
      self.area = area
      self.box = box
    }
  }

  /// Area and box of every id that occurs, void (0) included.
  public var extents: [UInt32: Extent] {
    struct Range {
      var area = 0
      var left = Int.max, right = 0, top = 0, bottom = 0
    }
    var ranges: [UInt32: Range] = [:]
    for y in 0..<height {
      var x = 0
      while x < width {
        // Neighbors mostly belong together, so a whole run is looked up at once.
        let id = ids[y * width + x]
        let start = x
        while x < width && ids[y * width + x] == id { x += 1 }
        var range = ranges[id] ?? Range(top: y)
        range.area += x - start
        range.left = min(range.left, start)
        range.right = max(range.right, x)
        range.bottom = y + 1
        ranges[id] = range
      }
    }
    return ranges.mapValues { range in
      Extent(
        area: range.area,
        box: PixelBox(
          x: Double(range.left), y: Double(range.top), width: Double(range.right - range.left),
          height: Double(range.bottom - range.top)))
    }
  }
}
