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
  public func shortened(to share: Double) -> Self {
    var short = self
    short.sampleCount = rehearsedCount(sampleCount, share: share)
    short.recipe = recipe.shortened(to: share)
    return short
  }
}

extension DetectorTraining: Rehearsable {
  /// Fewer scenes and steps.
  public func shortened(to share: Double) -> Self {
    var short = self
    short.sceneCount = rehearsedCount(sceneCount, share: share)
    short.recipe = recipe.shortened(to: share)
    return short
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
