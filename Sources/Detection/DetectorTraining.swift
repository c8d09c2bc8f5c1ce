// Training a detector on pictures of one size.
import Images
import NN
import Torch

/// The parameter groups of a detector: everything but the backbone at the full rate, the backbone at its own.
func parameterGroups(_ module: any Module, _ recipe: TrainingRecipe) -> [AdamW.Group] {
  let trained = module.namedParameters.filter(\.parameter.isTrained)
  return [
    AdamW.Group(
      parameters: trained.filter { !$0.name.hasPrefix("backbone.") }, rate: recipe.rate, decay: recipe.decay),
    AdamW.Group(
      parameters: trained.filter { $0.name.hasPrefix("backbone.") }, rate: recipe.backboneRate,
      decay: recipe.decay),
  ]
}

/// Trains a detector whose backbone is pre-trained.
///
/// - Parameters:
///   - seed: of the order of the samples.
///   - validate: the score of the detector as it is.
/// - Returns: the training curve.
public func trainDetector(
  _ detector: any Detector, _ samples: [TrainingSample], _ loop: TrainingLoop, seed: UInt64,
  validate: (any Detector) throws -> Double
) throws -> [TrainingPoint] {
  detector.backbone.freezeForDetection()
  let loss = detector.loss
  var order = SampleOrder(seed: seed, count: samples.count, batchSize: loop.recipe.batchSize)
  return try loop.run(
    detector, groups: parameterGroups(detector, loop.recipe),
    loss: { step in
      let chosen = order.batch(step: step)
      let targets = chosen.map {
        $0.isMirrored ? samples[$0.sample].target.mirrored : samples[$0.sample].target
      }
      let batch = ImageBatch(chosen.map { samples[$0.sample].image }, mirrored: chosen.map(\.isMirrored))
      let output = detector(batch)
      let terms = loss.terms(output, targets, loss.matching(output, targets))
      return StepLoss(total: loss.total(terms), summary: { terms.summary })
    },
    validate: { try validate(detector) })
}
