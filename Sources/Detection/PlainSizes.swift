// The sizes of a detector of any architecture side by side, as a file may state them before anything is built.
import FoundationEssentials
import NN
import Torch

/// The keys of all architectures; what an architecture lacks is passed over when its configuration is made of them.
struct PlainSizes: Codable {
  var architecture: DetectorArchitecture?
  var backbone: ResNetConfiguration
  var width: Int
  var headCount: Int
  var hiddenWidth: Int
  var encoderLayerCount: Int
  var decoderLayerCount: Int
  var queryCount: Int
  var classCount: Int
  var levelCount: Int?
  var pointCount: Int?
  var refinesBoxes: Bool?
  var detectionCount: Int?

  /// Numbers in the largest detector that is built from a file: a few times those of the published ones.
  private static let mostNumbers = 300e6

  /// What makes these sizes impossible, as a clause; `nil` if a detector of them can be built.
  var fault: String? {
    let counts = [
      width, headCount, hiddenWidth, encoderLayerCount, decoderLayerCount, queryCount, classCount,
      pointCount ?? 1, detectionCount ?? 1, backbone.stemWidth,
    ]
    guard (counts + backbone.widths + backbone.blockCounts).allSatisfy({ (1...1_000_000).contains($0) })
    else {
      return "a size is not between 1 and a million"
    }
    guard backbone.widths.count == 4, backbone.blockCounts.count == 4 else {
      return "the backbone has \(backbone.widths.count) stages; expected 4"
    }
    guard width % 4 == 0, width % headCount == 0 else {
      return "a width of \(width) with \(headCount) heads; expected a multiple of 4 and of the heads"
    }
    if let levels = levelCount, levels != 1, !(3...8).contains(levels) {
      return "\(levels) feature levels; expected 1, or 3 to 8"
    }
    // The maps of several levels are normalized in 32 groups of channels, and a head looks at a limited number of points.
    if architecture == .deformableDETR, let levels = levelCount {
      guard width % 32 == 0 else { return "a width of \(width); expected a multiple of 32" }
      let points = (pointCount ?? 1) * levels
      guard points <= 64 else { return "\(points) points for each head; expected at most 64" }
    }
    if roughCount > Self.mostNumbers {
      return
        "about \(Int(roughCount / 1e6)) million weights; expected at most \(Int(Self.mostNumbers / 1e6)) million"
    }
    return nil
  }

  /// The weights of the matrices, roughly.
  private var roughCount: Double {
    let (width, hidden) = (Double(width), Double(hiddenWidth))
    let layers = Double(encoderLayerCount + decoderLayerCount)
    let offsets = 3.0 * Double(headCount) * Double(levelCount ?? 1) * Double(pointCount ?? 1)
    let transformer = layers * (12 * width * width + 2 * width * hidden + offsets * width)
    let blocks = zip(backbone.widths, backbone.blockCounts).reduce(0.0) { sum, stage in
      sum + Double(stage.1) * 17 * Double(stage.0) * Double(stage.0)
    }
    let last = Double(backbone.widths[backbone.widths.count - 1])
    let ends = width * (Double(classCount) + 2 * Double(queryCount) + 40 * last)
    return transformer + blocks + ends + 147 * Double(backbone.stemWidth)
  }

  /// The configuration of the architecture; `nil` where a key of it is missing.
  var configuration: DetectorConfiguration? {
    (try? JSONEncoder().encode(self)).flatMap {
      try? JSONDecoder().decode(DetectorConfiguration.self, from: $0)
    }
  }

  /// Reads sizes as files of this project state them.
  init?(json: Data) {
    guard let sizes = try? JSONDecoder().decode(PlainSizes.self, from: json) else { return nil }
    self = sizes
  }

  /// Sizes side by side.
  init(
    _ architecture: DetectorArchitecture, backbone: ResNetConfiguration, width: Int, headCount: Int,
    hiddenWidth: Int, layerCounts: (encoder: Int, decoder: Int), queryCount: Int, classCount: Int
  ) {
    self.architecture = architecture
    self.backbone = backbone
    self.width = width
    self.headCount = headCount
    self.hiddenWidth = hiddenWidth
    encoderLayerCount = layerCounts.encoder
    decoderLayerCount = layerCounts.decoder
    self.queryCount = queryCount
    self.classCount = classCount
  }
}
