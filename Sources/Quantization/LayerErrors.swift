// How far quantization moves the weights of each layer, by bit width.
import NN
import Torch

/// The quantization errors of one layer.
public struct LayerErrors: Codable, Sendable, Equatable {
  /// The layer.
  public let name: String
  /// The number of its weights.
  public let weightCount: Int
  /// The sum of squared errors `Σⱼ (Q(wⱼ) − wⱼ)²`, one per bit width asked for.
  public let squaredErrors: [Double]
}

/// The quantization errors of layers at several bit widths, each summed in double precision.
///
/// - Parameter importance: the importance of each weight by layer name, for schemes that weigh errors.
public func quantizationErrors(
  of layers: [NamedLayer], bits: [Int], scheme: QuantizationScheme = .standard,
  importance: [String: Tensor] = [:]
) -> [LayerErrors] {
  layers.map { layer in
    let weight = layer.layer.weight.value
    return LayerErrors(
      name: layer.name, weightCount: weight.count,
      squaredErrors: bits.map {
        squaredSum(scheme.perturbation(of: weight, bits: $0, importance: importance[layer.name]))
      })
  }
}

/// The sum of squares of a tensor, each multiplied by its importance if given: `Σⱼ Fⱼ Δⱼ²`, in double precision.
public func squaredSum(_ perturbation: Tensor, importance: Tensor? = nil) -> Double {
  withoutGradients {
    let values = perturbation.detached().converted(to: .float64)
    let squares = values * values
    guard let importance else { return squares.sum().item() }
    guard importance.shape == perturbation.shape else {
      fatalError("importance of shape \(importance.shape) for a perturbation of shape \(perturbation.shape)")
    }
    return (squares * importance.detached().converted(to: .float64)).sum().item()
  }
}
