// The sizes of a Deformable DETR.

/// The size of a Deformable DETR.
public struct DeformableDETRConfiguration: DetectorSize {
  /// The backbone.
  public var backbone: ResNetConfiguration
  /// Channels of the transformer.
  public var width: Int
  /// Attention heads.
  public var headCount: Int
  /// Feature maps: 1 for the backbone's last alone; 3 for those of its last three stages; more with coarser ones.
  public var levelCount: Int
  /// Points that a head looks at on each map.
  public var pointCount: Int
  /// Channels inside the feed-forward parts.
  public var hiddenWidth: Int
  /// Encoder layers.
  public var encoderLayerCount: Int
  /// Decoder layers.
  public var decoderLayerCount: Int
  /// Objects that can be found in one picture.
  public var queryCount: Int
  /// Categories.
  public var classCount: Int
  /// Whether every decoder layer refines the boxes of the one before with heads of its own.
  public var refinesBoxes: Bool

  /// A configuration with every size named.
  public init(
    backbone: ResNetConfiguration, width: Int, headCount: Int, levelCount: Int, pointCount: Int,
    hiddenWidth: Int, encoderLayerCount: Int, decoderLayerCount: Int, queryCount: Int, classCount: Int,
    refinesBoxes: Bool = false
  ) {
    self.backbone = backbone
    self.width = width
    self.headCount = headCount
    self.levelCount = levelCount
    self.pointCount = pointCount
    self.hiddenWidth = hiddenWidth
    self.encoderLayerCount = encoderLayerCount
    self.decoderLayerCount = decoderLayerCount
    self.queryCount = queryCount
    self.classCount = classCount
    self.refinesBoxes = refinesBoxes
  }

  /// The published size, with a backbone of 50 layers; one level gives the single-scale variant.
  public static func full(
    classCount: Int = 91, levelCount: Int = 4, refinesBoxes: Bool = false
  ) -> DeformableDETRConfiguration {
    DeformableDETRConfiguration(
      backbone: ResNetConfiguration(
        stemWidth: 64, widths: [64, 128, 256, 512], blockCounts: [3, 4, 6, 3], dilatesLastStage: false),
      width: 256, headCount: 8, levelCount: levelCount, pointCount: 4, hiddenWidth: 1024,
      encoderLayerCount: 6, decoderLayerCount: 6, queryCount: 300, classCount: classCount,
      refinesBoxes: refinesBoxes)
  }

  /// The same layers at about a quarter of the width, for pictures of 96 pixels.
  public static func mini(
    classCount: Int, levelCount: Int = 4, refinesBoxes: Bool = false
  ) -> DeformableDETRConfiguration {
    DeformableDETRConfiguration(
      backbone: ResNetConfiguration(
        stemWidth: 16, widths: [16, 32, 64, 128], blockCounts: [3, 4, 6, 3], dilatesLastStage: false),
      width: 64, headCount: 8, levelCount: levelCount, pointCount: 4, hiddenWidth: 256, encoderLayerCount: 6,
      decoderLayerCount: 6, queryCount: 25, classCount: classCount, refinesBoxes: refinesBoxes)
  }

  /// The convolutions in front of the transformer: one for each map of the backbone, then those that make coarser maps.
  var projectionSizes: [(input: Int, kernel: Int, stride: Int)] {
    let outputs = backbone.outputWidths
    guard levelCount == 1 || levelCount >= outputs.count - 1 else {
      fatalError(
        "\(levelCount) levels of a backbone of \(outputs.count) stages; expected 1 or at least \(outputs.count - 1)"
      )
    }
    let sources = levelCount == 1 ? outputs.suffix(1) : outputs.dropFirst()
    return sources.map { (input: $0, kernel: 1, stride: 1) }
      + (sources.count..<levelCount).map { index in
        (input: index == sources.count ? outputs[outputs.count - 1] : width, kernel: 3, stride: 2)
      }
  }
}

extension DeformableDETRConfiguration {
  /// Sigmoid heads.
  public var loss: DetectionLoss { .deformableDETR }
  /// The best of all queries and classes.
  public var selection: DetectionSelection { .best(100) }
  /// What moves the points that attention looks at.
  public var slowLayers: Set<String> { ["sampling_offsets", "reference_points"] }
  /// A Deformable DETR with its first values.
  public func makeDetector(seed: UInt64) -> any Detector { DeformableDETR(self, seed: seed) }
}
