extension RGBImage {
  /// The picture with left and right exchanged.
  public func mirrored() -> RGBImage {
    var result = self
    for y in 0..<height {
      for x in 0..<width {
        let (from, to) = (3 * (y * width + width - 1 - x), 3 * (y * width + x))
        for channel in 0..<3 { result.pixels[to + channel] = pixels[from + channel] }
      }
    }
    return result
  }

  /// The part of the picture that starts at a column and row; a part that is not inside is a programmer's error and traps.
  public func cropped(left: Int, top: Int, width partWidth: Int, height partHeight: Int) -> RGBImage {
    guard left >= 0, top >= 0, partWidth > 0, partHeight > 0, left + partWidth <= width,
      top + partHeight <= height
    else {
      fatalError("\(partWidth) x \(partHeight) at (\(left), \(top)) is not inside \(width) x \(height)")
    }
    var part: [UInt8] = []
    part.reserveCapacity(partWidth * partHeight * 3)
    for y in top..<top + partHeight {
      part += pixels[3 * (y * width + left)..<3 * (y * width + left + partWidth)]
    }
    return RGBImage(width: partWidth, height: partHeight, pixels: part)
  }
}
