// The words for controls, curvature and training with quantized weights.
import Artifacts
import Authoring
import Detection
import Fisher
import NN
import Quantization
import Scenes

extension Study {
  /// Fisher information with every reading of the critical objectives, and with the control that weighs classes.
  public var fisherOfVariants: Artifact<FisherMeasurement> {
    notebook.artifact(
      LayerFisher(of: detector, on: source, groups: groups, variants: CriticalVariant.allCases))
  }

  /// Fisher information with the labels of other scenes: it must know nothing.
  public func shuffledFisher(seed: UInt64 = 1) -> Artifact<FisherMeasurement> {
    notebook.artifact(LayerFisher(of: detector, on: source, groups: groups, labelSeed: seed))
  }

  /// Squared gradients of batches, in the place of squared gradients of images.
  public var batchGradients: Artifact<FisherMeasurement> {
    notebook.artifact(BatchGradients(of: detector, on: source))
  }

  /// How many images such a batch has.
  public var gradientBatchSize: Int { BatchGradients(of: detector, on: source).batchSize }

  /// Hessian traces of all layers.
  public var hessian: Artifact<HessianTraces> { notebook.artifact(LayerHessian(of: detector, on: source)) }

  /// The rise of the losses with one layer at a time quantized, and queries matched with the objects as before.
  public var measuredSensitivities: Artifact<MeasuredSensitivities> {
    notebook.artifact(MeasuredSensitivity(of: detector, on: source, groups: groups))
  }

  /// The same on a quarter of the scenes with matching made anew after every rounding.
  public var rematchedSensitivities: Artifact<MeasuredSensitivities> {
    notebook.artifact(
      MeasuredSensitivity(of: detector, on: source, groups: groups, sceneCount: 100, keepsMatching: false))
  }

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

/// How a model of costs ranks layers and widths beside what was measured.
public struct PredictionCorrelation {
  /// The model.
  public let name: String
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
    let fisher = try fisher.value
    let costs = Dictionary(zip(fisher.layerNames, fisher.costs(of: objective))) { first, _ in first }
    let predicted = measured.layerNames.map { layer in
      measured.bits.map { (costs[layer] ?? [])[fisher.bits.firstIndex(of: $0) ?? 0] }
    }
    return correlation(predicted, measured, objective, columns: Array(measured.bits.indices))
  }

  /// The rank correlation of predicted costs and measured rises of an objective, for six models.
  public func predictionCorrelations(_ objective: Objective = .overall) throws -> [PredictionCorrelation] {
    let measured = try measuredSensitivities.value
    let fisher = try fisher.value
    let models: [(String, CostModel, FisherMeasurement)] = [
      ("Fisher diagonal", .diagonal(objective), fisher), ("Fisher trace", .fisherTrace(objective), fisher),
      ("Hessian trace", .hessianTrace, fisher), ("power law", .powerLaw(objective), fisher),
      ("squared batch gradient", .diagonal(.overall), try batchGradients.value),
      ("shuffled labels", .diagonal(objective), try shuffledFisher().value),
    ]
    return try models.map { name, model, gradients in
      let costs = try modelCosts(model, gradients, hessian: try hessian.value, measured: nil)
      let predicted = measured.layerNames.map { layer in
        measured.bits.map { width in
          (costs[layer] ?? [])[gradients.bits.firstIndex(of: width) ?? 0]
        }
      }
      let all = Array(measured.bits.indices)
      let resampled = resampledCorrelation(predicted, measured, objective, columns: all)
      return PredictionCorrelation(
        name: name, overall: resampled.percentileEstimate(), resampled: resampled,
        byBits: Dictionary(
          uniqueKeysWithValues: all.map {
            (measured.bits[$0], correlation(predicted, measured, objective, columns: [$0]))
          }))
    }
  }
}

/// The rank correlation of predictions `[layer][bits]` and mean measured rises, with the interval of 200 resamples of the
/// images.
package func correlation(
  _ predicted: [[Double]], _ measured: MeasuredSensitivities, _ objective: Objective, columns: [Int],
  seed: UInt64 = 1
) -> Estimate {
  resampledCorrelation(predicted, measured, objective, columns: columns, seed: seed).percentileEstimate()
}

/// The same with its resamples: predictions under one seed are compared in pairs.
package func resampledCorrelation(
  _ predicted: [[Double]], _ measured: MeasuredSensitivities, _ objective: Objective, columns: [Int],
  seed: UInt64 = 1
) -> ResampledNumber {
  // [layer and width][image]
  let rises = measured.rises.flatMap { layer in columns.map { layer[$0].values(of: objective) } }
  let flat = predicted.flatMap { layer in columns.map { layer[$0] } }
  let imageCount = rises.first?.count ?? 0
  func value(_ multiplicities: [Double]) -> Double {
    rankCorrelation(flat, rises.map { zip($0, multiplicities).reduce(0) { $0 + $1.0 * $1.1 } })
  }
  return .overImages(imageCount, resamples: 200, seed: seed, value)
}

extension ResampledNumber {
  /// The number with the interval from the sixth smallest to the sixth largest of 200 resamples.
  fileprivate func percentileEstimate() -> Estimate {
    let sorted = resamples.sorted()
    return Estimate(value, low: sorted[sorted.count / 40], high: sorted[sorted.count - 1 - sorted.count / 40])
  }
}
