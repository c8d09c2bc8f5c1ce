// The step that exchanges the detections of two rows image by image: how large a difference in AP is by chance.
import Artifacts
import COCO
import FoundationEssentials

/// Differences in AP of two rows under exchanges of their detections.
public struct ExchangedDifferences: Codable, Sendable, Storable {
  /// First minus second, all categories first and then the groups in order, `[set][exchange]`; the first is the observed one.
  public var values: [[Double]]
}

/// Differences in AP of two rows with their detections exchanged in every image with probability one half.
public struct ExchangedScores: Step {
  /// The name in keys and folders.
  public static let name = "exchanged-scores"
  /// Raised when the meaning of the result changes.
  public static let version = 1
  /// The code that the result comes from.
  public static let sources =
    Scoring.sources + ["Sources/Experiment/Steps/ExchangedScores.swift", "Sources/COCO/SwapTest.swift"]
  /// Double precision in fixed order.
  public static let determinism = Determinism.exact

  /// What the first found.
  public let first: Artifact<DetectionSet>
  /// What the second found.
  public let second: Artifact<DetectionSet>
  /// What is there.
  public let truth: Artifact<Dataset>
  /// The critical groups.
  public let groups: [CriticalGroup]
  /// How often detections are exchanged.
  public let exchangeCount: Int
  /// The seed of the exchanges: pairs with the same one exchange the same images.
  public let seed: UInt64

  /// The differences between two rows.
  public init(
    _ first: Artifact<DetectionSet>, _ second: Artifact<DetectionSet>, truth: Artifact<Dataset>,
    groups: [CriticalGroup], exchangeCount: Int = 1000, seed: UInt64 = 1
  ) {
    self.first = first
    self.second = second
    self.truth = truth
    self.groups = groups
    self.exchangeCount = exchangeCount
    self.seed = seed
  }

  /// What people read while it runs.
  public var title: String { "exchanges of \(first.title) and \(second.title)" }

  /// Matches both once and accumulates twice per exchange.
  public func run(_ context: StepContext) throws -> ExchangedDifferences {
    let truth = try truth.value
    let differences = evaluate(truth, try first.value.detections).exchangedDifferences(
      to: evaluate(truth, try second.value.detections), sets: try truth.categorySets(groups),
      permutations: exchangeCount, seed: seed, threads: context.threads)
    let sets = differences.first?.indices ?? 0..<0
    return ExchangedDifferences(values: sets.map { set in differences.map { $0[set] } })
  }
}
