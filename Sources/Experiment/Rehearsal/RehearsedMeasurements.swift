// Measurements of a rehearsal: on fewer pictures.
import Artifacts

extension SplitTruth: Rehearsable {
  /// As many scenes as detectors see.
  public func shortened(to share: Double) -> Self {
    var short = self
    short.sceneCount = rehearsedCount(sceneCount, share: share)
    return short
  }
}

extension DetectorRun: Rehearsable {
  /// Fewer scenes.
  public func shortened(to share: Double) -> Self {
    var short = self
    short.sceneCount = rehearsedCount(sceneCount, share: share)
    return short
  }
}

extension QuantizedRun: Rehearsable {
  /// Fewer scenes.
  public func shortened(to share: Double) -> Self {
    var short = self
    short.sceneCount = rehearsedCount(sceneCount, share: share)
    return short
  }
}

/// How many scenes of the selection split a rehearsal takes.
private func fewScenes(_ count: Int, _ share: Double) -> Int {
  rehearsedCount(count, share: share, atLeast: 40)
}

extension LayerFisher: Rehearsable {
  /// Fewer scenes.
  public func shortened(to share: Double) -> LayerFisher {
    LayerFisher(
      of: detector, on: source, groups: groups, sceneCount: fewScenes(sceneCount, share), variants: variants,
      labelSeed: labelSeed)
  }
}

extension BatchGradients: Rehearsable {
  /// Fewer scenes in batches of the same size.
  public func shortened(to share: Double) -> BatchGradients {
    BatchGradients(of: detector, on: source, sceneCount: fewScenes(sceneCount, share), batchSize: batchSize)
  }
}

extension LayerHessian: Rehearsable {
  /// Fewer scenes and vectors.
  public func shortened(to share: Double) -> LayerHessian {
    LayerHessian(
      of: detector, on: source, sceneCount: fewScenes(sceneCount, share), tolerance: tolerance,
      mostDraws: rehearsedCount(mostDraws, share: share, atLeast: 30), seed: seed)
  }
}

extension MeasuredSensitivity: Rehearsable {
  /// Fewer scenes.
  public func shortened(to share: Double) -> MeasuredSensitivity {
    MeasuredSensitivity(
      of: detector, on: source, groups: groups, sceneCount: fewScenes(sceneCount, share), bits: bits,
      keepsMatching: keepsMatching)
  }
}

extension AssignmentRise: Rehearsable {
  /// Fewer scenes.
  public func shortened(to share: Double) -> AssignmentRise {
    AssignmentRise(
      of: detector, under: assignments, on: source, groups: groups, sceneCount: fewScenes(sceneCount, share))
  }
}

extension CategoryGram: Rehearsable {
  /// Fewer scenes.
  public func shortened(to share: Double) -> CategoryGram {
    CategoryGram(of: detector, on: source, sceneCount: fewScenes(sceneCount, share))
  }
}

extension PenaltyDirection: Rehearsable {
  /// Few small batches.
  public func shortened(to share: Double) -> PenaltyDirection {
    PenaltyDirection(
      at: detector, on: source, group: group, methods: methods, reaches: reaches,
      batchCount: rehearsedCount(batchCount, share: share, atLeast: 2),
      batchSize: rehearsedCount(batchSize, share: share, atLeast: 8))
  }
}

extension CurvatureSpectrum: Rehearsable {
  /// Fewer scenes and products.
  public func shortened(to share: Double) -> CurvatureSpectrum {
    let scenes = fewScenes(sceneCount, share)
    let products = rehearsedCount(iterations, share: share, atLeast: 2 * count)
    if let detector {
      return CurvatureSpectrum(
        of: detector, on: source, group: group, sceneCount: scenes, count: count, iterations: products,
        seed: seed)
    }
    guard let quantized else { return self }
    return CurvatureSpectrum(
      of: quantized, on: source, group: group, sceneCount: scenes, count: count, iterations: products,
      seed: seed)
  }
}

extension LossLandscape: Rehearsable {
  /// Fewer scenes.
  public func shortened(to share: Double) -> LossLandscape {
    let scenes = fewScenes(sceneCount, share)
    if let detector {
      return LossLandscape(
        of: detector, on: source, group: group, places: places, isPlane: isPlane, sceneCount: scenes,
        seed: seed)
    }
    guard let quantized else { return self }
    return LossLandscape(
      of: quantized, on: source, group: group, places: places, isPlane: isPlane, sceneCount: scenes,
      seed: seed)
  }
}
