// Parameters that are no matrix or kernel: biases, norms, embeddings, slopes.
import NN
import Torch

/// A parameter in the place of a layer, so that what measures layers measures it.
private final class BareParameter: WeightLayer {
  let weight: Parameter
  var inputTransform: ((Tensor) -> Tensor)?

  init(_ parameter: Parameter) {
    weight = parameter
  }

  var members: [Member] { [.parameter("weight", weight)] }
}

extension Module {
  /// All parameters that are not the weight of a layer, each in the place of a layer of its full name: what the plain
  /// loop takes beside layers.
  public var parametersBesideWeights: [NamedLayer] {
    let weights = Set(weightLayers.map { ObjectIdentifier($0.layer.weight) })
    return namedParameters.filter { !weights.contains(ObjectIdentifier($0.parameter)) }
      .map { NamedLayer(name: $0.name, layer: BareParameter($0.parameter)) }
  }
}
