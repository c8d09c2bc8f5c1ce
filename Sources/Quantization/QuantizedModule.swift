// Post-training quantization of a network's weights, for good or for the time of a closure.
import NN
import Torch

/// The quantized weights of all layers that an assignment names; the network is not changed.
///
/// - Parameter importance: the importance of each weight by layer name, for schemes that weigh errors.
/// - Throws: an error if a layer or its importance is missing, a width is impossible, or a weight is not finite.
public func quantizedWeights(
  of module: some Module, _ assignment: BitAssignment, scheme: QuantizationScheme = .standard,
  importance: [String: Tensor] = [:]
) throws(QuantizationError) -> [String: QuantizedTensor] {
  try check(assignment, against: module)
  var result: [String: QuantizedTensor] = [:]
  for layer in module.weightLayers {
    guard let bits = assignment[layer.name] else { continue }
    let weight = layer.layer.weight.value
    if scheme.scaling == .weightedSquaredError, importance[layer.name]?.shape != weight.shape {
      throw QuantizationError(
        "the layer \(layer.name) of shape \(weight.shape) has no importance of that shape to weigh its errors with"
      )
    }
    let quantized = scheme.quantized(weight, bits: bits, importance: importance[layer.name])
    // The largest magnitude passes on what is not finite, so the scales tell.
    guard quantized.scales.sum().item().isFinite else {
      throw QuantizationError("the layer \(layer.name) has weights that are not finite")
    }
    result[layer.name] = quantized
  }
  return result
}

/// Overwrites a network's weights with their quantized values, for good.
///
/// - Returns: the codes and scales by layer name.
@discardableResult
public func quantize(
  _ module: some Module, _ assignment: BitAssignment, scheme: QuantizationScheme = .standard,
  importance: [String: Tensor] = [:]
) throws(QuantizationError) -> [String: QuantizedTensor] {
  let quantized = try quantizedWeights(of: module, assignment, scheme: scheme, importance: importance)
  for layer in module.weightLayers {
    if let values = quantized[layer.name] { layer.layer.weight.value.assign(values.dequantized) }
  }
  return quantized
}

/// Runs `body` while a network has quantized weights; afterwards, also after an error, it has its own tensors again,
/// untouched.
///
/// Inside, each quantized weight is a leaf of its own: gradients with respect to it are those at the quantized point.
public func withQuantized<Result>(
  _ module: some Module, _ assignment: BitAssignment, scheme: QuantizationScheme = .standard,
  importance: [String: Tensor] = [:], _ body: () throws -> Result
) throws -> Result {
  let quantized = try quantizedWeights(of: module, assignment, scheme: scheme, importance: importance)
  return try withWeights(of: module, replacedBy: quantized.mapValues(\.dequantized), body)
}

/// Runs `body` while the named layers of a network have other weights; afterwards it has its own tensors again.
///
/// - Parameter weights: tensors by layer name, of the layers' shapes.
public func withWeights<Result>(
  of module: some Module, replacedBy weights: [String: Tensor], _ body: () throws -> Result
) rethrows -> Result {
  let parameters = module.weightLayers.compactMap { layer in
    weights[layer.name].map { (name: layer.name, parameter: layer.layer.weight, replacement: $0) }
  }
  let originals = parameters.map(\.parameter.value)
  for (name, parameter, replacement) in parameters {
    guard replacement.shape == parameter.value.shape else {
      fatalError("layer \(name): weights of shape \(replacement.shape) instead of \(parameter.value.shape)")
    }
    let leaf = replacement.detached()
    leaf.setRequiresGradient(parameter.value.requiresGradient)
    parameter.value = leaf
  }
  defer {
    for (entry, original) in zip(parameters, originals) { entry.parameter.value = original }
  }
  return try body()
}
