// The step that compares predicted and measured rises of the losses for whole assignments.
import Artifacts
import Fisher
import FoundationEssentials
import NN
import Quantization
import Scenes
import Torch

/// The rise of the losses under whole assignments, with everything that gradients predict of it.
public struct AssignmentRise: Step {
  /// The name in keys and folders.
  public static let name = "assignment-rise"
  /// Raised when the meaning of the result changes.
  public static let version = 1
  /// The code that the result comes from.
  public static let sources =
    LayerFisher.sources + [
      "Sources/Experiment/Steps/AssignmentRise.swift", "Sources/Fisher/GradientProjections.swift",
      "Sources/Fisher/MeasuredLosses.swift", "Sources/Quantization/QuantizedModule.swift",
      "Sources/Fisher/FisherMeasurement.swift", "Sources/Fisher/Objective.swift",
    ]
  /// Gradients depend on the kind of processor.
  public static let determinism = Determinism.exactOn

  /// Whose weights.
  public let detector: Artifact<Checkpoint>
  /// The assignments.
  public let assignments: [Artifact<WeightBits>]
  /// Where the scenes come from.
  public let source: SceneSource
  /// The critical objectives.
  public let groups: [CriticalGroup]
  /// Selection scenes.
  public let sceneCount: Int

  /// Rises of a detector's losses.
  public init(
    of detector: Artifact<Checkpoint>, under assignments: [Artifact<WeightBits>], on source: SceneSource,
    groups: [CriticalGroup], sceneCount: Int = 200
  ) {
    self.detector = detector
    self.assignments = assignments
    self.source = source
    self.groups = groups
    self.sceneCount = source.count(sceneCount, of: .selection)
  }

  /// What people read while it runs.
  public var title: String { "rises under \(assignments.count) assignments" }

  /// One pass for the gradients of every scene, and one pass under each assignment.
  public func run(_ context: StepContext) throws -> [AssignmentRises] {
    Runtime.setThreadCount(1)
    let module = try detector.value.detector()
    let scenes = try source.generator().scenes(.selection, 0..<sceneCount, threads: context.threads)
    let (images, targets) = (scenes.map(\.image), scenes.map(\.target))
    let critical = criticalLosses(
      groups, [.folded], task: source.task, classCount: module.configuration.classCount)
    let bits = try assignments.map { try $0.value.bits }
    let widths = Set(bits.flatMap(\.values)).sorted()
    let accumulator = try accumulateFisher(
      of: module, critical: critical.map(\.name), imageCount: sceneCount, batchSize: 8,
      projectingOn: LayerPerturbations(of: module, bits: widths),
      progress: {
        context.progress("\($0) of \(sceneCount) scenes", fraction: Double($0) / Double(sceneCount))
      },
      losses: { imageLosses(module, Array(images[$0]), Array(targets[$0]), critical) })
    guard let projections = accumulator.projections else { fatalError("projections were asked for") }
    let measurement = accumulator.measurement(bits: widths)
    let before = measuredLosses(module, images, targets, critical)
    let objectives =
      [("overall", Objective.overall)]
      + critical.map { ($0.name, Objective.critical($0.name, alpha: 0)) }
    return try bits.map { assignment in
      let after = try withQuantized(module, assignment) { measuredLosses(module, images, targets, critical) }
      return AssignmentRises(
        objectives: try Dictionary(
          uniqueKeysWithValues: objectives.map { name, objective in
            let rises = after.rises(from: before, objective: objective)
            return (
              name,
              AssignmentRises.Rise(
                measured: rises, floatingPoint: before.values(of: objective),
                diagonal: try measurement.predictedRise(assignment, objective: objective),
                predicted: try projections.predictedRise(assignment, objective: objective))
            )
          }))
    }
  }
}

/// The rises of the losses under one assignment.
public struct AssignmentRises: Codable, Sendable {
  /// The rise of one loss.
  public struct Rise: Codable, Sendable {
    /// Of each scene.
    public var measured: [Double]
    /// The loss of each scene before.
    public var floatingPoint: [Double]
    /// `½ Σⱼ Fⱼⱼ Δⱼ²`.
    public var diagonal: Double
    /// First-order part, and the whole quadratic form.
    public var predicted: PredictedRise
  }

  /// By the name of the loss: `overall`, and critical ones.
  public var objectives: [String: Rise]
}
