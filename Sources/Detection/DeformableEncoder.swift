// The encoder of Deformable DETR: every cell of every level attends to a few points around itself on all levels.
// Zhu et al., 2021; github.com/fundamentalvision/Deformable-DETR.
import NN
import Torch

/// The cells of several feature maps as the layers of a deformable transformer take them.
struct DeformableMemory {
  /// Rows and columns of each level.
  let extents: [(rows: Int, columns: Int)]
  /// `[image or 1, cell, 1]`, true where a cell shows no picture, if any.
  let padding: Tensor?
  /// How attention is computed.
  let form: Tensor.DeformableAttentionForm
}

/// One encoder layer.
public final class DeformableEncoderLayer: Module {
  private let attention: DeformableAttention
  private let feedForward: FeedForward
  private let norms: [LayerNorm]

  init(_ size: DeformableDETRConfiguration, _ initializer: Initializer) {
    attention = DeformableAttention(
      width: size.width, headCount: size.headCount, levelCount: size.levelCount, pointCount: size.pointCount,
      initializer.child("self_attn"))
    feedForward = FeedForward(width: size.width, hidden: size.hiddenWidth, initializer)
    norms = (0..<2).map { _ in LayerNorm(size.width) }
  }

  /// Attention, feed-forward part, norms.
  public var members: [Member] {
    [
      .module("self_attn", attention), .module("norm1", norms[0]), .module("linear1", feedForward.first),
      .module("linear2", feedForward.second), .module("norm2", norms[1]),
    ]
  }

  /// - Parameters:
  ///   - cells: `[image, cell, width]`.
  ///   - position: `[image or 1, cell, width]`, added to the query and never to the value.
  ///   - references: `[image or 1, cell, level, 2]`.
  func callAsFunction(
    _ cells: Tensor, position: Tensor, references: Tensor, _ memory: DeformableMemory
  ) -> Tensor {
    let seen = attention(
      cells + position, references: references, cells: cells, extents: memory.extents,
      padding: memory.padding,
      form: memory.form)
    let attended = norms[0](cells + seen)
    return norms[1](attended + feedForward(attended))
  }
}

/// The stack of encoder layers.
public final class DeformableEncoder: Module {
  private let layers: [DeformableEncoderLayer]

  init(_ size: DeformableDETRConfiguration, _ initializer: Initializer) {
    layers = (0..<size.encoderLayerCount).map {
      DeformableEncoderLayer(size, initializer.child("layers.\($0)"))
    }
  }

  /// The layers in order.
  public var members: [Member] {
    layers.enumerated().map { .module("layers.\($0.offset)", $0.element) }
  }

  func callAsFunction(
    _ cells: Tensor, position: Tensor, references: Tensor, _ memory: DeformableMemory
  ) -> Tensor {
    layers.reduce(cells) { $1($0, position: position, references: references, memory) }
  }
}
