// One step of training with quantized weights: detection loss, teacher, flatness.
import Detection
import Fisher
import NN
import Quantization
import Torch

/// A detector in training with quantized weights, and what its steps minimize.
public struct QATStep {
  /// The detector.
  public let student: any Detector
  /// The same with quantized weights.
  public let quantized: FakeQuantizedNetwork
  /// The floating-point detector, where it teaches.
  public let teacher: (any Detector)?
  /// What the flatness is taken of, and whose classes may weigh more; none where the recipe has neither.
  public let objective: CriticalObjective?
  /// The recipe.
  public let recipe: QATRecipe
  private let seed: UInt64

  /// Steps for a detector as it stands; a copy of it teaches.
  ///
  /// - Parameters:
  ///   - teacher: a detector with the same weights, which does not change.
  ///   - seed: of the signs of the trace.
  /// - Throws: an error if the bits do not fit the detector.
  public init(
    _ student: any Detector, teacher: (any Detector)?, bits: BitAssignment, objective: CriticalObjective?,
    recipe: QATRecipe, seed: UInt64
  ) throws {
    guard objective != nil || !recipe.hasCriticalTerm else {
      fatalError("a recipe with a critical term needs critical classes")
    }
    student.backbone.freezeForDetection()
    self.student = student
    self.teacher = recipe.distillation == nil ? nil : teacher
    self.objective = objective
    self.recipe = recipe
    self.seed = seed
    quantized = try FakeQuantizedNetwork(student, bits, scales: recipe.scales)
  }

  /// Parameters with their rates: transformer and heads, backbone, scales, and what is to learn slowly.
  public var parameterGroups: [AdamW.Group] {
    let slow = recipe.slowRate == nil ? [] : student.configuration.slowLayers
    let trained = student.namedParameters.filter(\.parameter.isTrained)
      .map { (name: "network." + $0.name, parameter: $0.parameter) }
    let isBackbone = { (name: String) in name.hasPrefix("network.backbone.") }
    let isSlow = { (name: String) in name.split(separator: ".").contains { slow.contains(String($0)) } }
    func group(_ rate: Double, _ belongs: (String) -> Bool) -> AdamW.Group {
      AdamW.Group(
        parameters: trained.filter { belongs($0.name) }, rate: rate, decay: recipe.training.decay)
    }
    return [
      group(recipe.training.rate) { !isBackbone($0) && !isSlow($0) },
      group(recipe.training.backboneRate) { isBackbone($0) },
      AdamW.Group(parameters: quantized.scaleParameters, rate: recipe.scaleRate, decay: 0),
    ] + (recipe.slowRate.map { rate in [group(rate) { !isBackbone($0) && isSlow($0) }] } ?? [])
  }

  /// The loss of a batch at a step, counted from 0.
  public func loss(_ batch: ImageBatch, _ targets: [Target], step: Int) -> StepLoss {
    var loss = student.configuration.loss
    if recipe.weighsCriticalClasses { loss.classFactors = objective?.classFactors }
    return quantized.withQuantizedWeights { weights in
      let output = student(batch)
      let pairs = loss.matching(output, targets)
      let terms = loss.terms(output, targets, pairs)
      var total = loss.total(terms)
      var parts = terms.summary
      if let teacher, let distillation = recipe.distillation {
        let taught = distillation.loss(
          output, teacher: withoutGradients { teacher(batch) }, classes: loss.classes)
        parts += ", teacher \(rounded(taught.item()))"
        total = total + taught
      }
      let weight = recipe.penalty?.weight(step: step, of: recipe.training.stepCount) ?? 0
      if weight > 0, let penalty = recipe.penalty, let objective {
        let trained = weights.filter(\.parameter.isTrained)
        let estimate = flatness(
          penalty, of: objective, trained.map(\.parameter), output, batch, targets, pairs, step: step)
        parts += ", penalty \(rounded(estimate.value))"
        // A term whose gradient at the quantized weights is that of the penalty, and whose value is the penalty's.
        let along = zip(trained, estimate.gradient).map { ($0.value * $1.detached()).sum() }
        if let first = along.first {
          let sum = along.dropFirst().reduce(first) { $0 + $1 }
          total = total + (sum - sum.detached() + estimate.value) * weight
        }
      }
      return StepLoss(total: total, summary: { parts })
    }
  }

  private func flatness(
    _ penalty: FlatnessPenalty, of objective: CriticalObjective, _ parameters: [Parameter],
    _ output: DetectorOutput, _ batch: ImageBatch, _ targets: [Target], _ pairs: Matching, step: Int
  ) -> FisherTraceEstimate {
    let count = targets.count
    let loss = student.configuration.loss
    func critical(_ output: DetectorOutput, _ factors: [Double]) -> Tensor {
      objective.loss(.folded, output, targets, pairs, loss, normalization: .weighted(factors))
    }
    switch penalty.kind {
    case .fisherTrace(let method):
      let signs = randomSigns(count, seed: SeedSequence.seed(seed, "signs \(step)"))
      return fisherTrace(
        of: parameters, imageCount: count, method: method, present: critical(output, signs)
      ) { critical(student(batch), signs) }
    case .gradientDifference(let reach):
      let shares = [Double](repeating: 1 / Double(count), count: count)
      return gradientDifferencePenalty(of: parameters, step: reach) { critical(student(batch), shares) }
    }
  }

  private func rounded(_ value: Double) -> String {
    value.isFinite ? "\((value * 1000).rounded() / 1000)" : "\(value)"
  }
}

/// Trains a detector with quantized weights.
///
/// - Parameters:
///   - seed: of the order of the samples.
///   - validate: the score of the detector as it is, with its quantized weights in place, and further figures by name.
/// - Returns: the training curve.
public func trainQuantized(
  _ qat: QATStep, _ samples: [TrainingSample], _ loop: TrainingLoop, seed: UInt64,
  validate: (any Detector) throws -> TrainingFigures
) throws -> [TrainingPoint] {
  var order = SampleOrder(seed: seed, count: samples.count, batchSize: loop.recipe.batchSize)
  return try loop.run(
    qat.quantized, groups: qat.parameterGroups,
    loss: { step in
      let chosen = order.batch(step: step)
      let targets = chosen.map {
        $0.isMirrored ? samples[$0.sample].target.mirrored : samples[$0.sample].target
      }
      let batch = ImageBatch(chosen.map { samples[$0.sample].image }, mirrored: chosen.map(\.isMirrored))
      return qat.loss(batch, targets, step: step)
    },
    figures: { try qat.quantized.withQuantizedWeights { _ in try validate(qat.student) } })
}
