// The encoder of DETR: self-attention over the cells of a feature map, post-norm. Carion et al., 2020;
// github.com/facebookresearch/detr.
import NN
import Torch

/// The two linear layers after attention, with a rectifier between them.
struct FeedForward {
  let first: Linear
  /// A learned rectifier; a plain one if there is none.
  let activation: PReLU?
  let second: Linear

  init(width: Int, hidden: Int, learnsSlope: Bool = false, _ initializer: Initializer) {
    activation = learnsSlope ? PReLU() : nil
    first = Linear(width, hidden, start: .xavier(zeroBias: false), initializer.child("linear1"))
    second = Linear(hidden, width, start: .xavier(zeroBias: false), initializer.child("linear2"))
  }

  var members: [Member] {
    [.module("linear1", first)] + (activation.map { [.module("activation", $0)] } ?? [])
      + [.module("linear2", second)]
  }

  func callAsFunction(_ input: Tensor) -> Tensor {
    let hidden = first(input)
    return second(activation?(hidden) ?? hidden.relu())
  }
}

/// One encoder layer.
public final class EncoderLayer: Module {
  private let attention: MultiheadAttention
  private let feedForward: FeedForward
  private let norms: [LayerNorm]

  init(width: Int, headCount: Int, hidden: Int, learnsSlope: Bool = false, _ initializer: Initializer) {
    attention = MultiheadAttention(width: width, headCount: headCount, initializer.child("self_attn"))
    feedForward = FeedForward(width: width, hidden: hidden, learnsSlope: learnsSlope, initializer)
    norms = (0..<2).map { _ in LayerNorm(width) }
  }

  /// Attention, feed-forward part, norms.
  public var members: [Member] {
    [.module("self_attn", attention), .module("norm1", norms[0])] + feedForward.members
      + [.module("norm2", norms[1])]
  }

  /// - Parameters:
  ///   - input: `[image, cell, width]`.
  ///   - position: `[image or 1, cell, width]`.
  ///   - mask: additive, `[image, 1, 1, cell]`.
  func callAsFunction(_ input: Tensor, position: Tensor, mask: Tensor?) -> Tensor {
    let query = input + position
    let attended = norms[0](input + attention(query: query, key: query, value: input, mask: mask))
    return norms[1](attended + feedForward(attended))
  }
}

/// The stack of encoder layers.
public final class Encoder: Module {
  private let layers: [EncoderLayer]

  init(layerCount: Int, width: Int, headCount: Int, hidden: Int, _ initializer: Initializer) {
    layers = (0..<layerCount).map {
      EncoderLayer(width: width, headCount: headCount, hidden: hidden, initializer.child("layers.\($0)"))
    }
  }

  /// The layers in order.
  public var members: [Member] {
    layers.enumerated().map { .module("layers.\($0.offset)", $0.element) }
  }

  func callAsFunction(_ input: Tensor, position: Tensor, mask: Tensor?) -> Tensor {
    layers.reduce(input) { $1($0, position: position, mask: mask) }
  }
}
