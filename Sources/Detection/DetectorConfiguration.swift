// The architecture and size of a detector, as files state them.

/// The sizes of one architecture, and what the architecture decides about loss and output.
public protocol DetectorSize: Codable, Sendable, Equatable {
  /// The backbone.
  var backbone: ResNetConfiguration { get set }
  /// Objects that can be found in one picture.
  var queryCount: Int { get }
  /// Categories, without "no object".
  var classCount: Int { get }
  /// The published loss and matching.
  var loss: DetectionLoss { get }
  /// Which of all queries and classes become detections.
  var selection: DetectionSelection { get }
  /// The names of layers that learn at a tenth of the rate.
  var slowLayers: Set<String> { get }
  /// A detector with its first values.
  func makeDetector(seed: UInt64) -> any Detector
}

extension DetectorSize {
  /// None.
  public var slowLayers: Set<String> { [] }
}

/// An architecture with its sizes. In JSON it is one flat object: the sizes, and the name under `architecture`.
public enum DetectorConfiguration: Sendable, Equatable {
  /// DETR: learned queries, softmax heads.
  case detr(DETRConfiguration)
  /// DAB-DETR: anchors as queries, sigmoid heads.
  case dabDETR(DABDETRConfiguration)
  /// Deformable DETR: attention to points of several feature maps, sigmoid heads.
  case deformableDETR(DeformableDETRConfiguration)

  /// The sizes.
  public var size: any DetectorSize {
    switch self {
    case .detr(let size): size
    case .dabDETR(let size): size
    case .deformableDETR(let size): size
    }
  }

  /// The name of the architecture in files and arguments.
  public var architecture: DetectorArchitecture {
    switch self {
    case .detr: .detr
    case .dabDETR: .dabDETR
    case .deformableDETR: .deformableDETR
    }
  }

  /// The backbone.
  public var backbone: ResNetConfiguration { size.backbone }
  /// Categories, without "no object".
  public var classCount: Int { size.classCount }
  /// The published loss and matching of the architecture.
  public var loss: DetectionLoss { size.loss }
  /// Which of all queries and classes become detections.
  public var selection: DetectionSelection { size.selection }
  /// The names of layers that learn at a tenth of the rate.
  public var slowLayers: Set<String> { size.slowLayers }
}

/// The names of architectures in files and arguments.
public enum DetectorArchitecture: String, Codable, Sendable, CaseIterable {
  /// DETR.
  case detr
  /// DAB-DETR.
  case dabDETR = "dab-detr"
  /// Deformable DETR.
  case deformableDETR = "deformable-detr"
}

extension DetectorArchitecture {
  /// The published sizes, or the small ones of the same layers.
  ///
  /// - Parameter blockCounts: blocks of each stage of the backbone.
  public func configuration(isMini: Bool, classCount: Int, blockCounts: [Int]) -> DetectorConfiguration {
    func deepened<Size: DetectorSize>(_ mini: Size, _ full: Size) -> Size {
      var size = isMini ? mini : full
      size.backbone.blockCounts = blockCounts
      return size
    }
    switch self {
    case .dabDETR:
      return .dabDETR(deepened(.mini(classCount: classCount), .full(classCount: classCount)))
    case .detr: return .detr(deepened(.mini(classCount: classCount), .full(classCount: classCount)))
    case .deformableDETR:
      return .deformableDETR(deepened(.mini(classCount: classCount), .full(classCount: classCount)))
    }
  }
}

extension DetectorConfiguration: Codable {
  private enum Key: CodingKey { case architecture }

  /// Reads sizes and architecture; without a name it is a DETR, as in files older than the other architectures.
  public init(from decoder: any Swift.Decoder) throws {
    let name = try decoder.container(keyedBy: Key.self)
      .decodeIfPresent(DetectorArchitecture.self, forKey: .architecture)
    switch name ?? .detr {
    case .detr: self = .detr(try DETRConfiguration(from: decoder))
    case .dabDETR: self = .dabDETR(try DABDETRConfiguration(from: decoder))
    case .deformableDETR: self = .deformableDETR(try DeformableDETRConfiguration(from: decoder))
    }
  }

  /// Writes the sizes and the architecture side by side.
  public func encode(to encoder: any Swift.Encoder) throws {
    try size.encode(to: encoder)
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(architecture, forKey: .architecture)
  }
}
