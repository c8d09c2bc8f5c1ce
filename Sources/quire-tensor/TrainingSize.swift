// What `--size` and `--augmentation` stand for.
import ArgumentParser
import COCO
import Detection
import Experiment

/// The two sizes of every detector.
enum TrainingSize: String, CaseIterable, ExpressibleByArgument {
  case mini
  case full

  /// The shorter side of pictures, in pixels.
  var shortSide: Int { self == .mini ? 96 : 800 }

  /// The COCO category of each class: at the small size those that the data lists, at the published one every number up to
  /// the largest.
  func categoryIDs(_ dataset: Dataset) -> [Int] {
    let ids = dataset.categories.map(\.id).sorted()
    guard self == .full, let first = ids.first, first >= 0, let last = ids.last, last <= 10_000 else {
      return ids
    }
    return Array(0...last)
  }

  /// The sizes of a detector.
  func configuration(
    _ architecture: DetectorArchitecture, classCount: Int, depth: Int
  ) -> DetectorConfiguration {
    architecture.configuration(
      isMini: self == .mini, classCount: classCount,
      blockCounts: depth == 101 ? [3, 4, 23, 3] : [3, 4, 6, 3])
  }

  /// How it is trained: as the notebooks do at the small size, as published at the other.
  func recipe(pictureCount: Int) -> TrainingRecipe {
    switch self {
    case .mini: .mini(imageCount: 256_000)
    case .full:
      TrainingRecipe(
        imageCount: 50 * pictureCount, batchSize: 16, rate: 1e-4, backboneRate: 1e-5, decay: 1e-4,
        clippingNorm: 0.1, warmUpSteps: 0, decayShare: 0.2, validationInterval: 1000)
    }
  }
}

/// The variations of training pictures.
enum AugmentationName: String, CaseIterable, ExpressibleByArgument {
  case flips
  case published

  /// The variations for a shorter side.
  func augmentation(side: Int) -> Augmentation {
    switch self {
    case .flips: .flips(at: side)
    case .published: .published(largest: side)
    }
  }
}
