// Layers of DETR with ResNet-50 by their checkpoint names, in forward order.

enum SampleLayers {
  /// All 154.
  static let names: [String] = {
    var names = ["backbone.0.body.conv1"]
    for (stage, blocks) in [(1, 3), (2, 4), (3, 6), (4, 3)] {
      for block in 0..<blocks {
        names += (1...3).map { "backbone.0.body.layer\(stage).\(block).conv\($0)" }
        if block == 0 { names.append("backbone.0.body.layer\(stage).0.downsample.0") }
      }
    }
    names.append("input_proj")
    let projections = ["q_proj", "k_proj", "v_proj", "out_proj"]
    for layer in 0..<6 {
      let stem = "transformer.encoder.layers.\(layer)."
      names += projections.map { stem + "self_attn." + $0 } + [stem + "linear1", stem + "linear2"]
    }
    for layer in 0..<6 {
      let stem = "transformer.decoder.layers.\(layer)."
      names +=
        projections.map { stem + "self_attn." + $0 } + projections.map { stem + "multihead_attn." + $0 }
      names += [stem + "linear1", stem + "linear2"]
    }
    return names + ["class_embed", "bbox_embed.layers.0", "bbox_embed.layers.1", "bbox_embed.layers.2"]
  }()

  static func isFixed(_ name: String) -> Bool {
    name == names[0] || name.hasPrefix("class_embed") || name.hasPrefix("bbox_embed")
  }
}
