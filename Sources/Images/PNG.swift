import CImages

/// Decodes a PNG of any color type and depth to 8-bit RGB. Alpha is dropped rather than blended, and no gamma is applied,
/// as Pillow's `convert("RGB")` does.
public func decodePNG(_ bytes: [UInt8]) throws(ImageError) -> RGBImage {
  var decoded = qi_pixels()
  guard qi_png_decode(bytes, bytes.count, 3, &decoded) == 0 else { throw .last("damaged PNG") }
  return RGBImage(taking: decoded)
}

/// Decodes a PNG with its alpha channel.
public func decodeCutOut(png bytes: [UInt8]) throws(ImageError) -> CutOut {
  var decoded = qi_pixels()
  guard qi_png_decode(bytes, bytes.count, 4, &decoded) == 0 else { throw .last("damaged PNG") }
  defer { qi_free(decoded.bytes) }
  return CutOut(decoded) { pixel in
    CutOut.premultiplied(red: pixel[0], green: pixel[1], blue: pixel[2], alpha: pixel[3])
  }
}

/// Encodes a picture as PNG. The bytes depend on the versions of libpng and zlib, the pixels do not.
public func encodePNG(_ image: RGBImage) throws(ImageError) -> [UInt8] {
  var encoded = qi_buffer()
  guard
    qi_png_encode(image.pixels, Int32(clamping: image.width), Int32(clamping: image.height), 3, &encoded) == 0
  else { throw .last("PNG not written") }
  defer { qi_free(encoded.bytes) }
  return Array(UnsafeBufferPointer(start: encoded.bytes, count: encoded.count))
}

extension RGBImage {
  /// Takes over three-channel pixels of the C library and frees them.
  init(taking decoded: qi_pixels) {
    defer { qi_free(decoded.bytes) }
    let count = Int(decoded.width) * Int(decoded.height) * 3
    self.init(
      width: Int(decoded.width), height: Int(decoded.height),
      pixels: Array(UnsafeBufferPointer(start: decoded.bytes, count: count)))
  }
}
