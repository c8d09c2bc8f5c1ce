// Training with quantized weights: the forward pass sees numbers on the grid, gradients go straight through to the
// weights behind them, and scales may be learned (LSQ; Esser et al., 2020).
import NN
import Torch

/// How the scales of quantized weights are chosen during training.
public enum TrainingScales: String, Codable, Sendable, CaseIterable {
  /// The largest magnitude of each output channel, anew at each step; nothing is clipped.
  case largestMagnitude
  /// One learned scale for each output channel, with codes from `−2ᵇ⁻¹` to `2ᵇ⁻¹ − 1`.
  case learned
  /// The same, starting from the scale with the least squared error. The published start, twice the mean magnitude over
  /// `√(2ᵇ⁻¹ − 1)`, is 1.7 times that scale for normal weights at four bits: training that is short does not recover from it.
  case searchedThenLearned
}

/// A quantized weight of one forward pass.
public struct FakeQuantizedWeight {
  /// The layer.
  public let name: String
  /// The parameter that the layer reads.
  public let parameter: Parameter
  /// The quantized weight `w̃`; its gradient goes straight through to the parameter's own values.
  public let value: Tensor
}

/// A network whose layers compute with quantized weights while the weights behind them are trained.
///
/// As a module it holds the network under `network.` and learned scales under `scales.LAYER`, so that a training state
/// has both.
public final class FakeQuantizedNetwork: Module {
  private struct Layer {
    let name: String
    let weight: Parameter
    let bits: Int
    let scale: Parameter?  // [channel]
  }

  /// The network.
  public let network: any Module
  private let layers: [Layer]

  /// A network with bits for its layers.
  ///
  /// - Throws: an error if the assignment does not fit the network.
  public init(
    _ network: any Module, _ assignment: BitAssignment, scales: TrainingScales
  ) throws(QuantizationError) {
    try check(assignment, against: network)
    self.network = network
    layers = network.weightLayers.compactMap { layer in
      guard let bits = assignment[layer.name] else { return nil }
      let weight = layer.layer.weight
      let start: Tensor? =
        switch scales {
        case .largestMagnitude: nil
        case .learned: startingScales(weight.value, bits: bits)
        case .searchedThenLearned: searchedScales(weight.value, bits: bits)
        }
      return Layer(name: layer.name, weight: weight, bits: bits, scale: start.map { Parameter($0) })
    }
  }

  /// The network, then the learned scales.
  public var members: [Member] {
    [.module("network", network)]
      + layers.compactMap { layer in layer.scale.map { .parameter("scales." + layer.name, $0) } }
  }

  /// The learned scales with their names.
  public var scaleParameters: [(name: String, parameter: Parameter)] {
    layers.compactMap { layer in layer.scale.map { ("scales." + layer.name, $0) } }
  }

  /// Runs a forward pass with quantized weights; afterwards the network has its own weights again, and gradients of what
  /// was computed reach them and the scales.
  public func withQuantizedWeights<Result>(
    _ body: ([FakeQuantizedWeight]) throws -> Result
  ) rethrows -> Result {
    let originals = layers.map(\.weight.value)
    let fakes = layers.map { layer in
      FakeQuantizedWeight(name: layer.name, parameter: layer.weight, value: Self.fake(layer))
    }
    for fake in fakes { fake.parameter.value = fake.value }
    defer { for (layer, original) in zip(layers, originals) { layer.weight.value = original } }
    return try body(fakes)
  }

  /// Codes and scales of all layers as they are now: what a packed file stores, and exactly what the forward pass saw.
  public func quantized() -> [String: QuantizedTensor] {
    withoutGradients {
      var result: [String: QuantizedTensor] = [:]
      for layer in layers {
        let weight = layer.weight.value.detached()
        guard let scale = layer.scale else {
          result[layer.name] = QuantizationScheme.standard.quantized(weight, bits: layer.bits)
          continue
        }
        let scales = scale.value.detached().clamped(low: smallestScale)
        let top = QuantizationScheme.largestCode(bits: layer.bits)
        let codes = (weight / spread(scales, over: weight)).round()
          .clamped(low: Double(-top - 1), high: Double(top))
        result[layer.name] = QuantizedTensor(
          codes: codes.converted(to: .int8), scales: scales, bits: layer.bits, lowestCode: -top - 1)
      }
      return result
    }
  }

  private static func fake(_ layer: Layer) -> Tensor {
    let weight = layer.weight.value
    guard let scale = layer.scale else {
      return straightThrough(
        QuantizationScheme.standard.quantized(weight, bits: layer.bits).dequantized, gradientOf: weight)
    }
    return learnedScaleQuantization(weight, scales: scale.value, bits: layer.bits)
  }
}

/// Weights `[output, …]` on the grid of learned scales `[output]`: `s · round(clip(w / s, −2ᵇ⁻¹, 2ᵇ⁻¹ − 1))`.
///
/// The gradient at a weight passes where it is not clipped. That at a scale is `round(w/s) − w/s` inside the range and the
/// border's code outside of it, times `1 / √(N (2ᵇ⁻¹ − 1))` with N weights sharing the scale.
public func learnedScaleQuantization(_ weight: Tensor, scales: Tensor, bits: Int) -> Tensor {
  let top = Double(QuantizationScheme.largestCode(bits: bits))
  let perScale = Double(max(weight.count / max(scales.count, 1), 1))
  let factor = 1 / (perScale * top).squareRoot()
  let positive = scales.clamped(low: smallestScale)
  let damped = spread(
    straightThrough(positive.detached(), gradientOf: positive * factor), over: weight)
  let clipped = (weight / damped).clamped(low: -top - 1, high: top)
  return straightThrough(clipped.detached().round(), gradientOf: clipped) * damped
}

/// Exactly the given constant values, with the gradient of other ones.
func straightThrough(_ values: Tensor, gradientOf source: Tensor) -> Tensor {
  values + (source - source.detached())
}

/// The published first values of learned scales, `2 · mean|w| / √(2ᵇ⁻¹ − 1)` per output channel; one for a channel of zeros.
public func startingScales(_ weight: Tensor, bits: Int) -> Tensor {
  withoutGradients {
    let top = Double(QuantizationScheme.largestCode(bits: bits))
    let means = weight.detached().reshaped([weight.size(0), -1]).abs().mean([1])
    let scales = means * (2 / top.squareRoot())
    return scales.filled(where: means.isEqual(to: 0), with: 1)
  }
}

/// The scales per output channel with the least squared error.
private func searchedScales(_ weight: Tensor, bits: Int) -> Tensor {
  withoutGradients {
    QuantizationScheme(scaling: .squaredError).quantized(weight.detached(), bits: bits).scales
      .reshaped([-1]).clamped(low: smallestScale)
  }
}

/// A learned scale does not fall below this.
private let smallestScale = 1e-8

private func spread(_ scales: Tensor, over weight: Tensor) -> Tensor {
  scales.reshaped([-1] + [Int](repeating: 1, count: max(weight.rank - 1, 0)))
}
