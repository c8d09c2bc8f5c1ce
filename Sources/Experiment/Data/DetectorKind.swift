// The detectors of the paper.
import Detection

/// A detector by name, at the small size.
public enum DetectorKind: String, Codable, Sendable, CaseIterable {
  /// DETR with a backbone of 50 layers.
  case detrR50 = "detr-r50"
  /// DETR with a backbone of 101 layers.
  case detrR101 = "detr-r101"
  /// DAB-DETR with a backbone of 50 layers.
  case dabDETRR50 = "dab-detr-r50"
  /// Deformable DETR with a backbone of 50 layers and four feature maps.
  case deformableDETRR50 = "deformable-detr-r50"

  /// The name in text and tables.
  public var title: String {
    switch self {
    case .detrR50: "DETR-R50"
    case .detrR101: "DETR-R101"
    case .dabDETRR50: "DAB-DETR-R50"
    case .deformableDETRR50: "Deformable-DETR-R50"
    }
  }

  /// Its architecture and sizes for a number of classes.
  public func configuration(classCount: Int) -> DetectorConfiguration {
    switch self {
    case .detrR50: return .detr(.mini(classCount: classCount))
    case .detrR101:
      var configuration = DETRConfiguration.mini(classCount: classCount)
      configuration.backbone.blockCounts = [3, 4, 23, 3]
      return .detr(configuration)
    case .dabDETRR50: return .dabDETR(.mini(classCount: classCount))
    case .deformableDETRR50: return .deformableDETR(.mini(classCount: classCount))
    }
  }

  /// How it is trained at the small size: as long as fits into two hours on one core. Anchors and sampled attention learn to locate
  /// objects much sooner than DETR's free queries, and cost more per picture.
  public var recipe: TrainingRecipe {
    switch self {
    case .detrR50: .mini(imageCount: 416_000)
    case .detrR101: .mini(imageCount: 320_000)
    case .dabDETRR50: .mini(imageCount: 192_000)
    case .deformableDETRR50: .mini(imageCount: 144_000)
    }
  }

  /// The detector whose pre-trained backbone it starts from: the same one for all whose backbones are alike.
  public var backboneKind: DetectorKind {
    switch self {
    case .detrR50, .dabDETRR50: .detrR50
    case .detrR101: .detrR101
    case .deformableDETRR50: .deformableDETRR50
    }
  }
}
