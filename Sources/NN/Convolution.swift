// Convolutions of pictures.
import Torch

/// A square convolution of `[image, channel, row, column]`.
public final class Convolution: WeightLayer {
  /// `[output, input, row, column]`.
  public let weight: Parameter
  /// `[output]`, if any.
  public let bias: Parameter?
  /// The distance of neighboring outputs, in pixels.
  public let stride: Int
  /// Zeros added at every border.
  public let padding: Int
  /// The distance of neighboring taps of the kernel.
  public let dilation: Int
  /// What is put before the input: a quantizer of activations, or one who watches.
  public var inputTransform: ((Tensor) -> Tensor)?

  /// A convolution with its first values: with bias uniform within ±1/√(inputs), without bias He normal.
  public init(
    _ input: Int, _ output: Int, kernel: Int, stride: Int = 1, padding: Int = 0, dilation: Int = 1,
    hasBias: Bool = false, _ initializer: Initializer
  ) {
    let shape = [output, input, kernel, kernel]
    let bound = 1 / Double(input * kernel * kernel).squareRoot()
    weight = Parameter(
      hasBias
        ? initializer.uniform("weight", shape, bound: bound) : initializer.kaimingNormal("weight", shape))
    bias = hasBias ? Parameter(initializer.uniform("bias", [output], bound: bound)) : nil
    self.stride = stride
    self.padding = padding
    self.dilation = dilation
  }

  /// Weight, then bias if there is one.
  public var members: [Member] {
    [.parameter("weight", weight)] + (bias.map { [.parameter("bias", $0)] } ?? [])
  }

  /// The convolution applied to `[image, input, row, column]`.
  public func callAsFunction(_ input: Tensor) -> Tensor {
    let shift = bias?.copies(forRank: input.rank, channelsLast: false)
    let output = (inputTransform?(input) ?? input).convolved(
      weight.value, bias: shift == nil ? bias?.value : nil, stride: stride, padding: padding,
      dilation: dilation)
    return shift.map { output + $0 } ?? output
  }

  /// The convolution followed by a fixed scale and shift of each output channel, in one operator.
  public func callAsFunction(_ input: Tensor, scale: Tensor, shift: Tensor) -> Tensor {
    (inputTransform?(input) ?? input).convolved(
      weight.value, scale: scale, bias: shift, stride: stride, padding: padding, dilation: dilation)
  }
}
