// The step that scores a row on every second picture.
import Artifacts
import COCO
import FoundationEssentials

/// Scores on one half of the pictures: what is chosen on one half must be measured on the other.
public struct HalfScoring: Step {
  /// The name in keys and folders.
  public static let name = "half-scores"
  /// Raised when the meaning of the result changes.
  public static let version = 1
  /// The code that the result comes from.
  public static let sources = Scoring.sources + ["Sources/Experiment/Steps/HalfScores.swift"]
  /// Double precision in fixed order.
  public static let determinism = Determinism.exact

  /// What was found.
  public let detections: Artifact<DetectionSet>
  /// What is there.
  public let truth: Artifact<Dataset>
  /// The critical groups.
  public let groups: [CriticalGroup]
  /// Pictures whose place among all pictures has this remainder by two.
  public let remainder: Int
  /// Resamples of the images.
  public let resampleCount: Int
  /// The seed of the resamples.
  public let seed: UInt64

  /// The scores of a row on every second picture.
  public init(
    _ detections: Artifact<DetectionSet>, truth: Artifact<Dataset>, groups: [CriticalGroup], remainder: Int,
    resampleCount: Int = 1000, seed: UInt64 = 1
  ) {
    self.detections = detections
    self.truth = truth
    self.groups = groups
    self.remainder = remainder
    self.resampleCount = resampleCount
    self.seed = seed
  }

  /// What people read while it runs.
  public var title: String { "scores on half the pictures of \(detections.title)" }

  /// Scores as if there were no other pictures.
  public func run(_ context: StepContext) throws -> RowScores {
    var half = try truth.value
    let kept = Set(half.images.indices.filter { $0 % 2 == remainder }.map { half.images[$0].id })
    half.images = half.images.filter { kept.contains($0.id) }
    half.annotations = half.annotations.filter { kept.contains($0.imageID) }
    let found = try detections.value.detections.filter { kept.contains($0.imageID) }
    let evaluation = evaluate(half, found)
    return RowScores(
      statistics: evaluation.statistics,
      precision: evaluation.resampledPrecision(
        of: try half.categorySets(groups), resamples: resampleCount, seed: seed))
  }
}
