// The names that Hugging Face's transformers gives the tensors of the detectors, in the files that it publishes and in its
// modules since version 5, as rules that lead to the authors' names. github.com/huggingface/transformers.

extension NameRules {
  /// The rules for the files of an architecture.
  static func huggingFace(_ architecture: DetectorArchitecture) -> NameRules {
    var rules = NameRules()
    if architecture == .dabDETR {
      // The first converted files number the parts of a decoder layer.
      for (index, part) in ["self_attn", "cross_attn", "mlp"].enumerated() {
        rules.add("model.decoder.layers.#.layer.\(index)", "model.decoder.layers.#.\(part)")
      }
    }
    rules.addBackbone()
    rules.addTransformer()
    switch architecture {
    case .detr: rules.addDETR()
    case .dabDETR: rules.addDABDETR()
    case .deformableDETR: rules.addDeformableDETR()
    }
    return rules
  }

  private mutating func addBackbone() {
    let body = "backbone.0.body"
    for prefix in ["model.backbone.conv_encoder.model", "model.backbone.model"] {
      add(prefix + "._backbone", body)
      add(prefix, body)
    }
    // Its own residual network counts stages and layers from zero.
    for (kind, index) in [("convolution", "conv1"), ("normalization", "bn1")] {
      add("\(body).embedder.embedder.\(kind)", "\(body).\(index)")
    }
    for stage in 1...4 {
      add("\(body).encoder.stages.\(stage - 1).layers.#", "\(body).layer\(stage).#")
      let block = "\(body).layer\(stage).#"
      add(block + ".shortcut.convolution", block + ".downsample.0")
      add(block + ".shortcut.normalization", block + ".downsample.1")
      for index in 0..<3 {
        add("\(block).layer.\(index).convolution", "\(block).conv\(index + 1)")
        add("\(block).layer.\(index).normalization", "\(block).bn\(index + 1)")
      }
    }
  }

  private mutating func addTransformer() {
    for part in ["encoder", "decoder"] {
      let layer = "transformer.\(part).layers.#"
      add("model.\(part)", "transformer.\(part)")
      for index in 1...2 {
        add("\(layer).fc\(index)", "\(layer).linear\(index)")
        add("\(layer).mlp.fc\(index)", "\(layer).linear\(index)")
      }
      for attention in ["self_attn", "encoder_attn"] {
        add("\(layer).\(attention).o_proj", "\(layer).\(attention).out_proj")
      }
    }
    let layer = "transformer.encoder.layers.#"
    add("\(layer).self_attn_layer_norm", "\(layer).norm1")
    add("\(layer).final_layer_norm", "\(layer).norm2")
    add("model.input_projection", "input_proj")
    add("model.query_position_embeddings", "query_embed")
  }

  private mutating func addDETR() {
    let layer = "transformer.decoder.layers.#"
    add("\(layer).self_attn_layer_norm", "\(layer).norm1")
    add("\(layer).encoder_attn_layer_norm", "\(layer).norm2")
    add("\(layer).final_layer_norm", "\(layer).norm3")
    add("\(layer).encoder_attn", "\(layer).multihead_attn")
    add("transformer.decoder.layernorm", "transformer.decoder.norm")
    add("class_labels_classifier", "class_embed")
    add("bbox_predictor", "bbox_embed")
  }

  private mutating func addDeformableDETR() {
    let layer = "transformer.decoder.layers.#"
    // The authors number the norms in another order than the one of execution.
    add("\(layer).encoder_attn_layer_norm", "\(layer).norm1")
    add("\(layer).self_attn_layer_norm", "\(layer).norm2")
    add("\(layer).final_layer_norm", "\(layer).norm3")
    add("\(layer).encoder_attn", "\(layer).cross_attn")
    add("model.input_proj", "input_proj")
    add("model.level_embed", "transformer.level_embed")
    add("model.reference_points", "transformer.reference_points")
  }

  private mutating func addDABDETR() {
    add("model.query_refpoint_embeddings", "refpoint_embed")
    add("transformer.decoder.layernorm", "transformer.decoder.norm")
    add("transformer.encoder.layers.#.activation_fn", "transformer.encoder.layers.#.activation")
    let layer = "transformer.decoder.layers.#"
    let names = [
      "query_content": "qcontent", "query_pos": "qpos", "key_content": "kcontent", "key_pos": "kpos",
      "value": "v",
      "query_pos_sine": "qpos_sine",
    ]
    for (index, attention) in ["self_attn", "cross_attn"].enumerated() {
      add("\(layer).\(attention).\(attention).output_proj", "\(layer).\(attention).out_proj")
      add("\(layer).\(attention).\(attention)_layer_norm", "\(layer).norm\(index + 1)")
      for (long, short) in names.sorted(by: { $0.key < $1.key }) {
        add(
          "\(layer).\(attention).\(attention)_\(long)_proj",
          "\(layer).\(attention == "self_attn" ? "sa" : "ca")_\(short)_proj")
      }
    }
    add("\(layer).mlp.final_layer_norm", "\(layer).norm3")
    add("\(layer).mlp.activation_fn", "\(layer).activation")
    add("bbox_predictor", "bbox_embed")
  }
}
