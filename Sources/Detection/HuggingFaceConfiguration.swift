// The `config.json` beside a checkpoint of Hugging Face's transformers, read for the three families of detectors.
import FoundationEssentials
import NN
import Torch

/// The keys of a configuration that decide the network. What a file leaves out has the library's default, which is the
/// published size; the number of classes is then told by the weights.
struct HuggingFaceConfiguration {
  private let values: Values
  private let place: String

  /// Reads a file; without one, everything is as published.
  init(contentsOf file: URL?) throws(TorchError) {
    guard let file else {
      try self.init(Data("{}".utf8), from: "configuration")
      return
    }
    guard let data = try? Data(contentsOf: file) else {
      throw TorchError(
        "\(file.lastPathComponent): cannot be read; expected a Hugging Face model configuration")
    }
    try self.init(data, from: file.lastPathComponent)
  }

  /// Reads a file's text; `place` names it in errors.
  init(_ data: Data, from place: String) throws(TorchError) {
    do {
      values = try JSONDecoder().decode(Values.self, from: data)
    } catch let DecodingError.typeMismatch(_, context), let DecodingError.valueNotFound(_, context) {
      let path = context.codingPath.map(\.stringValue).joined(separator: ".").legible
      throw TorchError("\(place): \(path) is not of the kind that a model configuration has there")
    } catch {
      throw TorchError("\(place): not JSON; expected a Hugging Face model configuration")
    }
    self.place = place
  }

  /// The shorter side to which pictures are brought, where the file says so.
  func shortSide() throws(TorchError) -> Int? {
    guard let size = values.size else { return nil }
    guard (16...4096).contains(size) else {
      throw TorchError("\(place): size is \(size); expected 16 to 4096")
    }
    return size
  }

  /// The names of the classes by number, unless they are the library's placeholders.
  var categoryNames: [Int: String] {
    let pairs = (values.id2label ?? [:]).compactMap { key, name in Int(key).map { ($0, name.legible) } }
    return Dictionary(pairs, uniquingKeysWith: { first, _ in first }).filter { !$0.value.hasPrefix("LABEL_") }
  }

  /// The sizes of a detector; what the file does not say is what the weights tell, or what is published.
  func plainSizes(
    _ architecture: DetectorArchitecture, _ told: CheckpointSizes
  ) throws(TorchError) -> PlainSizes {
    let types = [
      DetectorArchitecture.detr: ["detr"], .dabDETR: ["dab-detr", "dab_detr"],
      .deformableDETR: ["deformable_detr", "deformable-detr"],
    ]
    if let type = values.model_type, types[architecture]?.contains(type) == false {
      throw TorchError("\(place): model_type is \(type.legible); expected that of a \(architecture.rawValue)")
    }
    try refuseVariants(architecture)
    let hidden = values.encoder_ffn_dim ?? (architecture == .deformableDETR ? 1024 : 2048)
    let heads = values.encoder_attention_heads ?? values.num_attention_heads ?? 8
    guard values.decoder_ffn_dim ?? hidden == hidden, values.decoder_attention_heads ?? heads == heads else {
      throw TorchError("\(place): encoder and decoder differ in heads or hidden channels; expected the same")
    }
    let points = values.encoder_n_points ?? 4
    guard values.decoder_n_points ?? points == points else {
      throw TorchError("\(place): encoder_n_points and decoder_n_points differ; expected the same")
    }
    // Softmax heads have one more output than there are categories.
    let classes = told.logitCount.map { architecture == .detr ? $0 - 1 : $0 }
    var sizes = PlainSizes(
      architecture, backbone: try backbone(told), width: values.d_model ?? values.hidden_size ?? 256,
      headCount: heads, hiddenWidth: hidden,
      layerCounts: (values.encoder_layers ?? 6, values.decoder_layers ?? 6),
      queryCount: values.num_queries ?? told.queryCount ?? (architecture == .detr ? 100 : 300),
      classCount: values.num_labels ?? values.id2label?.count ?? classes ?? 91)
    sizes.levelCount = values.num_feature_levels ?? told.levelCount ?? 4
    sizes.pointCount = points
    sizes.refinesBoxes = values.with_box_refine ?? told.refinesBoxes
    sizes.detectionCount = 300
    return sizes
  }

  private func backbone(_ told: CheckpointSizes) throws(TorchError) -> ResNetConfiguration {
    let network = values.backbone_config
    var depths = network?.depths ?? told.blockCounts ?? [3, 4, 6, 3]
    if network?.depths == nil, let name = network?.backbone ?? values.backbone {
      // The names may have endings such as "resnet101.a1_in1k".
      switch name.split(separator: ".").first {
      case "resnet50": depths = [3, 4, 6, 3]
      case "resnet101": depths = [3, 4, 23, 3]
      default:
        throw TorchError(
          "\(place): the backbone \(name.legible) is not known; expected resnet50 or resnet101")
      }
    }
    let outputs = network?.hidden_sizes ?? [256, 512, 1024, 2048]
    guard outputs.allSatisfy({ $0 % 4 == 0 }) else {
      throw TorchError(
        "\(place): hidden_sizes of backbone_config are \(outputs.prefix(8)); expected multiples of 4")
    }
    return ResNetConfiguration(
      stemWidth: network?.embedding_size ?? 64, widths: outputs.map { $0 / 4 }, blockCounts: depths,
      dilatesLastStage: values.dilation ?? false)
  }

  /// Variants of the architectures that are not built here.
  private func refuseVariants(_ architecture: DetectorArchitecture) throws(TorchError) {
    func demand(_ key: String, _ value: (some Equatable & CustomStringConvertible)?, _ expected: String)
      throws(TorchError)
    {
      guard let value, value.description != expected else { return }
      throw TorchError("\(place): \(key) is \(value.description.legible); expected \(expected)")
    }
    let activation = architecture == .dabDETR ? "prelu" : "relu"
    try demand("activation_function", values.activation_function, activation)
    try demand("position_embedding_type", values.position_embedding_type, "sine")
    try demand("two_stage", values.two_stage, "false")
    try demand("normalize_before", values.normalize_before, "false")
    try demand("keep_query_pos", values.keep_query_pos, "false")
    try demand("decoder_modulate_hw_attn", values.decoder_modulate_hw_attn, "true")
    try demand("num_patterns", values.num_patterns, "0")
    try demand("query_dim", values.query_dim, "4")
    try demand("temperature_height", values.temperature_height, "20")
    try demand("temperature_width", values.temperature_width, "20")
    try demand("num_channels", values.num_channels, "3")
    try demand("backbone_config.layer_type", values.backbone_config?.layer_type, "bottleneck")
    try demand("backbone_config.hidden_act", values.backbone_config?.hidden_act, "relu")
    try demand(
      "backbone_config.downsample_in_bottleneck", values.backbone_config?.downsample_in_bottleneck, "false")
    try demand(
      "backbone_config.downsample_in_first_stage", values.backbone_config?.downsample_in_first_stage, "false")
  }
}

/// The keys as they stand in the file.
private struct Values: Decodable {
  var model_type: String?
  var size: Int?
  var d_model: Int?
  var hidden_size: Int?
  var num_queries: Int?
  var num_labels: Int?
  var id2label: [String: String]?
  var num_channels: Int?
  var num_patterns: Int?
  var query_dim: Int?
  var encoder_layers: Int?
  var decoder_layers: Int?
  var encoder_attention_heads: Int?
  var decoder_attention_heads: Int?
  var num_attention_heads: Int?
  var encoder_ffn_dim: Int?
  var decoder_ffn_dim: Int?
  var num_feature_levels: Int?
  var encoder_n_points: Int?
  var decoder_n_points: Int?
  var temperature_height: Int?
  var temperature_width: Int?
  var with_box_refine: Bool?
  var two_stage: Bool?
  var dilation: Bool?
  var normalize_before: Bool?
  var keep_query_pos: Bool?
  var decoder_modulate_hw_attn: Bool?
  var activation_function: String?
  var position_embedding_type: String?
  var backbone: String?
  var backbone_config: Backbone?

  struct Backbone: Decodable {
    var model_type: String?
    var backbone: String?
    var embedding_size: Int?
    var hidden_sizes: [Int]?
    var depths: [Int]?
    var layer_type: String?
    var hidden_act: String?
    var downsample_in_bottleneck: Bool?
    var downsample_in_first_stage: Bool?
  }
}
