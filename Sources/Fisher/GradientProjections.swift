// Gradients projected on perturbations: the whole quadratic form of the Fisher matrix, cross-layer terms included,
// from images × layers × bit widths numbers.
import NN
import Quantization
import Torch

/// The perturbation of every layer at every bit width, held in memory: weights × bit widths doubles.
public struct LayerPerturbations {
  /// The bit widths.
  public let bits: [Int]
  /// `Q(w) − w` for each layer, `[bits, weight]` in double precision.
  let directions: [Tensor]

  /// What a quantizer does to the weights of a module's layers.
  ///
  /// - Parameter importance: by layer name, for schemes that weigh errors.
  public init(
    of module: some Module, bits: [Int], scheme: QuantizationScheme = .standard,
    importance: [String: Tensor] = [:]
  ) {
    self.bits = bits
    directions = module.weightLayers.map { layer in
      let weight = layer.layer.weight.value
      return Tensor.stacked(
        bits.map {
          scheme.perturbation(of: weight, bits: $0, importance: importance[layer.name])
            .reshaped([-1]).converted(to: .float64)
        })
    }
  }
}

/// What the gradients of the losses predict for a perturbation of the weights.
public struct PredictedRise: Codable, Sendable, Equatable {
  /// `ḡ·Δ`: how the mean loss changes to first order; zero at a stationary point.
  public let firstOrder: Double
  /// `½ ΔᵀFΔ` with the empirical Fisher matrix F of all layers together.
  public let fullSecondOrder: Double
  /// The same without the mean gradient's share `½ (ḡ·Δ)²`: with the covariance of the gradients.
  public let centeredSecondOrder: Double
}

/// Each image's gradients times the perturbation of each layer at each bit width, `aₙᵢᵦ = gₙᵢ · Δᵢᵦ`.
public struct GradientProjections: Codable, Sendable, Equatable {
  /// The names of the layers.
  public let layerNames: [String]
  /// The bit widths.
  public let bits: [Int]
  /// Of the overall loss, `[image][layer][bits]`.
  public let overall: [[[Double]]]
  /// Of each critical loss by name, `[image][layer][bits]`.
  public let critical: [String: [[[Double]]]]

  /// Projections from their parts.
  public init(
    layerNames: [String], bits: [Int], overall: [[[Double]]], critical: [String: [[[Double]]]]
  ) {
    self.layerNames = layerNames
    self.bits = bits
    self.overall = overall
    self.critical = critical
  }

  /// What an objective's gradients predict for an assignment. Layers without bits stay as they are.
  ///
  /// - Throws: an error if the assignment names an unknown layer, or bits that were not projected on.
  public func predictedRise(
    _ assignment: BitAssignment, objective: Objective
  ) throws(FisherError) -> PredictedRise {
    let places = try columns(of: assignment, layerNames: layerNames, bits: bits)
    let second = try rows(of: objective)
    let sums = overall.indices.map { image in
      places.reduce(0.0) { sum, place in
        sum
          + objective.linear(
            overall[image][place.layer][place.column], second?[image][place.layer][place.column])
      }
    }
    let count = Double(max(sums.count, 1))
    let mean = sums.reduce(0, +) / count
    let square = sums.reduce(0) { $0 + $1 * $1 } / count
    let variance = sums.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count
    return PredictedRise(firstOrder: mean, fullSecondOrder: square / 2, centeredSecondOrder: variance / 2)
  }

  private func rows(of objective: Objective) throws(FisherError) -> [[[Double]]]? {
    guard let name = objective.criticalName else { return nil }
    guard let rows = critical[name] else {
      throw FisherError("there is no critical loss \(name) among \(critical.keys.sorted())")
    }
    return rows
  }
}

extension FisherMeasurement {
  /// `½ Σⱼ Fⱼⱼ Δⱼ²` over the layers of an assignment: the predicted rise of the mean loss with the diagonal alone.
  ///
  /// - Throws: an error if the assignment names an unknown layer, or bits without costs.
  public func predictedRise(
    _ assignment: BitAssignment, objective: Objective
  ) throws(FisherError) -> Double {
    let costs = costs(of: objective)
    return try columns(of: assignment, layerNames: layerNames, bits: bits)
      .reduce(0) { $0 + costs[$1.layer][$1.column] } / 2
  }
}

/// Where an assignment's layers and bits stand in tables, in the order of the layers.
private func columns(
  of assignment: BitAssignment, layerNames: [String], bits: [Int]
) throws(FisherError) -> [(layer: Int, column: Int)] {
  let known = Set(layerNames)
  if let unknown = assignment.keys.sorted().first(where: { !known.contains($0) }) {
    throw FisherError("there is no layer \(unknown) among the \(layerNames.count) measured ones")
  }
  var result: [(layer: Int, column: Int)] = []
  for (layer, name) in layerNames.enumerated() {
    guard let width = assignment[name] else { continue }
    guard let column = bits.firstIndex(of: width) else {
      throw FisherError("the layer \(name) has \(width) bits; measured were \(bits)")
    }
    result.append((layer, column))
  }
  return result
}
