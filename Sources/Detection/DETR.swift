// DETR: a backbone, a transformer, and two heads on every decoder layer. Carion et al., 2020;
// github.com/facebookresearch/detr, whose tensor names are used, with attention projections apart.
import NN
import Torch

/// The size of a DETR.
public struct DETRConfiguration: DetectorSize {
  /// The backbone.
  public var backbone: ResNetConfiguration
  /// Channels of the transformer.
  public var width: Int
  /// Attention heads.
  public var headCount: Int
  /// Channels inside the feed-forward parts.
  public var hiddenWidth: Int
  /// Encoder layers.
  public var encoderLayerCount: Int
  /// Decoder layers.
  public var decoderLayerCount: Int
  /// Objects that can be found in one picture.
  public var queryCount: Int
  /// Categories, without "no object".
  public var classCount: Int

  /// A configuration with every size named.
  public init(
    backbone: ResNetConfiguration, width: Int, headCount: Int, hiddenWidth: Int, encoderLayerCount: Int,
    decoderLayerCount: Int, queryCount: Int, classCount: Int
  ) {
    self.backbone = backbone
    self.width = width
    self.headCount = headCount
    self.hiddenWidth = hiddenWidth
    self.encoderLayerCount = encoderLayerCount
    self.decoderLayerCount = decoderLayerCount
    self.queryCount = queryCount
    self.classCount = classCount
  }

  /// The published size, with a backbone of 50 layers.
  public static func full(classCount: Int = 91) -> DETRConfiguration {
    DETRConfiguration(
      backbone: ResNetConfiguration(
        stemWidth: 64, widths: [64, 128, 256, 512], blockCounts: [3, 4, 6, 3], dilatesLastStage: false),
      width: 256, headCount: 8, hiddenWidth: 2048, encoderLayerCount: 6, decoderLayerCount: 6,
      queryCount: 100,
      classCount: classCount)
  }

  /// The same layers at about a quarter of the width, for pictures of 96 pixels.
  public static func mini(classCount: Int) -> DETRConfiguration {
    DETRConfiguration(
      backbone: ResNetConfiguration(
        stemWidth: 16, widths: [16, 32, 64, 128], blockCounts: [3, 4, 6, 3], dilatesLastStage: true),
      width: 64, headCount: 8, hiddenWidth: 256, encoderLayerCount: 6, decoderLayerCount: 6, queryCount: 25,
      classCount: classCount)
  }
}

extension DETRConfiguration {
  /// Softmax heads.
  public var loss: DetectionLoss { .detr }
  /// One detection per query.
  public var selection: DetectionSelection { .bestClassOfEachQuery }
  /// A DETR with its first values.
  public func makeDetector(seed: UInt64) -> any Detector { DETR(self, seed: seed) }
}

/// The detector.
public final class DETR: Detector {
  /// Its size.
  public let size: DETRConfiguration
  /// Its backbone, for pre-training and freezing.
  public let backbone: ResNet
  private let inputProjection: Convolution
  private let encoder: Encoder
  private let decoder: Decoder
  private let queries: Parameter
  private let classHead: Linear
  private let boxHead: MultilayerPerceptron

  /// A detector with its first values.
  public init(_ configuration: DETRConfiguration, seed: UInt64) {
    let initializer = Initializer(seed: seed)
    let width = configuration.width
    size = configuration
    backbone = ResNet(configuration.backbone, initializer.child("backbone.0.body"))
    inputProjection = Convolution(
      configuration.backbone.outputWidths[configuration.backbone.outputWidths.count - 1], width, kernel: 1,
      hasBias: true, initializer.child("input_proj"))
    encoder = Encoder(
      layerCount: configuration.encoderLayerCount, width: width, headCount: configuration.headCount,
      hidden: configuration.hiddenWidth, initializer.child("transformer.encoder"))
    decoder = Decoder(
      layerCount: configuration.decoderLayerCount, width: width, headCount: configuration.headCount,
      hidden: configuration.hiddenWidth, initializer.child("transformer.decoder"))
    queries = Parameter(initializer.normal("query_embed.weight", [configuration.queryCount, width]))
    classHead = Linear(width, configuration.classCount + 1, initializer.child("class_embed"))
    boxHead = MultilayerPerceptron([width, width, width, 4], initializer.child("bbox_embed"))
  }

  /// Its architecture and size.
  public var configuration: DetectorConfiguration { .detr(size) }

  /// Backbone, transformer, heads, query embedding.
  public var members: [Member] {
    [
      .module("backbone.0.body", backbone), .module("input_proj", inputProjection),
      .module("transformer.encoder", encoder), .module("transformer.decoder", decoder),
      .module("class_embed", classHead), .module("bbox_embed", boxHead),
      .parameter("query_embed.weight", queries),
    ]
  }

  /// Class logits and boxes of every query after every decoder layer.
  public func callAsFunction(_ batch: ImageBatch) -> DetectorOutput {
    states(of: batch).output
  }

  /// The output together with the states on the way, which tests compare with other implementations.
  package func states(
    of batch: ImageBatch
  ) -> (features: [Tensor], position: Tensor, memory: Tensor, decoded: Tensor, output: DetectorOutput) {
    let features = backbone(batch.pixels)
    let projected = inputProjection(features[features.count - 1])  // [image, width, row, column]
    let map = Extent(height: projected.size(2), width: projected.size(3))
    let valid = batch.validCells(in: map)
    let position = SinePositionEncoding(width: size.width)(valid: valid, in: map)
    let mask = paddingMask(valid: valid, in: map)
    let cells = projected.reshaped([projected.size(0), size.width, -1]).transposed(1, 2)
    let memory = encoder(cells, position: position, mask: mask)
    let decoded = decoder(
      queries: queries.value.unsqueezed(0), memory: memory, position: position, mask: mask)
    let output = DetectorOutput(logits: classHead(decoded), boxes: boxHead(decoded).sigmoid())
    return (features, position, memory, decoded, output)
  }
}

/// What is added to attention scores: −∞ where a cell is padding, `[image, 1, 1, row · column]`; nothing without padding.
func paddingMask(valid: [Extent], in map: Extent) -> Tensor? {
  guard valid.contains(where: { $0 != map }) else { return nil }
  var values: [Float] = []
  for extent in valid {
    for row in 0..<map.height {
      for column in 0..<map.width {
        values.append(row < extent.height && column < extent.width ? 0 : -.infinity)
      }
    }
  }
  return Tensor(values, shape: [valid.count, 1, 1, map.height * map.width])
}
