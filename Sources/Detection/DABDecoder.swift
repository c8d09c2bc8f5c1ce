// The decoder of DAB-DETR: queries are anchors that every layer looks around and moves. Liu et al., 2022;
// github.com/IDEA-Research/DAB-DETR.
import NN
import Torch

/// One decoder layer.
public final class DABDecoderLayer: Module {
  private let selfAttention: DABSelfAttention
  private let crossAttention: DABCrossAttention
  private let feedForward: FeedForward
  private let norms: [LayerNorm]

  init(_ size: DABDETRConfiguration, isFirst: Bool, _ initializer: Initializer) {
    selfAttention = DABSelfAttention(width: size.width, headCount: size.headCount, initializer)
    crossAttention = DABCrossAttention(
      width: size.width, headCount: size.headCount, isFirst: isFirst, initializer)
    feedForward = FeedForward(width: size.width, hidden: size.hiddenWidth, learnsSlope: true, initializer)
    norms = (0..<3).map { _ in LayerNorm(size.width) }
  }

  /// Self-attention, cross attention, feed-forward part, each with its norm.
  public var members: [Member] {
    selfAttention.members + [.module("norm1", norms[0])] + crossAttention.members
      + [.module("norm2", norms[1])] + feedForward.members + [.module("norm3", norms[2])]
  }

  /// - Parameters:
  ///   - content: of the queries, `[image or 1, query, width]`.
  ///   - position: of the queries, `[image or 1, query, width]`.
  ///   - sine: the scaled sines of the anchors' centers, `[image or 1, query, width]`.
  ///   - memory: the encoded picture, `[image, cell, width]`.
  ///   - cells: the positions of its cells, `[image or 1, cell, width]`.
  ///   - mask: additive, `[image, 1, 1, cell]`.
  func callAsFunction(
    _ content: Tensor, position: Tensor, sine: Tensor, memory: Tensor, cells: Tensor, mask: Tensor?
  ) -> Tensor {
    var state = norms[0](content + selfAttention(content, position: position))
    state = norms[1](
      state
        + crossAttention(
          state, position: position, sine: sine, memory: memory, cells: cells, mask: mask))
    return norms[2](state + feedForward(state))
  }
}

/// The stack of decoder layers with what they share: the norm of their outputs, and the perceptrons that turn anchors into
/// queries.
public final class DABDecoder: Module {
  private let layers: [DABDecoderLayer]
  private let norm: LayerNorm
  private let queryScale: MultilayerPerceptron
  private let anchorToQuery: MultilayerPerceptron
  private let anchorSize: MultilayerPerceptron
  private let encoding: AnchorEncoding

  init(_ size: DABDETRConfiguration, _ initializer: Initializer) {
    let width = size.width
    func perceptron(_ widths: [Int], _ name: String) -> MultilayerPerceptron {
      MultilayerPerceptron(widths, start: .xavier(zeroBias: false), initializer.child(name))
    }
    layers = (0..<size.decoderLayerCount).map {
      DABDecoderLayer(size, isFirst: $0 == 0, initializer.child("layers.\($0)"))
    }
    norm = LayerNorm(width)
    queryScale = perceptron([width, width, width], "query_scale")
    anchorToQuery = perceptron([2 * width, width, width], "ref_point_head")
    anchorSize = perceptron([width, width, 2], "ref_anchor_head")
    encoding = AnchorEncoding(width: width / 2)
  }

  /// The shared perceptrons, the layers in order, the norm.
  public var members: [Member] {
    [
      .module("ref_point_head", anchorToQuery), .module("query_scale", queryScale),
      .module("ref_anchor_head", anchorSize),
    ] + layers.enumerated().map { .module("layers.\($0.offset)", $0.element) } + [.module("norm", norm)]
  }

  /// The normalized state after every layer, `[layer, image, query, width]`, and the anchors each layer started from,
  /// `[layer, image, query, 4]`. State and content that enter the next layer are not normalized.
  ///
  /// - Parameters:
  ///   - anchors: `[1, query, 4]`, in fractions of the picture.
  ///   - boxHead: moves anchors, in the space before the sigmoid.
  func callAsFunction(
    anchors: Tensor, memory: Tensor, position: Tensor, mask: Tensor?, boxHead: MultilayerPerceptron
  ) -> (states: Tensor, anchors: Tensor) {
    // Before the first layer no query has seen a picture: what pictures have in common is computed once.
    var state = Tensor.zeros([1, anchors.size(1), norm.weight.value.size(0)], type: memory.elementType)
    // Layers look around detached anchors, but the output of a layer teaches the layer that moved its anchors.
    var current = anchors
    var kept = [anchors.expanded([memory.size(0), -1, -1])]
    var states: [Tensor] = []
    for (index, layer) in layers.enumerated() {
      let sines = encoding(current)
      state = layer(
        state, position: anchorToQuery(sines), sine: centerSine(sines, current, state, isFirst: index == 0),
        memory: memory, cells: position, mask: mask)
      states.append(state)
      guard index + 1 < layers.count else { break }
      let moved = (boxHead(state) + current.inverseSigmoid(epsilon: DABDETR.inverseSigmoidEpsilon)).sigmoid()
      kept.append(moved)
      current = moved.detached()
    }
    return (norm(Tensor.stacked(states)), Tensor.stacked(kept))
  }

  /// The sines of the anchors' centers, `[image or 1, query, width]`, scaled by the content, and by the ratio of the extent
  /// that the content asks for to that of the anchor, so that attention is as wide as the object.
  private func centerSine(_ sines: Tensor, _ anchors: Tensor, _ state: Tensor, isFirst: Bool) -> Tensor {
    let width = 2 * encoding.width
    var center = sines.narrowed(-1, from: 0, count: width)
    if !isFirst { center = center * queryScale(state) }
    let ratio = anchorSize(state).sigmoid() / anchors.narrowed(-1, from: 2, count: 2)  // width, height
    // The half of y comes first, and it goes with the height.
    let halves = center.reshaped([center.size(0), center.size(1), 2, encoding.width])
    return (halves * ratio.flipped([-1]).unsqueezed(-1)).reshaped([-1, center.size(1), width])
  }
}
