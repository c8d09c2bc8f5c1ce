// Trainings of a rehearsal: as in earnest, only shorter.
import Artifacts
import Detection

extension TrainingRecipe {
  /// The same course with a share of the steps, but a few at least, and two validations.
  func shortened(to share: Double) -> TrainingRecipe {
    var short = self
    short.imageCount = min(stepCount, max(4, Int((Double(stepCount) * share).rounded()))) * batchSize
    short.warmUpSteps = Int(Double(warmUpSteps) * share)
    short.validationInterval = max(1, short.stepCount / 2)
    return short
  }
}

/// How many of some pictures a rehearsal takes: a share, but enough for what is done with them.
func rehearsedCount(_ count: Int, share: Double, atLeast least: Int = 512) -> Int {
  min(count, max(least, Int(Double(count) * share)))
}

extension BackbonePretraining: Rehearsable {
  /// Fewer objects and steps.
  public func shortened(to share: Double) -> BackbonePretraining { BackbonePretraining(self, share: share) }

  private init(_ whole: BackbonePretraining, share: Double) {
    kind = whole.kind
    source = whole.source
    sampleCount = rehearsedCount(whole.sampleCount, share: share)
    recipe = whole.recipe.shortened(to: share)
    seed = whole.seed
  }
}

extension DetectorTraining: Rehearsable {
  /// Fewer scenes and steps.
  public func shortened(to share: Double) -> DetectorTraining { DetectorTraining(self, share: share) }

  private init(_ whole: DetectorTraining, share: Double) {
    kind = whole.kind
    source = whole.source
    sceneCount = rehearsedCount(whole.sceneCount, share: share)
    backbone = whole.backbone
    start = whole.start
    recipe = whole.recipe.shortened(to: share)
    isVaried = whole.isVaried
    seed = whole.seed
  }
}

extension QuantizationAwareTraining: Rehearsable {
  /// Fewer scenes and steps.
  public func shortened(to share: Double) -> QuantizationAwareTraining {
    var short = recipe
    short.training = recipe.training.shortened(to: share)
    return QuantizationAwareTraining(
      detector, bits: bits, source: source, group: group, recipe: short,
      sceneCount: rehearsedCount(sceneCount, share: share), seed: seed)
  }
}

extension TrainingAudit: Rehearsable {
  /// The beginning of the shorter training.
  public func shortened(to share: Double) -> TrainingAudit {
    TrainingAudit(training.shortened(to: share), result: result)
  }
}
