// The encoder of DAB-DETR: that of DETR with learned rectifiers, in which every cell scales the positions it is compared
// at. Liu et al., 2022; github.com/IDEA-Research/DAB-DETR.
import NN
import Torch

/// The stack of encoder layers with the perceptron that all of them scale positions by.
public final class DABEncoder: Module {
  private let layers: [EncoderLayer]
  private let queryScale: MultilayerPerceptron

  init(_ size: DABDETRConfiguration, _ initializer: Initializer) {
    layers = (0..<size.encoderLayerCount).map {
      EncoderLayer(
        width: size.width, headCount: size.headCount, hidden: size.hiddenWidth, learnsSlope: true,
        initializer.child("layers.\($0)"))
    }
    queryScale = MultilayerPerceptron(
      [size.width, size.width, size.width], start: .xavier(zeroBias: false),
      initializer.child("query_scale"))
  }

  /// The perceptron, then the layers in order.
  public var members: [Member] {
    [.module("query_scale", queryScale)]
      + layers.enumerated().map { .module("layers.\($0.offset)", $0.element) }
  }

  func callAsFunction(_ input: Tensor, position: Tensor, mask: Tensor?) -> Tensor {
    layers.reduce(input) { $1($0, position: position * queryScale($0), mask: mask) }
  }
}
