import CImages

/// Decodes a JPEG to RGB with libjpeg's defaults; gray and CMYK files are converted, EXIF orientation is not applied.
/// A file that ends early is an error.
public func decodeJPEG(_ bytes: [UInt8]) throws(ImageError) -> RGBImage {
  var decoded = qi_pixels()
  guard qi_jpeg_decode(bytes, bytes.count, &decoded) == 0 else { throw .last("damaged JPEG") }
  return RGBImage(taking: decoded)
}

/// Encodes a picture as JPEG of quality 1...100.
public func encodeJPEG(_ image: RGBImage, quality: Int) throws(ImageError) -> [UInt8] {
  guard (1...100).contains(quality) else { throw ImageError("JPEG quality \(quality) is not in 1...100") }
  var encoded = qi_buffer()
  guard
    qi_jpeg_encode(
      image.pixels, Int32(clamping: image.width), Int32(clamping: image.height), Int32(quality), &encoded)
      == 0
  else { throw .last("JPEG not written") }
  defer { qi_free(encoded.bytes) }
  return Array(UnsafeBufferPointer(start: encoded.bytes, count: encoded.count))
}
