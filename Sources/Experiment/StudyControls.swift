// The words for controls: costs by other models, bits by them, and how well they predict.
import Artifacts
import Authoring
import Detection
import Fisher
import NN
import Quantization
import Scenes

extension Study {
  /// Fisher information with the labels of other scenes: it must know nothing.
  public func shuffledFisher(seed: UInt64 = 1) -> Artifact<FisherMeasurement> {
    notebook.artifact(LayerFisher(of: detector, on: source, groups: groups, labelSeed: seed))
  }

  /// How many images such a batch has.
  public var gradientBatchSize: Int { BatchGradients(of: detector, on: source).batchSize }

  /// On how many scenes matching is made anew after every rounding.
  static let rematchedSceneCount = 100

  /// Bits by a model of costs, at the size of uniform bits.
  ///
  /// - Parameter gradients: what the model's costs are made of, if not this study's Fisher information.
  public func bits(
    by model: CostModel, averageBits: Double, gradients: Artifact<FisherMeasurement>? = nil
  ) -> Artifact<WeightBits> {
    var isMeasured = false
    if case .measured = model { isMeasured = true }
    return notebook.artifact(
      ControlBits(
        detector, fisher: gradients ?? fisher, hessian: model == .hessianTrace ? hessian : nil,
        measured: isMeasured ? measuredSensitivities : nil, uniform: uniform(averageBits: averageBits),
        model: model)
    )
  }

  /// Bits for a reading of a group's objective, with α = 1 for critical losses and 0 for the weighted overall one.
  public func mixed(
    for group: CriticalGroup, reading variant: CriticalVariant, averageBits: Double
  ) -> Artifact<WeightBits> {
    let objective = Objective.critical(group.lossName(variant), alpha: variant == .reweighted ? 0 : 1)
    return bits(by: .diagonal(objective), averageBits: averageBits, gradients: fisherOfVariants)
  }

  /// The detector trained with quantized weights; for a group where the recipe has a critical term.
  public func trained(
    _ bits: Artifact<WeightBits>, for group: CriticalGroup? = nil, recipe: QATRecipe, seed: UInt64 = 1
  ) -> Artifact<QuantizedCheckpoint> {
    var recipe = recipe
    // As in its training in floating point.
    if kind == .deformableDETRR50 { recipe.slowRate = 0.1 * recipe.training.rate }
    return notebook.artifact(
      QuantizationAwareTraining(
        detector, bits: bits, source: source, group: group, recipe: recipe, seed: seed))
  }

  /// The scores of a detector trained with quantized weights.
  public func scores(
    of trained: Artifact<QuantizedCheckpoint>, on split: SceneSplit = .report
  ) -> Artifact<RowScores> {
    notebook.artifact(
      Scoring(
        notebook.artifact(QuantizedRun(trained, on: source, split: split)), truth: truth(split),
        groups: groups))
  }
}

/// A model of what rounding a layer costs, whose predictions are compared with measured rises.
public enum PredictionModel: String, CaseIterable, Sendable {
  /// The diagonal of the Fisher information, weight by weight.
  case diagonal = "Fisher diagonal"
  /// The Fisher trace of a layer times its squared error.
  case trace = "Fisher trace"
  /// The Hessian trace in its place.
  case hessian = "Hessian trace"
  /// The Fisher trace with `2⁻²ᵇ` for the error.
  case powerLaw = "power law"
  /// The diagonal by squared gradients of batches.
  case batches = "squared batch gradient"
  /// The diagonal with the labels of other scenes.
  case shuffled = "shuffled labels"
}

/// How a model of costs ranks layers and widths beside what was measured.
public struct PredictionCorrelation {
  /// The model.
  public let model: PredictionModel
  /// The rank correlation over all layers and measured widths, with an interval over images.
  public let overall: Estimate
  /// The same in every resample of the images, for differences in pairs.
  public let resampled: ResampledNumber
  /// The correlation at one width, by bits.
  public let byBits: [Int: Estimate]
}

extension Study {
  /// The rank correlation of the diagonal's costs and of rises measured with matching made anew.
  public func rematchedCorrelation(_ objective: Objective = .overall) throws -> Estimate {
    let measured = try rematchedSensitivities.value
    return correlation(
      try predictions(.diagonal, objective, of: measured), measured, objective,
      columns: Array(measured.bits.indices))
  }

  /// The rank correlation of a model's costs and measured rises of an objective.
  public func predictionCorrelation(
    _ model: PredictionModel, _ objective: Objective = .overall
  ) throws -> PredictionCorrelation {
    let measured = try measuredSensitivities.value
    let predicted = try predictions(model, objective, of: measured)
    let all = Array(measured.bits.indices)
    let resampled = resampledCorrelation(predicted, measured, objective, columns: all)
    return PredictionCorrelation(
      model: model, overall: resampled.percentileEstimate(), resampled: resampled,
      byBits: Dictionary(
        uniqueKeysWithValues: all.map {
          (measured.bits[$0], correlation(predicted, measured, objective, columns: [$0]))
        }))
  }

  /// The rank correlation of the diagonal's costs and of rises with matching kept, on the scenes for which matching is also made
  /// anew: the first of them.
  public func keptCorrelation(_ objective: Objective = .overall) throws -> Estimate {
    let measured = try measuredSensitivities.value
    return correlation(
      try predictions(.diagonal, objective, of: measured), measured, objective,
      columns: Array(measured.bits.indices), imageCount: try rematchedSensitivities.value.imageCount)
  }

  /// What a model predicts of measured layers and widths, `[layer][bits]`.
  private func predictions(
    _ model: PredictionModel, _ objective: Objective, of measured: MeasuredSensitivities
  ) throws -> [[Double]] {
    let gradients: FisherMeasurement
    let costs: CostModel
    switch model {
    case .diagonal: (gradients, costs) = (try fisher.value, .diagonal(objective))
    case .trace: (gradients, costs) = (try fisher.value, .fisherTrace(objective))
    case .hessian: (gradients, costs) = (try fisher.value, .hessianTrace)
    case .powerLaw: (gradients, costs) = (try fisher.value, .powerLaw(objective))
    case .batches: (gradients, costs) = (try batchGradients.value, .diagonal(.overall))
    case .shuffled: (gradients, costs) = (try shuffledFisher().value, .diagonal(objective))
    }
    let byLayer = try modelCosts(
      costs, gradients, hessian: model == .hessian ? try hessian.value : nil, measured: nil)
    return measured.layerNames.map { layer in
      measured.bits.map { width in
        guard let costs = byLayer[layer], let place = gradients.bits.firstIndex(of: width) else {
          fatalError("no costs of the layer \(layer) at \(width) bits")
        }
        return costs[place]
      }
    }
  }
}

extension MeasuredSensitivities {
  /// How many images the rises were measured on.
  var imageCount: Int { rises.first?.first?.values(of: .overall).count ?? 0 }
}

/// The rank correlation of predictions `[layer][bits]` and mean measured rises, with the interval of 200 resamples of the
/// images that the rises were measured on; predictions and layers stay as they are.
///
/// - Parameter imageCount: how many of the images count, the first ones; all if nil.
package func correlation(
  _ predicted: [[Double]], _ measured: MeasuredSensitivities, _ objective: Objective, columns: [Int],
  imageCount: Int? = nil, seed: UInt64 = 1
) -> Estimate {
  resampledCorrelation(
    predicted, measured, objective, columns: columns, imageCount: imageCount, seed: seed
  ).percentileEstimate()
}

/// The same with its resamples: predictions under one seed are compared in pairs.
package func resampledCorrelation(
  _ predicted: [[Double]], _ measured: MeasuredSensitivities, _ objective: Objective, columns: [Int],
  imageCount few: Int? = nil, seed: UInt64 = 1
) -> ResampledNumber {
  // [layer and width][image]
  let rises = measured.rises.flatMap { layer in
    columns.map { column -> [Double] in
      let values = layer[column].values(of: objective)
      return Array(values.prefix(few ?? values.count))
    }
  }
  let flat = predicted.flatMap { layer in columns.map { layer[$0] } }
  let imageCount = rises.first?.count ?? 0
  func value(_ multiplicities: [Double]) -> Double {
    rankCorrelation(flat, rises.map { zip($0, multiplicities).reduce(0) { $0 + $1.0 * $1.1 } })
  }
  return .overImages(imageCount, resamples: 200, seed: seed, value)
}

extension ResampledNumber {
  /// The number with the percentile interval of its resamples: of 200 from the sixth smallest to the sixth largest.
  fileprivate func percentileEstimate() -> Estimate {
    let sorted = resamples.sorted()
    return Estimate(value, low: sorted[sorted.count / 40], high: sorted[sorted.count - 1 - sorted.count / 40])
  }
}
