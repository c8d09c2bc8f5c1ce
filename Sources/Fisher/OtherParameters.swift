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

private func fixedParameters(_ module: any Module) -> Set<ObjectIdentifier> {
  if let norm = module as? BatchNorm { return [ObjectIdentifier(norm.weight), ObjectIdentifier(norm.bias)] }
  var result: Set<ObjectIdentifier> = []
  for case .module(_, let part) in module.members { result.formUnion(fixedParameters(part)) }
  return result
}

extension Module {
  /// All parameters that are not the weight of a layer, each once and in the place of a layer of its full name: biases,
  /// scales and shifts of norms, slopes, embeddings. Batch normalizations, which are fixed in a detector, have none.
  public var parametersBesideWeights: [NamedLayer] {
    var seen = Set(weightLayers.map { ObjectIdentifier($0.layer.weight) })
    seen.formUnion(fixedParameters(self))
    return namedParameters.filter { seen.insert(ObjectIdentifier($0.parameter)).inserted }
      .map { NamedLayer(name: $0.name, layer: BareParameter($0.parameter)) }
  }
}
