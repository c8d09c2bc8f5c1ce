// The decoder of Deformable DETR: queries attend to each other, then to a few points around their references.
// Zhu et al., 2021; github.com/fundamentalvision/Deformable-DETR.
import NN
import Torch

/// One decoder layer.
public final class DeformableDecoderLayer: Module {
  private let selfAttention: MultiheadAttention
  private let crossAttention: DeformableAttention
  private let feedForward: FeedForward
  private let norms: [LayerNorm]

  init(_ size: DeformableDETRConfiguration, _ initializer: Initializer) {
    selfAttention = MultiheadAttention(
      width: size.width, headCount: size.headCount, initializer.child("self_attn"))
    crossAttention = DeformableAttention(
      width: size.width, headCount: size.headCount, levelCount: size.levelCount, pointCount: size.pointCount,
      initializer.child("cross_attn"))
    feedForward = FeedForward(width: size.width, hidden: size.hiddenWidth, initializer)
    norms = (0..<3).map { _ in LayerNorm(size.width) }
  }

  /// Self-attention, cross attention, feed-forward part in the order of computation; their norms are numbered otherwise.
  public var members: [Member] {
    [
      .module("self_attn", selfAttention), .module("norm2", norms[1]),
      .module("cross_attn", crossAttention), .module("norm1", norms[0]),
      .module("linear1", feedForward.first), .module("linear2", feedForward.second),
      .module("norm3", norms[2]),
    ]
  }

  /// - Parameters:
  ///   - target: the content of the queries, `[image, query, width]`.
  ///   - position: their learned positions, `[1, query, width]`.
  ///   - references: `[image, query, level, 2 or 4]`.
  ///   - cells: the encoded levels, `[image, cell, width]`.
  func callAsFunction(
    _ target: Tensor, position: Tensor, references: Tensor, cells: Tensor, _ memory: DeformableMemory
  ) -> Tensor {
    let positioned = target + position
    var state = norms[1](target + selfAttention(query: positioned, key: positioned, value: target))
    let seen = crossAttention(
      state + position, references: references, cells: cells, extents: memory.extents,
      padding: memory.padding,
      form: memory.form)
    state = norms[0](state + seen)
    return norms[2](state + feedForward(state))
  }
}

/// The stack of decoder layers. There is no norm behind them.
public final class DeformableDecoder: Module {
  private let layers: [DeformableDecoderLayer]

  init(_ size: DeformableDETRConfiguration, _ initializer: Initializer) {
    layers = (0..<size.decoderLayerCount).map {
      DeformableDecoderLayer(size, initializer.child("layers.\($0)"))
    }
  }

  /// The layers in order.
  public var members: [Member] {
    layers.enumerated().map { .module("layers.\($0.offset)", $0.element) }
  }

  /// The state after each layer, `[image, query, width]`, and the reference that entered it.
  ///
  /// - Parameters:
  ///   - content: what the queries start from, `[image, query, width]`.
  ///   - position: their learned positions, `[1, query, width]`.
  ///   - reference: `[image, query, 2]`.
  ///   - validRatios: `[image or 1, 1, level, 2]`, if there is padding.
  ///   - refined: the reference of the next layer, from the number of a layer, its state and its reference.
  func callAsFunction(
    content: Tensor, position: Tensor, reference: Tensor, cells: Tensor, validRatios: Tensor?,
    _ memory: DeformableMemory, refined: (Int, Tensor, Tensor) -> Tensor
  ) -> (states: [Tensor], references: [Tensor]) {
    var (state, reference) = (content, reference)
    var (states, references): ([Tensor], [Tensor]) = ([], [])
    for (index, layer) in layers.enumerated() {
      let onLevels = spread(reference, levelCount: memory.extents.count, validRatios)
      state = layer(state, position: position, references: onLevels, cells: cells, memory)
      states.append(state)
      references.append(reference)
      if index + 1 < layers.count { reference = refined(index, state, reference) }
    }
    return (states, references)
  }

  /// References `[image, query, 2 or 4]` as seen on every level, `[image, query, level, 2 or 4]`.
  private func spread(_ reference: Tensor, levelCount: Int, _ validRatios: Tensor?) -> Tensor {
    let width = reference.size(-1)
    let alike = reference.unsqueezed(2)
    guard let validRatios else { return alike.expanded([-1, -1, levelCount, -1]) }
    return alike * (width == 2 ? validRatios : Tensor.concatenated([validRatios, validRatios], along: -1))
  }
}
