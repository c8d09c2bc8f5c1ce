// Slices through a loss around a network's weights, along directions that every filter feels alike. Li et al., 2018.
import NN
import Quantization
import Torch

/// A direction in the space of weights, one tensor by layer name. Norms, biases and embeddings stay as they are.
public typealias WeightDirection = [String: Tensor]

/// A random direction in which each output channel has the length of the channel's own weights.
public func filterNormalizedDirection(of module: some Module, seed: UInt64) -> WeightDirection {
  withoutGradients {
    var result: WeightDirection = [:]
    for layer in module.weightLayers {
      let weight = layer.layer.weight.value.detached()
      let rows = [weight.size(0), -1]
      let random = Tensor.normal(weight.shape, seed: SeedSequence.seed(seed, layer.name))
        .converted(to: weight.elementType).reshaped(rows)
      let lengths = random.power(2).sum([1], keepingDimensions: true).sqrt()
      let wanted = weight.reshaped(rows).power(2).sum([1], keepingDimensions: true).sqrt()
      result[layer.name] = (random * (wanted / lengths.clamped(low: 1e-30))).reshaped(weight.shape)
    }
    return result
  }
}

/// The values of several losses over a line or a grid of weights.
public struct LossSlice: Codable, Sendable, Equatable {
  /// The places along the first direction, in lengths of the weights.
  public let first: [Double]
  /// The places along the second direction; only zero on a line.
  public let second: [Double]
  /// Each loss by name, `[first][second]`.
  public let losses: [String: [[Double]]]
}

/// Computes losses at the weights `w + a · d₁ + b · d₂` for all a and b; without gradients.
///
/// - Parameters:
///   - directions: one, or two.
///   - losses: by name, from the module as it is at the time of the call.
public func lossSlice(
  of module: some Module, along directions: [WeightDirection], first: [Double], second: [Double] = [0],
  progress: (Int) throws -> Void = { _ in }, losses: () throws -> [String: Double]
) throws -> LossSlice {
  guard (1...2).contains(directions.count), directions.count == 2 || second == [0] else {
    fatalError("\(directions.count) directions with \(first.count) × \(second.count) places")
  }
  let layers = module.weightLayers
  var result: [String: [[Double]]] = [:]
  for (row, a) in first.enumerated() {
    for b in second {
      let values = try withoutGradients {
        var moved: [String: Tensor] = [:]
        for layer in layers {
          var weight = layer.layer.weight.value.detached()
          for (scale, direction) in zip([a, b], directions) {
            if let step = direction[layer.name] { weight = weight + step * scale }
          }
          moved[layer.name] = weight
        }
        return try withWeights(of: module, replacedBy: moved) { try losses() }
      }
      for (name, value) in values {
        if result[name] == nil { result[name] = first.map { _ in [] } }
        result[name]?[row].append(value)
      }
      try progress(1)
    }
  }
  return LossSlice(first: first, second: second, losses: result)
}
