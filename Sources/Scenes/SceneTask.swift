/// What is to be found in scenes.
public enum SceneTask: String, Sendable, Codable, CaseIterable {
  /// Things: 65 categories of COCO.
  case detection
  /// Things and, with boxes of their own, the surfaces behind them: 82 categories of COCO.
  case panoptic
  /// Photographs of garments: ten kinds.
  case garments

  /// The categories, in the order of the detectors' classes.
  public var categories: [SceneCategory] {
    switch self {
    case .detection: SceneCategory.all
    case .panoptic: SceneCategory.all + SceneCategory.stuff
    case .garments: SceneCategory.garments
    }
  }

  /// The splits that the task has. Garments have no unseen art: their report scenes show new instances.
  public var splits: [SceneSplit] {
    self == .garments ? [.train, .selection, .report] : SceneSplit.allCases
  }
}

extension SceneCategory {
  /// COCO's categories of stuff that the textures show, ordered by id.
  public static let stuff: [SceneCategory] = TextureKind.allCases.map(\.category).sorted { $0.id < $1.id }

  /// The ten kinds of garments, in the order of their published labels.
  public static let garments: [SceneCategory] = [
    SceneCategory(1, "T-shirt", "tops", isThing: true),
    SceneCategory(2, "trouser", "trouser", isThing: true),
    SceneCategory(3, "pullover", "tops", isThing: true),
    SceneCategory(4, "dress", "dress", isThing: true),
    SceneCategory(5, "coat", "tops", isThing: true),
    SceneCategory(6, "sandal", "footwear", isThing: true),
    SceneCategory(7, "shirt", "tops", isThing: true),
    SceneCategory(8, "sneaker", "footwear", isThing: true),
    SceneCategory(9, "bag", "bag", isThing: true),
    SceneCategory(10, "ankle boot", "footwear", isThing: true),
  ]
}

extension TextureKind {
  /// COCO's category of the surface.
  var category: SceneCategory {
    switch self {
    case .sky: SceneCategory(187, "sky-other-merged", "sky", isThing: false)
    case .mountain: SceneCategory(192, "mountain-merged", "solid", isThing: false)
    case .tree: SceneCategory(184, "tree-merged", "plant", isThing: false)
    case .grass: SceneCategory(193, "grass-merged", "plant", isThing: false)
    case .sea: SceneCategory(155, "sea", "water", isThing: false)
    case .sand: SceneCategory(154, "sand", "ground", isThing: false)
    case .snow: SceneCategory(159, "snow", "ground", isThing: false)
    case .dirt: SceneCategory(194, "dirt-merged", "ground", isThing: false)
    case .gravel: SceneCategory(125, "gravel", "ground", isThing: false)
    case .road: SceneCategory(149, "road", "ground", isThing: false)
    case .pavement: SceneCategory(191, "pavement-merged", "ground", isThing: false)
    case .wallBrick: SceneCategory(171, "wall-brick", "wall", isThing: false)
    case .wallTile: SceneCategory(176, "wall-tile", "wall", isThing: false)
    case .wallWood: SceneCategory(177, "wall-wood", "wall", isThing: false)
    case .wallPlain: SceneCategory(199, "wall-other-merged", "wall", isThing: false)
    case .floorWood: SceneCategory(118, "floor-wood", "floor", isThing: false)
    case .rug: SceneCategory(200, "rug-merged", "textile", isThing: false)
    }
  }
}
