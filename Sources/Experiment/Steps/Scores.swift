// The step that scores a row: AP over all categories and over every critical group, resampled over images.
import Artifacts
import COCO
import FoundationEssentials

/// AP of a row, overall and by group, with the resamples that intervals and paired differences are made of.
public struct RowScores: Codable, Sendable, Storable {
  /// The twelve COCO figures.
  public var statistics: BoxStatistics
  /// AP with resamples: all categories first, then the groups in order.
  public var precision: ResampledPrecision
}

/// Scores of detections.
public struct Scoring: Step {
  /// The name in keys and folders.
  public static let name = "scores"
  /// Raised when the meaning of the result changes.
  public static let version = 1
  /// The code that the result comes from.
  public static let sources = [
    "Sources/Experiment/Steps/Scores.swift", "Sources/COCO/Bootstrap.swift",
    "Sources/COCO/BoxEvaluation.swift",
    "Sources/COCO/BoxEvaluation+Averages.swift", "Sources/COCO/CellMatching.swift",
    "Sources/COCO/PrecisionCurve.swift", "Sources/COCO/ResamplingPlan.swift",
    "Sources/COCO/SetPrecision.swift", "Sources/COCO/MatchTable.swift",
    "Sources/COCO/ImageMatches.swift", "Sources/COCO/PrecisionEnvelope.swift",
    "Sources/COCO/EvaluationInput.swift", "Sources/COCO/EvaluationConstants.swift",
    "Sources/COCO/SplitMix64.swift",
  ]
  /// Double precision in fixed order.
  public static let determinism = Determinism.exact

  /// What was found.
  public let detections: Artifact<DetectionSet>
  /// What is there.
  public let truth: Artifact<Dataset>
  /// The critical groups.
  public let groups: [CriticalGroup]
  /// Resamples of the images.
  public let resampleCount: Int
  /// The seed of the resamples: rows with the same one can be compared pairwise.
  public let seed: UInt64

  /// The scores of a row.
  public init(
    _ detections: Artifact<DetectionSet>, truth: Artifact<Dataset>,
    groups: [CriticalGroup] = DetectionTask.detection.criticalGroups,
    resampleCount: Int = 1000, seed: UInt64 = 1
  ) {
    self.detections = detections
    self.truth = truth
    self.groups = groups
    self.resampleCount = resampleCount
    self.seed = seed
  }

  /// What people read while it runs.
  public var title: String { "scores of \(detections.title)" }

  /// Matches once and accumulates once per resample.
  public func run(_ context: StepContext) throws -> RowScores {
    let truth = try truth.value
    let evaluation = evaluate(truth, try detections.value.detections)
    return RowScores(
      statistics: evaluation.statistics,
      precision: evaluation.resampledPrecision(
        of: try truth.categorySets(groups), resamples: resampleCount, seed: seed))
  }
}

extension Dataset {
  /// What a row is scored on: all categories first, then the groups in order.
  func categorySets(_ groups: [CriticalGroup]) throws -> [CategorySet] {
    [CategorySet(name: "all", ids: categories.map(\.id))]
      + (try groups.map { group in
        try group.categoryIDs.map { CategorySet(name: group.rawValue, ids: $0) }
          ?? categorySet(named: group.rawValue)
      })
  }
}
