// Training a detector on pictures of one size.
import Images
import NN
import Torch

/// The parameter groups of a detector: everything but the backbone at the full rate, the backbone at its own, and what
/// the architecture asks to learn slowly at a tenth of the full rate.
package func parameterGroups(_ detector: any Detector, _ recipe: TrainingRecipe) -> [AdamW.Group] {
  let slow = detector.configuration.slowLayers
  let trained = detector.namedParameters.filter(\.parameter.isTrained).map { name, parameter in
    let isSlow = name.split(separator: ".").contains { slow.contains(String($0)) }
    return (name: name, parameter: parameter, isBackbone: name.hasPrefix("backbone."), isSlow: isSlow)
  }
  func group(
    _ rate: Double, _ members: [(name: String, parameter: Parameter, isBackbone: Bool, isSlow: Bool)]
  )
    -> AdamW.Group
  {
    AdamW.Group(parameters: members.map { ($0.name, $0.parameter) }, rate: rate, decay: recipe.decay)
  }
  let groups = [
    group(recipe.rate, trained.filter { !$0.isBackbone && !$0.isSlow }),
    group(recipe.backboneRate, trained.filter(\.isBackbone)),
    group(0.1 * recipe.rate, trained.filter { !$0.isBackbone && $0.isSlow }),
  ]
  return groups.filter { !$0.parameters.isEmpty }
}

/// Trains a detector whose backbone is pre-trained.
///
/// - Parameters:
///   - isVaried: whether pictures are also cropped, anew each time they are seen; for few pictures, which would otherwise
///     be learned by heart. Else they are only flipped.
///   - seed: of the order of the samples.
///   - validate: the score of the detector as it is.
/// - Returns: the training curve.
public func trainDetector(
  _ detector: any Detector, _ samples: [TrainingSample], _ loop: TrainingLoop, isVaried: Bool = false,
  seed: UInt64, validate: (any Detector) throws -> Double
) throws -> [TrainingPoint] {
  detector.backbone.freezeForDetection()
  let loss = detector.loss
  var order = SampleOrder(seed: seed, count: samples.count, batchSize: loop.recipe.batchSize)
  return try loop.run(
    detector, groups: parameterGroups(detector, loop.recipe),
    loss: { step in
      let chosen = order.batch(step: step)
      if isVaried {
        let first = step * loop.recipe.batchSize
        let varied = chosen.enumerated().map { index, chosen in
          samples[chosen.sample].varied(seed: SeedSequence.seed(seed, "variation \(first + index)"))
        }
        return loss.step(detector, ImageBatch(varied.map(\.image)), varied.map(\.target))
      }
      let targets = chosen.map {
        $0.isMirrored ? samples[$0.sample].target.mirrored : samples[$0.sample].target
      }
      let batch = ImageBatch(chosen.map { samples[$0.sample].image }, mirrored: chosen.map(\.isMirrored))
      return loss.step(detector, batch, targets)
    },
    validate: { try validate(detector) })
}

extension TrainingSample {
  /// The picture flipped, and half of the time a part of it, with half of its sides and more, at the size of the whole: so
  /// batches need no padding. The published rules shrink pictures too, which leaves too little of small ones.
  func varied(seed: UInt64) -> TrainingSample {
    func draw(_ label: String, _ count: Int) -> Int {
      Int(SeedSequence.seed(seed, label).multipliedFullWidth(by: UInt64(count)).high)
    }
    var plan = AugmentationPlan(isMirrored: draw("flip", 2) == 1, steps: [])
    if draw("crop", 2) == 1 {
      let percent = 50 + draw("part", 51)
      let (width, height) = (max(1, image.width * percent / 100), max(1, image.height * percent / 100))
      plan.steps = [
        .crop(
          left: draw("left", image.width - width + 1), top: draw("top", image.height - height + 1),
          width: width, height: height), .resize(width: image.width, height: image.height),
      ]
    }
    return plan(self)
  }
}

extension DetectionLoss {
  /// The loss of a batch, for a step of training.
  func step(_ detector: any Detector, _ batch: ImageBatch, _ targets: [Target]) -> StepLoss {
    let output = detector(batch)
    let terms = terms(output, targets, matching(output, targets))
    return StepLoss(total: total(terms), summary: { terms.summary })
  }
}
