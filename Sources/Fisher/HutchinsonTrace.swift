// The trace of the Hessian of each layer by random vectors. Hutchinson, 1989; as in HAWQ-V2, Dong et al., 2020.
import NN
import Torch

/// An estimated trace of one layer's block of the Hessian.
public struct HessianTrace: Codable, Sendable, Equatable {
  /// The layer.
  public let name: String
  /// The number of its weights.
  public let weightCount: Int
  /// The mean over draws; may be negative away from a minimum.
  public let trace: Double
  /// The standard error of the mean.
  public let standardError: Double

  /// A trace from its numbers.
  public init(name: String, weightCount: Int, trace: Double, standardError: Double) {
    self.name = name
    self.weightCount = weightCount
    self.trace = trace
    self.standardError = standardError
  }

  /// The interval of 95 % of a normal distribution.
  public var interval: Interval {
    Interval(low: trace - 1.96 * standardError, high: trace + 1.96 * standardError)
  }

  /// `|trace| / n · Σⱼ Δⱼ²` for given squared errors: the sensitivity of HAWQ-V2.
  public func costs(squaredErrors: [Double]) -> [Double] {
    squaredErrors.map { abs(trace) / Double(max(weightCount, 1)) * $0 }
  }
}

/// Traces of all layers, and how they were found.
public struct HessianTraces: Codable, Sendable, Equatable {
  /// The traces, in the order of the layers.
  public let layers: [HessianTrace]
  /// Random vectors drawn.
  public let drawCount: Int
  /// The relative change of the running mean of the whole trace at the last draw.
  public let lastChange: Double

  /// Layers with a negative trace, whose magnitude costs take.
  public var negativeCount: Int { layers.count { $0.trace < 0 } }

  /// Traces from their parts.
  public init(layers: [HessianTrace], drawCount: Int, lastChange: Double) {
    self.layers = layers
    self.drawCount = drawCount
    self.lastChange = lastChange
  }
}

/// Estimates the trace of every layer's block of the Hessian with vectors of random signs; one product serves all layers.
///
/// - Parameters:
///   - tolerance: drawing stops when the running mean of the whole trace changes by less than this share.
///   - draws: the fewest and the most vectors.
///   - product: `H v` with one tensor for each layer's weight.
public func hutchinsonTraces(
  of layers: [NamedLayer], tolerance: Double = 1e-3, draws: ClosedRange<Int> = 30...300, seed: UInt64,
  progress: (Int) throws -> Void = { _ in }, product: ([Tensor]) throws -> [Tensor]
) rethrows -> HessianTraces {
  var samples: [[Double]] = []  // [draw][layer]
  var sum = 0.0
  var change = Double.infinity
  while samples.count < draws.upperBound, samples.count < draws.lowerBound || !(change < tolerance) {
    let signs = layers.map { layer in
      randomSigns(
        like: layer.layer.weight.value, seed: SeedSequence.seed(seed, "\(samples.count) \(layer.name)"))
    }
    let image = try product(signs)
    let traces = withoutGradients {
      zip(signs, image).map { ($0 * $1).converted(to: .float64).sum().item() }
    }
    let before = samples.isEmpty ? nil : sum / Double(samples.count)
    samples.append(traces)
    sum += traces.reduce(0, +)
    let mean = sum / Double(samples.count)
    if let before { change = abs(mean - before) / max(abs(mean), .leastNormalMagnitude) }
    try progress(samples.count)
  }
  let count = Double(samples.count)
  let results = layers.enumerated().map { index, layer in
    let mean = samples.reduce(0) { $0 + $1[index] } / count
    let square = samples.reduce(0) { $0 + ($1[index] - mean) * ($1[index] - mean) }
    return HessianTrace(
      name: layer.name, weightCount: layer.layer.weight.value.count, trace: mean,
      standardError: count > 1 ? (square / (count - 1) / count).squareRoot() : .infinity)
  }
  return HessianTraces(layers: results, drawCount: samples.count, lastChange: change)
}

/// −1 or 1 at each place, a function of the seed.
func randomSigns(like tensor: Tensor, seed: UInt64) -> Tensor {
  withoutGradients {
    let numbers = Tensor.uniform(tensor.shape, low: -1, high: 1, seed: seed)
    return numbers.sign().filled(where: numbers.isEqual(to: 0), with: 1).converted(to: tensor.elementType)
  }
}
