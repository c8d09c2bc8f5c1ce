// How trainings are cut short in a rehearsal.
import Artifacts
import Detection
import Experiment
import Scenes
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

  @Test(
    "measurements take fewer pictures, enough for what is done with them, and nothing else of them changes")
  func measurements() throws {
    let detector = Artifact(training(imageCount: 320_000))
    let bits = Artifact(UniformBits(detector, bits: 4))
    let quantized = Artifact(
      QuantizationAwareTraining(detector, bits: bits, source: source, recipe: QATRecipe()))
    let groups = source.task.criticalGroups
    let group = try #require(groups.first)
    func fewer(_ step: some Rehearsable) throws -> [String: [JSONValue?]] {
      let (before, after) = (try members(step), try members(step.shortened(to: 0.01)))
      var changed: [String: [JSONValue?]] = [:]
      for name in Set(before.keys).union(after.keys) where before[name] != after[name] {
        changed[name] = [before[name], after[name]]
      }
      return changed
    }
    for step: any Rehearsable in [
      SplitTruth(source, .report), DetectorRun(detector, bits: bits, on: source),
      QuantizedRun(quantized, on: source),
    ] {
      let expected: [JSONValue?] = [.integer(Int64(SceneSplit.report.count)), .integer(512)]
      #expect(try fewer(step) == ["sceneCount": expected])
    }
    #expect(
      try fewer(LayerFisher(of: detector, on: source, groups: groups, labelSeed: 1))
        == ["sceneCount": [.integer(500), .integer(40)]])
    #expect(
      try fewer(MeasuredSensitivity(of: detector, on: source, groups: groups, keepsMatching: false))
        == ["sceneCount": [.integer(400), .integer(40)]])
    #expect(
      try fewer(BatchGradients(of: detector, on: source)) == ["sceneCount": [.integer(500), .integer(40)]])
    #expect(
      try fewer(LayerHessian(of: detector, on: source, seed: 2))
        == ["sceneCount": [.integer(64), .integer(40)], "mostDraws": [.integer(100), .integer(30)]])
    #expect(
      try fewer(AssignmentRise(of: detector, under: [bits], on: source, groups: groups))
        == ["sceneCount": [.integer(200), .integer(40)]])
    #expect(
      try fewer(CategoryGram(of: detector, on: source)) == ["sceneCount": [.integer(200), .integer(40)]])
    for step in [
      CurvatureSpectrum(of: detector, on: source, group: group),
      CurvatureSpectrum(of: quantized, on: source, count: 3),
    ] {
      let products = Int64(2 * step.count)
      #expect(
        try fewer(step)
          == ["sceneCount": [.integer(64), .integer(40)], "iterations": [.integer(30), .integer(products)]])
    }
    for step in [
      LossLandscape(of: detector, on: source, group: group, places: [-1, 0, 1], isPlane: true),
      LossLandscape(of: quantized, on: source, group: group, places: [-1, 0, 1], isPlane: false),
    ] {
      #expect(try fewer(step) == ["sceneCount": [.integer(100), .integer(40)]])
    }
  }

  /// The properties of a step as they enter its key; inputs are placeholders.
  func members(_ step: some Step) throws -> [String: JSONValue] {
    let value = try CanonicalJSON.decode(JSONValue.self, from: CanonicalJSON.encode(step))
    guard case .object(let members) = value else { return [:] }
    return members
  }
}
