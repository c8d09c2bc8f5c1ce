// Resizing as Pillow does it, byte for byte: Image.resize with the BILINEAR filter, which is antialiased when it shrinks.

extension RGBImage {
  /// The picture at another size, both sides at least 1, by Pillow's bilinear filter: a triangle whose support grows with the
  /// reduction, with weights and sums in fixed point and bytes between the passes.
  ///
  /// Rows are always resized before columns, as in the Pillow of the published detectors. Pillow 13 takes columns first for
  /// some pictures that become much flatter or were tall; there single channels differ by one level.
  public func resized(width newWidth: Int, height newHeight: Int) -> RGBImage {
    guard newWidth > 0, newHeight > 0 else { fatalError("a picture cannot be \(newWidth) x \(newHeight)") }
    let narrowed = newWidth == width ? self : resizedAlongRows(to: newWidth)
    return newHeight == height ? narrowed : narrowed.resizedAlongColumns(to: newHeight)
  }

  private func resizedAlongRows(to newWidth: Int) -> RGBImage {
    let taps = ResizeTaps(from: width, to: newWidth)
    let result = [UInt8](unsafeUninitializedCapacity: newWidth * height * 3) { target, count in
      pixels.withUnsafeBufferPointer { source in
        for y in 0..<height {
          for x in 0..<newWidth {
            let weights = taps.weights[x * taps.stride..<(x + 1) * taps.stride]
            var from = 3 * (y * width + taps.starts[x])
            var (red, green, blue) = (ResizeTaps.half, ResizeTaps.half, ResizeTaps.half)
            for weight in weights.prefix(taps.counts[x]) {
              red += Int(source[from]) * weight
              green += Int(source[from + 1]) * weight
              blue += Int(source[from + 2]) * weight
              from += 3
            }
            let to = 3 * (y * newWidth + x)
            target[to] = ResizeTaps.byte(red)
            target[to + 1] = ResizeTaps.byte(green)
            target[to + 2] = ResizeTaps.byte(blue)
          }
        }
      }
      count = newWidth * height * 3
    }
    return RGBImage(width: newWidth, height: height, pixels: result)
  }

  private func resizedAlongColumns(to newHeight: Int) -> RGBImage {
    let taps = ResizeTaps(from: height, to: newHeight)
    let rowBytes = 3 * width
    let result = [UInt8](unsafeUninitializedCapacity: rowBytes * newHeight) { target, count in
      pixels.withUnsafeBufferPointer { source in
        var sums = [Int](repeating: 0, count: rowBytes)
        for y in 0..<newHeight {
          for index in 0..<rowBytes { sums[index] = ResizeTaps.half }
          for tap in 0..<taps.counts[y] {
            let weight = taps.weights[y * taps.stride + tap]
            let from = (taps.starts[y] + tap) * rowBytes
            for index in 0..<rowBytes { sums[index] += Int(source[from + index]) * weight }
          }
          for index in 0..<rowBytes { target[y * rowBytes + index] = ResizeTaps.byte(sums[index]) }
        }
      }
      count = rowBytes * newHeight
    }
    return RGBImage(width: width, height: newHeight, pixels: result)
  }
}

/// Which pixels make each new pixel along one axis, and with what weights.
private struct ResizeTaps {
  /// The first pixel of each new one.
  let starts: [Int]
  /// How many pixels each new one has.
  let counts: [Int]
  /// The weights in units of 2^-22, `stride` for each new pixel.
  let weights: [Int]
  let stride: Int

  static let precision = 22
  static let half = 1 << (precision - 1)

  /// A sum of weighted bytes, to which `half` was added, as a byte.
  static func byte(_ sum: Int) -> UInt8 { UInt8(min(max(sum >> precision, 0), 255)) }

  init(from oldCount: Int, to newCount: Int) {
    let scale = Double(oldCount) / Double(newCount)
    let support = max(scale, 1)
    stride = Int(support.rounded(.up)) * 2 + 1
    var (starts, counts, weights): ([Int], [Int], [Int]) = ([], [], [])
    weights.reserveCapacity(stride * newCount)
    for index in 0..<newCount {
      let center = (Double(index) + 0.5) * scale
      // Truncation toward zero, as C converts.
      let start = max(Int(center - support + 0.5), 0)
      let end = min(Int(center + support + 0.5), oldCount)
      let raw = (start..<end).map { max(0, 1 - abs((Double($0) - center + 0.5) * (1 / support))) }
      let total = raw.reduce(0, +)
      let fixed = raw.map { Int(0.5 + (total == 0 ? $0 : $0 / total) * Double(1 << Self.precision)) }
      starts.append(start)
      counts.append(end - start)
      weights += fixed + [Int](repeating: 0, count: stride - fixed.count)
    }
    (self.starts, self.counts, self.weights) = (starts, counts, weights)
  }
}
