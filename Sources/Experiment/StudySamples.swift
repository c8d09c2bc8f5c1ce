// On how many scenes everything is measured: what a reader needs to weigh an interval.
import Artifacts
import Authoring
import Detection
import Scenes

/// A kind of measurement and the scenes it is made on.
public struct SampleSize: Sendable {
  /// What is measured, in words.
  public let measurement: String
  /// The split that the scenes are of.
  public let split: SceneSplit
  /// How many they are.
  public let count: Int
}

extension Study {
  /// Rows of a table of what is estimated from gradients: name, scenes, and the seconds that it took where it ran, for all and for
  /// each scene in milliseconds; nothing where no trace tells.
  public func estimateCosts() throws -> [[Cell]] {
    func row(_ name: String, _ count: Int, _ seconds: Double?) -> [Cell] {
      [.text(name), .count(count)]
        + [seconds, seconds.map { 1000 * $0 / Double(count) }].map { $0.map { .number($0) } ?? .missing("–") }
    }
    return [
      row(
        "Fisher diagonal of the overall and all critical losses",
        LayerFisher(of: detector, on: source, groups: groups).sceneCount, try fisher.costSeconds),
      row(
        "the same with all readings of the critical losses",
        LayerFisher(of: detector, on: source, groups: groups, variants: CriticalVariant.allCases).sceneCount,
        try fisherOfVariants.costSeconds),
      row(
        "products of the gradients of all categories", CategoryGram(of: detector, on: source).sceneCount,
        try categoryGradients.costSeconds),
      row(
        "squared gradients of batches", BatchGradients(of: detector, on: source).sceneCount,
        try batchGradients.costSeconds),
      row("Hessian traces", LayerHessian(of: detector, on: source).sceneCount, try hessian.costSeconds),
      row(
        "rise of the loss with one layer rounded",
        MeasuredSensitivity(of: detector, on: source, groups: groups).sceneCount,
        try measuredSensitivities.costSeconds),
    ]
  }

  /// The measurements of trained detectors with their scenes, the most scenes first. Each count is that of the step itself.
  public func sampleSizes() -> [SampleSize] {
    func size(_ measurement: String, _ count: Int, _ split: SceneSplit = .selection) -> SampleSize {
      SampleSize(measurement: measurement, split: split, count: source.count(count, of: split))
    }
    let trained = qat(.plain, for: critical)
    let directions = PenaltyDirection(at: trained, on: source, group: critical)
    let sizes = [
      size("AP, where nothing else is said", DetectorRun(detector, on: source).sceneCount, .report),
      size(
        "Fisher information, that of shuffled labels and of other readings",
        LayerFisher(of: detector, on: source, groups: groups).sceneCount),
      size("squared gradients of batches", BatchGradients(of: detector, on: source).sceneCount),
      size(
        "rise of the loss with one layer rounded",
        MeasuredSensitivity(of: detector, on: source, groups: groups).sceneCount),
      size(
        "rise of the loss under whole assignments",
        AssignmentRise(of: detector, under: [uniform(bits: 4)], on: source, groups: groups).sceneCount),
      size("Fisher information of single categories", CategoryGram(of: detector, on: source).sceneCount),
      size("shape of the loss", landscapeSceneCount),
      size("AP in the course of training", DetectorTraining.validationCount),
      size(
        "Fisher traces by part of the network",
        CriticalTrace(of: trained, on: source, group: critical).sceneCount),
      size("directions of the penalty", directions.batchCount * directions.batchSize),
      size("queries matched anew, with one layer rounded", Self.rematchedSceneCount),
      size("losses in the course of training", QuantizationAwareTraining.followedCount),
      size("Fisher traces in the course of training", QuantizationAwareTraining.tracedCount),
      size("Hessian traces", LayerHessian(of: detector, on: source).sceneCount),
      size("eigenvalues of the Hessian", CurvatureSpectrum(of: trained, on: source).sceneCount),
    ]
    return sizes.enumerated().sorted { (-$0.element.count, $0.offset) < (-$1.element.count, $1.offset) }
      .map(\.element)
  }
}
