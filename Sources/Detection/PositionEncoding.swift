// The sine encoding of positions in a feature map. It depends only on how many cells are valid, so plain numbers serve.
import Torch

#if canImport(Glibc)
  import Glibc
#endif

/// Sine position encodings (Carion et al., 2020, appendix A.4).
public struct SinePositionEncoding: Sendable, Equatable {
  /// Channels in all, half of them for the row.
  public var width: Int
  /// The base of the wavelengths.
  public var temperature: Float
  /// Added to the cell number before scaling: 0 for DETR, −0.5 for Deformable DETR.
  public var offset: Float

  /// An encoding with its constants.
  public init(width: Int, temperature: Float = 10000, offset: Float = 0) {
    self.width = width
    self.temperature = temperature
    self.offset = offset
  }

  /// The encoding of each cell, `[image, row · column, width]`: the row's half first.
  ///
  /// - Parameters:
  ///   - valid: how many rows and columns of the map show each picture.
  ///   - map: the size of the map.
  public func callAsFunction(valid: [Extent], in map: Extent) -> Tensor {
    // Pictures without padding share one encoding, which broadcasts over the batch.
    let distinct = valid.allSatisfy { $0 == valid[0] } ? [valid[0]] : valid
    let half = width / 2
    let wavelengths = (0..<half).map { powf(temperature, Float(2 * ($0 / 2)) / Float(half)) }
    var values: [Float] = []
    values.reserveCapacity(distinct.count * map.height * map.width * width)
    for extent in distinct {
      for row in 0..<map.height {
        for column in 0..<map.width {
          append(
            &values, wavelengths, row, limit: extent.height, isValid: column < extent.width)
          append(
            &values, wavelengths, column, limit: extent.width, isValid: row < extent.height)
        }
      }
    }
    return Tensor(values, shape: [distinct.count, map.height * map.width, width])
  }

  /// Appends the encoding of one coordinate. Cells count from one; past the last valid cell the count stands still, and
  /// along a line without valid cells it is zero.
  private func append(
    _ values: inout [Float], _ wavelengths: [Float], _ index: Int, limit: Int, isValid: Bool
  ) {
    let count = isValid ? Float(min(index + 1, limit)) : 0
    let total = isValid ? Float(limit) : 0
    let angle = (count + offset) / (total + 1e-6) * (2 * Float.pi)
    for (place, wavelength) in wavelengths.enumerated() {
      values.append(place.isMultiple(of: 2) ? sinf(angle / wavelength) : cosf(angle / wavelength))
    }
  }
}
