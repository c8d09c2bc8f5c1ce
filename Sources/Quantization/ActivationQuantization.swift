// Quantizing what goes into layers: ranges watched in one pass, then numbers on a grid for the time of a closure.
import NN
import Torch

/// The quantizers of the inputs of layers, by layer name, from a pass over calibration pictures.
///
/// - Parameters:
///   - names: the layers; all weight layers if absent.
///   - pass: runs the module over the calibration set.
/// - Throws: what `pass` throws; an error if a named layer does not exist, saw nothing, or saw what is not finite.
public func calibratedActivations(
  of module: some Module, names: [String]? = nil, bits: Int,
  calibration: ActivationCalibration = .percentile(0.999), pass: () throws -> Void
) throws -> [String: ActivationQuantizer] {
  let layers = try chosenLayers(of: module, names)
  var ranges: [String: ActivationRange] = [:]
  try withInputTransforms(
    layers.map { layer in
      (
        layer,
        { input in
          ranges[layer.name, default: ActivationRange()].watch(input)
          return input
        }
      )
    }, { try withoutGradients { () throws in try pass() } })
  var result: [String: ActivationQuantizer] = [:]
  for layer in layers {
    guard let range = ranges[layer.name] else {
      throw QuantizationError("the layer \(layer.name) saw no input in the calibration set")
    }
    do {
      result[layer.name] = try range.quantizer(bits: bits, calibration)
    } catch {
      throw QuantizationError("the layer \(layer.name): \(error)")
    }
  }
  return result
}

/// Runs `body` while the inputs of layers are quantized; afterwards they are not.
public func withQuantizedActivations<Result>(
  of module: some Module, _ quantizers: [String: ActivationQuantizer], _ body: () throws -> Result
) throws -> Result {
  let layers = try chosenLayers(of: module, quantizers.keys.sorted())
  return try withInputTransforms(
    layers.compactMap { layer in
      quantizers[layer.name].map { quantizer in (layer, { quantizer($0) }) }
    }, body)
}

/// Runs `body` while functions are put before the inputs of layers, behind those that are there already.
func withInputTransforms<Result>(
  _ transforms: [(layer: NamedLayer, transform: (Tensor) -> Tensor)], _ body: () throws -> Result
) rethrows -> Result {
  let before = transforms.map(\.layer.layer.inputTransform)
  for (index, entry) in transforms.enumerated() {
    let first = before[index]
    entry.layer.layer.inputTransform = { entry.transform(first?($0) ?? $0) }
  }
  defer { for (entry, original) in zip(transforms, before) { entry.layer.layer.inputTransform = original } }
  return try body()
}

private func chosenLayers(of module: some Module, _ names: [String]?) throws -> [NamedLayer] {
  let layers = module.weightLayers
  guard let names else { return layers }
  if let unknown = names.first(where: { name in !layers.contains { $0.name == name } }) {
    throw QuantizationError(
      "activations are to be quantized before \(unknown), which the network does not have")
  }
  return layers.filter { names.contains($0.name) }
}
