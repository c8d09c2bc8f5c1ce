// DAB-DETR: a DETR whose queries are boxes, moved from layer to layer. Liu et al., 2022;
// github.com/IDEA-Research/DAB-DETR, whose tensor names are used, with the encoder's attention projections apart.
import NN
import Torch

#if canImport(Glibc)
  import Glibc
#endif

/// The size of a DAB-DETR.
public struct DABDETRConfiguration: DetectorSize {
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
  /// Anchors.
  public var queryCount: Int
  /// Categories.
  public var classCount: Int
  /// Detections of one picture: the best of all pairs of a query and a class.
  public var detectionCount: Int

  /// A configuration with every size named.
  public init(
    backbone: ResNetConfiguration, width: Int, headCount: Int, hiddenWidth: Int, encoderLayerCount: Int,
    decoderLayerCount: Int, queryCount: Int, classCount: Int, detectionCount: Int
  ) {
    self.backbone = backbone
    self.width = width
    self.headCount = headCount
    self.hiddenWidth = hiddenWidth
    self.encoderLayerCount = encoderLayerCount
    self.decoderLayerCount = decoderLayerCount
    self.queryCount = queryCount
    self.classCount = classCount
    self.detectionCount = detectionCount
  }

  /// The published size, with a backbone of 50 layers.
  public static func full(classCount: Int = 91) -> DABDETRConfiguration {
    let other = DETRConfiguration.full(classCount: classCount)
    return DABDETRConfiguration(like: other, queryCount: 300, detectionCount: 300)
  }

  /// The same layers at about a quarter of the width, for pictures of 96 pixels.
  public static func mini(classCount: Int) -> DABDETRConfiguration {
    let other = DETRConfiguration.mini(classCount: classCount)
    return DABDETRConfiguration(like: other, queryCount: other.queryCount, detectionCount: 100)
  }

  private init(like other: DETRConfiguration, queryCount: Int, detectionCount: Int) {
    self.init(
      backbone: other.backbone, width: other.width, headCount: other.headCount,
      hiddenWidth: other.hiddenWidth,
      encoderLayerCount: other.encoderLayerCount, decoderLayerCount: other.decoderLayerCount,
      queryCount: queryCount, classCount: other.classCount, detectionCount: detectionCount)
  }

  /// Sigmoid heads.
  public var loss: DetectionLoss { .dabDETR }
  /// The best pairs of a query and a class.
  public var selection: DetectionSelection { .best(detectionCount) }
  /// A DAB-DETR with its first values.
  public func makeDetector(seed: UInt64) -> any Detector { DABDETR(self, seed: seed) }
}

/// The detector.
public final class DABDETR: Detector {
  /// Its size.
  public let size: DABDETRConfiguration
  /// Its backbone, for pre-training and freezing.
  public let backbone: ResNet
  private let inputProjection: Convolution
  private let encoder: DABEncoder
  private let decoder: DABDecoder
  private let anchors: Parameter
  private let classHead: Linear
  private let boxHead: MultilayerPerceptron

  /// How close to zero and one a fraction may be when it is taken back before the sigmoid.
  static let inverseSigmoidEpsilon = 1e-3

  /// A detector with its first values: a class is as rare as one in a hundred, and no layer moves its anchors yet.
  public init(_ configuration: DABDETRConfiguration, seed: UInt64) {
    let initializer = Initializer(seed: seed)
    let (width, classCount) = (configuration.width, configuration.classCount)
    size = configuration
    backbone = ResNet(configuration.backbone, initializer.child("backbone.0.body"))
    inputProjection = Convolution(
      configuration.backbone.outputWidths[configuration.backbone.outputWidths.count - 1], width, kernel: 1,
      hasBias: true, initializer.child("input_proj"))
    encoder = DABEncoder(configuration, initializer.child("transformer.encoder"))
    decoder = DABDecoder(configuration, initializer.child("transformer.decoder"))
    anchors = Parameter(initializer.normal("refpoint_embed.weight", [configuration.queryCount, 4]))
    classHead = Linear(width, classCount, initializer.child("class_embed"))
    classHead.bias.value.assign(.full([classCount], -log(99)))
    boxHead = MultilayerPerceptron([width, width, width, 4], initializer.child("bbox_embed"))
    for parameter in [boxHead.layers[2].weight, boxHead.layers[2].bias] {
      parameter.value.assign(.zeros(parameter.value.shape))
    }
  }

  /// Its architecture and size.
  public var configuration: DetectorConfiguration { .dabDETR(size) }

  /// Backbone, transformer, heads, anchors; the box head, which the decoder moves anchors by, has a second name there.
  public var members: [Member] {
    [
      .module("backbone.0.body", backbone), .module("input_proj", inputProjection),
      .module("transformer.encoder", encoder), .module("transformer.decoder", decoder),
      .module("class_embed", classHead), .module("bbox_embed", boxHead),
      .module("transformer.decoder.bbox_embed", boxHead), .parameter("refpoint_embed.weight", anchors),
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
    let position = SinePositionEncoding(width: size.width, temperature: 20)(valid: valid, in: map)
    let mask = paddingMask(valid: valid, in: map)
    let cells = projected.reshaped([projected.size(0), size.width, -1]).transposed(1, 2)
    let memory = encoder(cells, position: position, mask: mask)
    let (decoded, starts) = decoder(
      anchors: anchors.value.sigmoid().unsqueezed(0), memory: memory, position: position, mask: mask,
      boxHead: boxHead)
    let boxes = (boxHead(decoded) + starts.inverseSigmoid(epsilon: Self.inverseSigmoidEpsilon)).sigmoid()
    return (
      features, position, memory, decoded, DetectorOutput(logits: classHead(decoded), boxes: boxes)
    )
  }
}
