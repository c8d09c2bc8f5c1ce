// Pictures as a detector takes them: normalized, and padded at the bottom and the right to a common size.
import Images
import Torch

/// Height and width in pixels or cells.
public struct Extent: Sendable, Equatable, Codable {
  /// Rows.
  public var height: Int
  /// Columns.
  public var width: Int

  /// A height and a width.
  public init(height: Int, width: Int) {
    self.height = height
    self.width = width
  }
}

/// A batch of normalized pictures.
public struct ImageBatch {
  /// `[image, 3, row, column]`, zero where padded.
  public let pixels: Tensor
  /// The size of each picture without padding.
  public let validExtents: [Extent]

  /// A batch of normalized pictures that may be padded at the bottom and the right.
  public init(pixels: Tensor, validExtents: [Extent]) {
    self.pixels = pixels
    self.validExtents = validExtents
  }

  /// A batch of pictures, normalized by the color statistics of ImageNet and padded to the largest of them.
  ///
  /// - Parameter mirrored: which pictures are flipped from left to right; none if empty.
  public init(_ images: [RGBImage], mirrored: [Bool] = []) {
    let height = images.map(\.height).max() ?? 0
    let width = images.map(\.width).max() ?? 0
    let plane = height * width
    var values = [Float](repeating: 0, count: images.count * 3 * plane)
    values.withUnsafeMutableBufferPointer { values in
      for (index, image) in images.enumerated() {
        let isMirrored = index < mirrored.count && mirrored[index]
        image.pixels.withUnsafeBufferPointer { pixels in
          for channel in 0..<3 {
            let table = Self.normalized[channel]
            table.withUnsafeBufferPointer { table in
              for row in 0..<image.height {
                let target = (index * 3 + channel) * plane + row * width
                let source = row * image.width * 3 + channel
                for column in 0..<image.width {
                  let from = isMirrored ? image.width - 1 - column : column
                  values[target + column] = table[Int(pixels[source + 3 * from])]
                }
              }
            }
          }
        }
      }
    }
    pixels = Tensor(values, shape: [images.count, 3, height, width]).channelsLast()
    validExtents = images.map { Extent(height: $0.height, width: $0.width) }
  }

  /// The normalized value of each byte, by channel.
  private static let normalized: [[Float]] = {
    let means: [Float] = [0.485, 0.456, 0.406]
    let deviations: [Float] = [0.229, 0.224, 0.225]
    return zip(means, deviations).map { mean, deviation in
      (0..<256).map { (Float($0) / 255 - mean) / deviation }
    }
  }()

  /// For a feature map of the given size, how many of its rows and columns show each picture.
  ///
  /// A cell counts as valid if the pixel at its nearest-neighbor position, `floor(i · input / output)` in single
  /// precision, is valid.
  func validCells(in map: Extent) -> [Extent] {
    func count(_ valid: Int, _ input: Int, _ output: Int) -> Int {
      let ratio = Float(input) / Float(output)
      return (0..<output).count { Int((Float($0) * ratio).rounded(.down)) < valid }
    }
    return validExtents.map {
      Extent(
        height: count($0.height, pixels.size(2), map.height),
        width: count($0.width, pixels.size(3), map.width))
    }
  }
}
