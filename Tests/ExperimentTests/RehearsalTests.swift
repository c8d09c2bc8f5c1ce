// How trainings are cut short in a rehearsal.
import Artifacts
import Detection
import Experiment
import Testing

@Suite("Rehearsed trainings") struct RehearsedTrainingTests {
  let source = SceneSource(task: .detection)

  func training(imageCount: Int) -> DetectorTraining {
    DetectorTraining(
      kind: .detrR101, source: source,
      backbone: Artifact(BackbonePretraining(kind: .detrR101, source: source)),
      recipe: .mini(imageCount: imageCount), seed: 2)
  }

  @Test("a hundredth has a hundredth of the steps, all of the batch, and is validated twice")
  func hundredth() {
    let whole = training(imageCount: 320_000)
    let short = whole.shortened(to: 0.01)
    #expect(short.recipe.stepCount == 100)
    #expect(short.recipe.validationInterval == 50)
    #expect(short.recipe.warmUpSteps == 4)
    #expect(short.recipe.batchSize == whole.recipe.batchSize)
    #expect([short.recipe.rate, short.recipe.decayShare] == [whole.recipe.rate, whole.recipe.decayShare])
    #expect(short.sceneCount == 512)
    #expect(short.kind == .detrR101)
    #expect(short.seed == 2)
    #expect(short.title == whole.title)
  }

  @Test("of a short training some steps stay, and no more than it had")
  func few() {
    #expect(training(imageCount: 16_000).shortened(to: 0.001).recipe.stepCount == 4)
    let tiny = training(imageCount: 64).shortened(to: 0.001)
    #expect(tiny.recipe.stepCount == 2)
    #expect(tiny.recipe.validationInterval == 1)
  }

  @Test(
    "pre-training and training with quantized weights are cut short alike, and nothing else of them changes")
  func others() {
    let backbone = BackbonePretraining(kind: .detrR101, source: source, seed: 3)
    let short = backbone.shortened(to: 0.01)
    #expect([short.sampleCount, short.recipe.stepCount] == [600, 20])
    #expect(short.kind == .detrR101)
    #expect(short.seed == 3)
    let detector = Artifact(training(imageCount: 320_000))
    let penalized = QuantizationAwareTraining(
      detector, bits: Artifact(UniformBits(detector, bits: 4)), source: source,
      recipe: QATRecipe(penalty: FlatnessPenalty()), seed: 3)
    let quick = penalized.shortened(to: 0.02)
    #expect(quick.recipe.training.stepCount == 10)
    #expect(quick.recipe.penalty == penalized.recipe.penalty)
    // The second half is penalized, as in earnest.
    #expect(
      (0..<10).map { quick.recipe.penalty?.weight(step: $0, of: 10) ?? 0 > 0 } == (0..<10).map { $0 >= 5 })
    #expect(quick.title == penalized.title)
  }
}
