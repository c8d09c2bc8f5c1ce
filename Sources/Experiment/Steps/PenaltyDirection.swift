// The step that compares ways to take the derivative of a Fisher trace: where they point, and what a move along them does.
import Artifacts
import Detection
import Fisher
import FoundationEssentials
import NN
import Quantization
import Scenes
import Torch

/// Where one way of taking the derivative points, and what a move against it leaves of the trace.
public struct DerivativeMoves: Codable, Sendable, Equatable {
  /// How the derivative is taken.
  public var method: SecondDerivative
  /// The cosine with the product by double backward, `[batch]`.
  public var cosines: [Double]
  /// The trace on the batch's own scenes after a move, `[reach][batch]`.
  public var own: [[Double]]
  /// The trace on the scenes of the next batch after it, `[reach][batch]`.
  public var other: [[Double]]
}

/// Ways to take the derivative of a Fisher trace side by side.
public struct PenaltyDirections: Codable, Sendable, Equatable, Storable {
  /// The trace of every batch before any move, `[batch]`.
  public var before: [Double]
  /// Each way.
  public var moves: [DerivativeMoves]

  /// What a move leaves of the trace, over all batches: on the scenes that it was computed from, and on those of the next batch.
  func left(_ moves: DerivativeMoves, reach: Int) -> (own: Double, other: Double) {
    let all = before.reduce(0, +)
    return (moves.own[reach].reduce(0, +) / all, moves.other[reach].reduce(0, +) / all)
  }
}

/// How the derivative of the penalty on a Fisher trace is to be taken, measured at the weights of a trained detector.
public struct PenaltyDirection: Step {
  /// The name in keys and folders.
  public static let name = "penalty-direction"
  /// Raised when the meaning of the result changes.
  public static let version = 1
  /// The code that the result comes from.
  public static let sources =
    CriticalTrace.sources + [
      "Sources/Experiment/Steps/PenaltyDirection.swift", "Sources/Fisher/FisherTrace.swift",
      "Sources/Fisher/HessianProducts.swift",
    ]
  /// Gradients depend on the kind of processor.
  public static let determinism = Determinism.exactOn

  /// The packed weights: derivatives are taken at what their codes stand for.
  public let detector: Artifact<QuantizedCheckpoint>
  /// Where the scenes come from.
  public let source: SceneSource
  /// Whose critical loss.
  public let group: CriticalGroup
  /// The ways that are compared with double backward.
  public let methods: [SecondDerivative]
  /// The lengths of moves, in lengths of all weights that move.
  public let reaches: [Double]
  /// Batches of selection scenes.
  public let batchCount: Int
  /// Scenes in each.
  public let batchSize: Int

  /// The ways that the report compares.
  public init(
    at detector: Artifact<QuantizedCheckpoint>, on source: SceneSource, group: CriticalGroup,
    methods: [SecondDerivative] = [.central(step: 1e-2), .central(step: 1e-3), .central(step: 1e-4)],
    reaches: [Double] = [1e-4, 1e-3], batchCount: Int = 8, batchSize: Int = 32
  ) {
    self.detector = detector
    self.source = source
    self.group = group
    self.methods = methods
    self.reaches = reaches
    self.batchCount = batchCount
    self.batchSize = batchSize
  }

  /// What people read while it runs.
  public var title: String { "directions of the penalty for \(group.rawValue), \(detector.title)" }

  /// Takes the derivatives batch by batch, with signs as in training.
  public func run(_ context: StepContext) throws -> PenaltyDirections {
    Runtime.setThreadCount(1)
    let checkpoint = try detector.value
    let samples = try source.generator().scenes(
      .selection, 0..<batchCount * batchSize, threads: context.threads
    )
    .map(\.sample)
    let batches = (0..<batchCount).map { Array(samples[$0 * batchSize..<($0 + 1) * batchSize]) }
    return try penaltyDirections(
      of: checkpoint.detector(), bits: checkpoint.bits.bits, group, of: source.task, batches,
      methods: methods, reaches: reaches
    ) { context.progress("batch \($0 + 1) of \(batchCount)", fraction: Double($0) / Double(batchCount)) }
  }
}

/// Compares ways to take the derivative of the trace of a group's critical loss, and double backward, which comes first.
package func penaltyDirections(
  of detector: any Detector, bits: BitAssignment, _ group: CriticalGroup, of task: DetectionTask,
  _ batches: [[TrainingSample]], methods: [SecondDerivative], reaches: [Double],
  progress: (Int) -> Void = { _ in }
) throws -> PenaltyDirections {
  detector.backbone.freezeForDetection()
  let layers = detector.weightLayers.filter { bits[$0.name] != nil && $0.layer.weight.isTrained }
  let parameters = layers.map(\.layer.weight)
  let length = Tensor.totalNorm(parameters.map { $0.value.detached() })
  let objective = CriticalObjective(
    classes: task.classes(of: group), classCount: detector.configuration.classCount)
  func trace(_ samples: [TrainingSample]) throws -> Double {
    let norms = try traceByPart(of: detector, bits: bits, group, of: task, samples).squaredNorms[.trained]
    return mean(norms ?? [])
  }
  let all = [SecondDerivative.exact] + methods
  let none = [[Double]](repeating: [], count: reaches.count)
  var result = PenaltyDirections(
    before: try batches.map(trace),
    moves: all.map { DerivativeMoves(method: $0, cosines: [], own: none, other: none) })
  for (batch, samples) in batches.enumerated() {
    progress(batch)
    let directions = all.map {
      direction($0, detector, objective, parameters, samples, seed: UInt64(batch))
    }
    for (method, direction) in directions.enumerated() {
      result.moves[method].cosines.append(cosine(direction, directions[0]))
      let norm = Tensor.totalNorm(direction)
      for (place, reach) in reaches.enumerated() {
        let moved = withoutGradients {
          zip(parameters, direction).map { $0.value.detached() - $1 * (reach * length / max(norm, 1e-30)) }
        }
        let weights = Dictionary(zip(layers.map(\.name), moved)) { first, _ in first }
        try withWeights(of: detector, replacedBy: weights) {
          result.moves[method].own[place].append(try trace(samples))
          result.moves[method].other[place].append(try trace(batches[(batch + 1) % batches.count]))
        }
      }
    }
  }
  return result
}

/// The gradient of a batch's trace, as training takes it.
private func direction(
  _ method: SecondDerivative, _ detector: any Detector, _ objective: CriticalObjective,
  _ parameters: [Parameter], _ samples: [TrainingSample], seed: UInt64
) -> [Tensor] {
  let (batch, targets) = (ImageBatch(samples.map(\.image)), samples.map(\.target))
  let loss = detector.configuration.loss
  let pairs = withoutGradients { loss.matching(detector(batch), targets) }
  let signs = randomSigns(samples.count, seed: seed)
  return fisherTrace(of: parameters, imageCount: samples.count, method: method) {
    objective.loss(
      .folded, detector(batch), targets, pairs, loss, normalization: .weighted(signs))
  }.gradient.map { $0.detached() }
}

/// The cosine of two lists of tensors of the same shapes.
private func cosine(_ one: [Tensor], _ other: [Tensor]) -> Double {
  withoutGradients {
    let product = zip(one, other).reduce(0) { $0 + Double(($1.0 * $1.1).sum().item()) }
    return product / max(Tensor.totalNorm(one) * Tensor.totalNorm(other), 1e-30)
  }
}
