// The attentions of DAB-DETR's decoder, in which content and position have projections of their own. Liu et al., 2022;
// github.com/IDEA-Research/DAB-DETR.
import NN
import Torch

/// Attention of the queries to each other: projections of content and position are added.
struct DABSelfAttention {
  let queryContent, queryPosition, keyContent, keyPosition, value, output: Linear
  let headCount: Int

  init(width: Int, headCount: Int, _ initializer: Initializer) {
    func projection(_ name: String) -> Linear {
      Linear(width, width, start: .xavier(zeroBias: false), initializer.child(name))
    }
    queryContent = projection("sa_qcontent_proj")
    queryPosition = projection("sa_qpos_proj")
    keyContent = projection("sa_kcontent_proj")
    keyPosition = projection("sa_kpos_proj")
    value = projection("sa_v_proj")
    output = Linear(width, width, start: .xavier(zeroBias: true), initializer.child("self_attn.out_proj"))
    self.headCount = headCount
  }

  var members: [Member] {
    [
      .module("sa_qcontent_proj", queryContent), .module("sa_qpos_proj", queryPosition),
      .module("sa_kcontent_proj", keyContent), .module("sa_kpos_proj", keyPosition),
      .module("sa_v_proj", value), .module("self_attn.out_proj", output),
    ]
  }

  /// - Parameters:
  ///   - content: `[image or 1, query, width]`.
  ///   - position: `[image or 1, query, width]`.
  func callAsFunction(_ content: Tensor, position: Tensor) -> Tensor {
    let mixed = attention(
      query: (queryContent(content) + queryPosition(position)).heads(headCount),
      key: (keyContent(content) + keyPosition(position)).heads(headCount),
      value: value(content).heads(headCount))
    return output(mixed)
  }
}

/// Attention of the queries to the picture: projections of content and position stand side by side in every head, so that
/// content is compared with content and position with position. In the first layer they are added as well.
struct DABCrossAttention {
  let queryContent, keyContent, keyPosition, value, querySine, output: Linear
  let queryPosition: Linear?
  let headCount: Int

  init(width: Int, headCount: Int, isFirst: Bool, _ initializer: Initializer) {
    func projection(_ name: String) -> Linear {
      Linear(width, width, start: .xavier(zeroBias: false), initializer.child(name))
    }
    queryContent = projection("ca_qcontent_proj")
    queryPosition = isFirst ? projection("ca_qpos_proj") : nil
    keyContent = projection("ca_kcontent_proj")
    keyPosition = projection("ca_kpos_proj")
    value = projection("ca_v_proj")
    querySine = projection("ca_qpos_sine_proj")
    output = Linear(width, width, start: .xavier(zeroBias: true), initializer.child("cross_attn.out_proj"))
    self.headCount = headCount
  }

  var members: [Member] {
    [.module("ca_qcontent_proj", queryContent)]
      + (queryPosition.map { [.module("ca_qpos_proj", $0)] } ?? []) + [
        .module("ca_kcontent_proj", keyContent), .module("ca_kpos_proj", keyPosition),
        .module("ca_v_proj", value), .module("ca_qpos_sine_proj", querySine),
        .module("cross_attn.out_proj", output),
      ]
  }

  /// - Parameters:
  ///   - content: `[image or 1, query, width]`.
  ///   - position: of the queries, `[image or 1, query, width]`; the first layer takes it.
  ///   - sine: the scaled sines of the anchors' centers, `[image or 1, query, width]`.
  ///   - memory: the encoded picture, `[image, cell, width]`.
  ///   - cells: the positions of its cells, `[image or 1, cell, width]`.
  ///   - mask: additive, `[image, 1, 1, cell]`.
  func callAsFunction(
    _ content: Tensor, position: Tensor, sine: Tensor, memory: Tensor, cells: Tensor, mask: Tensor?
  ) -> Tensor {
    var query = queryContent(content)
    var key = keyContent(memory)
    let places = keyPosition(cells)
    if let queryPosition {
      query = query + queryPosition(position)
      key = key + places
    }
    func sideBySide(_ content: Tensor, _ place: Tensor) -> Tensor {
      .concatenated([content.heads(headCount), place.expanded(content.shape).heads(headCount)], along: -1)
    }
    let mixed = attention(
      query: sideBySide(query, querySine(sine)), key: sideBySide(key, places),
      value: value(memory).heads(headCount), mask: mask)
    return output(mixed)
  }
}
