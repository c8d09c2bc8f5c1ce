// Taking back what quantization adds to the mean of each output channel.
import NN
import Torch

/// Subtracts the mean output of the weights' quantization errors, `E[(Q(W) − W) x]`, from the biases of layers; of a
/// convolution without bias, from the fixed batch normalization behind it.
///
/// The means are those of the module's own inputs in a pass over calibration pictures, before anything is quantized.
///
/// - Parameters:
///   - quantized: codes and scales by layer name.
///   - pass: runs the module over the calibration set.
/// - Returns: the names of layers that have neither a bias nor a batch normalization behind them, and of those that saw no
///   input.
@discardableResult
public func correctBiases(
  of module: some Module, for quantized: [String: QuantizedTensor], pass: () throws -> Void
) throws -> [String] {
  let layers = module.weightLayers.filter { quantized[$0.name] != nil }
  let norms = normsBehindConvolutions(module)
  var sums: [String: (mean: Tensor, count: Double)] = [:]
  try withInputTransforms(
    layers.map { layer in
      (
        layer,
        { input in
          guard let values = quantized[layer.name] else { return input }
          let output = withoutGradients {
            difference(
              of: values.dequantized - layer.layer.weight.value.detached(), layer.layer, input.detached())
          }
          let count = Double(output.size(0))
          let sum = output.sum([0])
          let before = sums[layer.name]
          sums[layer.name] = (before.map { $0.mean + sum } ?? sum, (before?.count ?? 0) + count)
          return input
        }
      )
    }, { try withoutGradients { () throws in try pass() } })
  var left: [String] = []
  for layer in layers {
    guard let sum = sums[layer.name] else {
      left.append(layer.name)
      continue
    }
    let shift = withoutGradients { sum.mean * (1 / sum.count) }
    if let bias = (layer.layer as? Linear)?.bias ?? (layer.layer as? Convolution)?.bias {
      bias.value.add(shift, scale: -1)
    } else if let norm = norms[ObjectIdentifier(layer.layer)] {
      norm.bias.value.add(withoutGradients { shift * norm.frozen.scale.detached() }, scale: -1)
    } else {
      left.append(layer.name)
    }
  }
  return left
}

/// A layer's output with other weights and no bias, `[position, channel]`.
private func difference(of weight: Tensor, _ layer: any WeightLayer, _ input: Tensor) -> Tensor {
  guard let convolution = layer as? Convolution else {
    return input.linear(weight).reshaped([-1, weight.size(0)])
  }
  return input.convolved(
    weight, stride: convolution.stride, padding: convolution.padding, dilation: convolution.dilation
  ).permuted([0, 2, 3, 1]).reshaped([-1, weight.size(0)])
}

/// The batch normalization that stands right behind a convolution among the members of one module.
private func normsBehindConvolutions(_ module: any Module) -> [ObjectIdentifier: BatchNorm] {
  var result: [ObjectIdentifier: BatchNorm] = [:]
  var last: (any Module)?
  for member in module.members {
    guard case .module(_, let part) = member else { continue }
    if let norm = part as? BatchNorm, let convolution = last as? Convolution {
      result[ObjectIdentifier(convolution)] = norm
    }
    result.merge(normsBehindConvolutions(part)) { first, _ in first }
    last = part
  }
  return result
}
