// Choosing a decoder by the first bytes of a file.

/// Decodes a PNG or JPEG, told apart by their signatures.
public func decodeImage(_ bytes: [UInt8]) throws(ImageError) -> RGBImage {
  if bytes.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) { return try decodePNG(bytes) }
  if bytes.starts(with: [0xFF, 0xD8, 0xFF]) { return try decodeJPEG(bytes) }
  throw ImageError("neither a PNG nor a JPEG: the file starts with \(describe(bytes.prefix(4)))")
}

private func describe(_ bytes: ArraySlice<UInt8>) -> String {
  if bytes.isEmpty { return "nothing (it is empty)" }
  return bytes.map { (($0 < 16) ? "0" : "") + String($0, radix: 16) }.joined(separator: " ")
}
