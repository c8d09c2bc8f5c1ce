// The words for executing a training again.
import Artifacts

extension Study {
  /// The beginning of an arm's training at uniform four bits, as committed and as executed again.
  public func audit(_ arm: QATArm, for group: CriticalGroup, seed: UInt64 = 1) -> Artifact<AuditedPoint> {
    let recipe = arm.recipe
    return notebook.artifact(
      TrainingAudit(
        QuantizationAwareTraining(
          detector, bits: uniform(bits: 4), source: source, group: recipe.hasCriticalTerm ? group : nil,
          recipe: recipe, seed: seed),
        result: qat(arm, for: group, seed: seed)))
  }
}
