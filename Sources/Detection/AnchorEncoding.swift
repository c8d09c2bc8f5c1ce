// The sine encoding of boxes. Liu et al., 2022, equation 2; github.com/IDEA-Research/DAB-DETR.
import Torch

#if canImport(Glibc)
  import Glibc
#endif

/// Sines of the four numbers of a box at many wavelengths, ordered y, x, width, height.
///
/// A sine of a fixed linear map: cosines are sines a quarter turn ahead.
package struct AnchorEncoding {
  /// Numbers per coordinate.
  let width: Int
  private let frequencies: Tensor
  private let phases: Tensor

  /// An encoding of each coordinate by `width` numbers.
  package init(width: Int) {
    self.width = width
    let order = [1, 0, 2, 3]
    var matrix = [Float](repeating: 0, count: 4 * width * 4)
    for (block, coordinate) in order.enumerated() {
      for place in 0..<width {
        let wavelength = pow(10000, Double(2 * (place / 2)) / Double(width))
        matrix[(block * width + place) * 4 + coordinate] = Float(2 * .pi / wavelength)
      }
    }
    frequencies = Tensor(matrix, shape: [4 * width, 4])
    phases = Tensor((0..<4 * width).map { $0.isMultiple(of: 2) ? 0 : Float.pi / 2 }, shape: [4 * width])
  }

  /// The encoding `[…, 4 · width]` of boxes `[…, 4]` by center and extent, in fractions of the picture.
  package func callAsFunction(_ boxes: Tensor) -> Tensor { boxes.linear(frequencies, bias: phases).sin() }
}
