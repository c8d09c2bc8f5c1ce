// The step that executes the beginning of a committed training again.
import Artifacts
import Detection
import FoundationEssentials

/// A point of a training's course as it stands with the committed result, and as the present code finds it.
public struct AuditedPoint: Codable, Sendable, Equatable, Storable {
  /// As committed.
  public var committed: TrainingPoint
  /// As executed again.
  public var repeated: TrainingPoint
}

/// The first part of a training with quantized weights, up to the first point of its course, with the present code.
///
/// Trained weights are keyed by a version, not by the code they come from, so that an edit does not orphan hours of work.
/// This is what holds them to the code: it is cheap, and it is computed again by every thorough check.
public struct TrainingAudit: Step {
  /// The name in keys and folders.
  public static let name = "audit"
  /// Raised when the meaning of the result changes.
  public static let version = 1
  /// The code that the result comes from.
  public static let sources =
    QuantizationAwareTraining.sources + [
      "Sources/Experiment/Steps/QuantizationAwareTraining.swift",
      "Sources/Experiment/Steps/TrainingAudit.swift", "Sources/Experiment/Training/ImageLosses.swift",
      "Sources/Quantization/QuantizationScheme.swift", "Sources/Boxes/OptimalAssignment.swift",
      "Sources/Boxes/AugmentingPaths.swift", "Sources/NN/Schedule.swift",
    ]
  /// Gradients depend on the kind of processor.
  public static let determinism = Determinism.exactOn

  /// The training.
  public let training: QuantizationAwareTraining
  /// Its committed result.
  public let result: Artifact<QuantizedCheckpoint>

  /// An audit of a training.
  public init(_ training: QuantizationAwareTraining, result: Artifact<QuantizedCheckpoint>) {
    self.training = training
    self.result = result
  }

  /// What people read while it runs.
  public var title: String { "the beginning of \(training.title), again" }

  /// Trains to the first point.
  public func run(_ context: StepContext) throws -> AuditedPoint {
    guard let committed = try result.value.history().first else {
      throw TrainingError("\(training.title): the committed result has no training curve")
    }
    let step = committed.imagesSeen / training.recipe.training.batchSize
    guard let repeated = try training.train(context, stopStep: step).1.first else {
      throw TrainingError("\(training.title): no point of the course was reached in \(step) steps")
    }
    return AuditedPoint(committed: committed, repeated: repeated)
  }
}
