// What the tensors of a published checkpoint tell about the size of the detector they belong to.
import Torch

/// Sizes that follow from names and shapes; `nil` where the tensors that tell are missing.
struct CheckpointSizes {
  /// Rows of the class head.
  let logitCount: Int?
  /// Learned queries.
  let queryCount: Int?
  /// Blocks of each stage of the backbone.
  let blockCounts: [Int]?
  /// Projections of feature maps, one for each level.
  let levelCount: Int?
  /// Whether the decoder has box heads of its own.
  let refinesBoxes: Bool

  /// Looks at tensors under the authors' names.
  init(_ tensors: [String: Tensor]) {
    func rows(_ names: String...) -> Int? {
      names.lazy.compactMap { tensors[$0] }.first { $0.rank > 0 }?.size(0)
    }
    func count(_ name: (Int) -> String) -> Int {
      (0..<1000).first { tensors[name($0)] == nil } ?? 1000
    }
    logitCount = rows("class_embed.weight", "class_embed.0.weight")
    queryCount = rows("query_embed.weight", "refpoint_embed.weight")
    let blocks = (1...4).map { stage in count { "backbone.0.body.layer\(stage).\($0).conv1.weight" } }
    blockCounts = blocks.contains(0) ? nil : blocks
    let levels = count { "input_proj.\($0).0.weight" }
    levelCount = levels == 0 ? nil : levels
    refinesBoxes = tensors["transformer.decoder.bbox_embed.0.layers.0.weight"] != nil
  }
}
