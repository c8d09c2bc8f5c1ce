// Sensitivities of layers under an objective, with intervals.

/// The bounds of an interval.
public struct Interval: Codable, Sendable, Equatable {
  /// The lower bound.
  public let low: Double
  /// The upper bound.
  public let high: Double

  /// An interval.
  public init(low: Double, high: Double) {
    self.low = low
    self.high = high
  }
}

/// How much an objective depends on the weights of one layer.
public struct LayerSensitivity: Codable, Sendable, Equatable {
  /// The layer.
  public let name: String
  /// The number of its weights, `n`.
  public let weightCount: Int
  /// The trace of its Fisher information: the mean over images of the squared norm of the gradient.
  public let trace: Double
  /// A bootstrap interval of the trace over images.
  public let interval: Interval
  /// `Σⱼ Fⱼⱼ Δⱼ²` for each bit width.
  public let costs: [Double]
  /// `trace / n · Σⱼ Δⱼ²` for each bit width, as in HAWQ-V2 with the Fisher trace.
  public let traceCosts: [Double]

  /// The mean of the diagonal, `trace / n`.
  public var meanTrace: Double { trace / Double(weightCount) }
}

extension FisherMeasurement {
  /// The sensitivities of all layers under an objective, in the order of computation.
  ///
  /// - Parameters:
  ///   - resampleCount: resamples of the images behind each interval.
  ///   - level: the share of resamples within an interval.
  ///   - seed: what the resamples follow from.
  public func sensitivities(
    of objective: Objective, resampleCount: Int = 1000, level: Double = 0.95, seed: UInt64 = 1
  ) -> [LayerSensitivity] {
    let norms = squaredNorms(of: objective)
    let traces = columnMeans(norms, columnCount: layerNames.count)
    let resamples = resampledTraces(of: objective, resampleCount: resampleCount, seed: seed)
    let costs = costs(of: objective)
    return layerNames.indices.map { layer in
      let weightCount = weightCounts[layer]
      return LayerSensitivity(
        name: layerNames[layer], weightCount: weightCount, trace: traces[layer],
        interval: percentileInterval(resamples.map { $0[layer] }, level: level),
        costs: costs[layer],
        traceCosts: squaredErrors[layer].map { traces[layer] / Double(weightCount) * $0 })
    }
  }

  /// The traces of all layers in resamples of the images, `[resample][layer]`: all layers share a resample, so that
  /// allocations can be repeated on each.
  public func resampledTraces(
    of objective: Objective, resampleCount: Int = 1000, seed: UInt64 = 1
  ) -> [[Double]] {
    guard resampleCount > 0 else { fatalError("\(resampleCount) resamples; expected at least one") }
    let norms = squaredNorms(of: objective)
    var generator = SplitMix64(seed: seed)
    return (0..<resampleCount).map { _ in
      var multiplicities = [Double](repeating: 0, count: norms.count)
      for _ in norms.indices { multiplicities[generator.index(below: norms.count)] += 1 }
      var sums = [Double](repeating: 0, count: layerNames.count)
      for (row, multiplicity) in zip(norms, multiplicities) where multiplicity > 0 {
        for layer in sums.indices { sums[layer] += multiplicity * row[layer] }
      }
      return sums.map { $0 / Double(max(norms.count, 1)) }
    }
  }
}

/// The mean of each column; zeros for no rows.
func columnMeans(_ rows: [[Double]], columnCount: Int) -> [Double] {
  var sums = [Double](repeating: 0, count: columnCount)
  for row in rows {
    for column in sums.indices { sums[column] += row[column] }
  }
  return sums.map { $0 / Double(max(rows.count, 1)) }
}
