// The decoder of DETR: queries attend to each other and to the encoded picture, post-norm. Carion et al., 2020;
// github.com/facebookresearch/detr.
import NN
import Torch

/// One decoder layer.
public final class DecoderLayer: Module {
  private let selfAttention: MultiheadAttention
  private let crossAttention: MultiheadAttention
  private let feedForward: FeedForward
  private let norms: [LayerNorm]

  init(width: Int, headCount: Int, hidden: Int, _ initializer: Initializer) {
    selfAttention = MultiheadAttention(width: width, headCount: headCount, initializer.child("self_attn"))
    crossAttention = MultiheadAttention(
      width: width, headCount: headCount, initializer.child("multihead_attn"))
    feedForward = FeedForward(width: width, hidden: hidden, initializer)
    norms = (0..<3).map { _ in LayerNorm(width) }
  }

  /// Self-attention, cross attention, feed-forward part, each with its norm.
  public var members: [Member] {
    [
      .module("self_attn", selfAttention), .module("norm1", norms[0]),
      .module("multihead_attn", crossAttention), .module("norm2", norms[1]),
      .module("linear1", feedForward.first), .module("linear2", feedForward.second),
      .module("norm3", norms[2]),
    ]
  }

  /// - Parameters:
  ///   - target: the content of the queries, `[image, query, width]`.
  ///   - queries: their learned positions, `[1, query, width]`.
  ///   - keys: the encoded picture with positions, `[image, cell, width]`.
  ///   - memory: the encoded picture, `[image, cell, width]`.
  ///   - mask: additive, `[image, 1, 1, cell]`.
  func callAsFunction(
    _ target: Tensor, queries: Tensor, keys: Tensor, memory: Tensor, mask: Tensor?
  ) -> Tensor {
    let positioned = target + queries
    var state = norms[0](target + selfAttention(query: positioned, key: positioned, value: target))
    state = norms[1](
      state + crossAttention(query: state + queries, key: keys, value: memory, mask: mask))
    return norms[2](state + feedForward(state))
  }
}

/// The stack of decoder layers with the norm that all their outputs share.
public final class Decoder: Module {
  private let layers: [DecoderLayer]
  private let norm: LayerNorm

  init(layerCount: Int, width: Int, headCount: Int, hidden: Int, _ initializer: Initializer) {
    layers = (0..<layerCount).map {
      DecoderLayer(width: width, headCount: headCount, hidden: hidden, initializer.child("layers.\($0)"))
    }
    norm = LayerNorm(width)
  }

  /// The layers in order, then the norm.
  public var members: [Member] {
    layers.enumerated().map { .module("layers.\($0.offset)", $0.element) } + [.module("norm", norm)]
  }

  /// The normalized state after every layer, `[layer, image, query, width]`. The state that enters the next layer is not
  /// normalized.
  func callAsFunction(queries: Tensor, memory: Tensor, position: Tensor, mask: Tensor?) -> Tensor {
    let keys = memory + position
    let shape = [memory.size(0), queries.size(1), queries.size(2)]
    var state = Tensor.zeros(shape, type: memory.elementType)
    let states = layers.map { layer in
      state = layer(state, queries: queries, keys: keys, memory: memory, mask: mask)
      return state
    }
    return norm(Tensor.stacked(states))
  }
}
