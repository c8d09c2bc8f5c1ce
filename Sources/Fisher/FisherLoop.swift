// Fisher information by the plain loop: one image, one forward pass, one backward pass per loss. Slow, simple, and
// what everything faster is compared with.
import NN
import Torch

/// Collects the gradients of each image's losses with respect to the weights of all layers, one image at a time.
///
/// Layers that training keeps fixed take part too: they are quantized all the same. Modules that are used several
/// times count with the sum of their gradients, as one image's gradient has it.
///
/// - Parameters:
///   - layers: what gradients are taken of; all weight layers if absent. `parametersBesideWeights` names the others.
///   - critical: the names of the critical losses that `losses` gives for each image.
///   - perturbations: directions to project each image's gradients on, if wanted.
///   - progress: told the number of images done.
///   - losses: the losses of the image at a place, from one forward pass of the module without dropout.
/// - Throws: what `losses` throws; a `FisherError` if a loss is missing, not a single number, or not finite.
public func accumulateFisher(
  of module: some Module, layers: [NamedLayer]? = nil, critical: [String] = [], imageCount: Int,
  projectingOn perturbations: LayerPerturbations? = nil, progress: (Int) throws -> Void = { _ in },
  losses: (Int) throws -> ImageLosses
) throws -> FisherAccumulator {
  let accumulator = FisherAccumulator(
    layers: layers ?? module.weightLayers, critical: critical, projectingOn: perturbations)
  let weights = accumulator.layers.map(\.layer.weight.value)
  try withGradients(of: module, onlyFor: weights) {
    for image in 0..<imageCount {
      let imageLosses = try losses(image)
      try check(imageLosses, names: accumulator.criticalNames, place: "image \(image)")
      let names = accumulator.criticalNames
      let overallGradients = optionalGradients(
        of: imageLosses.overall, weights, keepingGraph: !names.isEmpty)
      let criticalGradients = names.enumerated().map { place, name in
        imageLosses.critical[name].map {
          optionalGradients(of: $0, weights, keepingGraph: place < names.count - 1)
        } ?? []
      }
      accumulator.beginImages(1)
      for layer in weights.indices {
        accumulator.add(
          layer: layer, firstImage: image, overall: overallGradients[layer]?.unsqueezed(0),
          critical: criticalGradients.map { $0[layer]?.unsqueezed(0) })
      }
      try progress(image + 1)
    }
  }
  return accumulator
}

/// Gradients where the loss depends on any weight at all; an image without objects may have a constant critical loss.
private func optionalGradients(of loss: Tensor, _ weights: [Tensor], keepingGraph: Bool) -> [Tensor?] {
  guard loss.requiresGradient else { return weights.map { _ in nil } }
  return gradients(of: loss, withRespectTo: weights, keepingGraph: keepingGraph)
}

/// Throws unless there is one finite number for each loss.
func check(_ losses: ImageLosses, names: [String], place: String) throws(FisherError) {
  guard losses.critical.keys.sorted() == names else {
    throw FisherError("\(place): the critical losses are \(losses.critical.keys.sorted()); expected \(names)")
  }
  for (name, loss) in [("overall", losses.overall)] + losses.critical.sorted(by: { $0.key < $1.key }) {
    guard loss.count == 1 else {
      throw FisherError("\(place): the \(name) loss has shape \(loss.shape); expected a single number")
    }
    let value = loss.item()
    guard value.isFinite else { throw FisherError("\(place): the \(name) loss is \(value)") }
  }
  guard losses.overall.requiresGradient else {
    throw FisherError("\(place): the overall loss depends on no weight that gradients could reach")
  }
}

/// Runs `body` while gradients reach the given leaves of a module and no other; afterwards they reach what they did.
func withGradients<Result>(
  of module: some Module, onlyFor leaves: [Tensor], _ body: () throws -> Result
) rethrows -> Result {
  let wanted = Set(leaves.map { ObjectIdentifier($0) })
  let all = module.namedParameters.map(\.parameter.value)
  let before = all.map(\.requiresGradient)
  for tensor in all { tensor.setRequiresGradient(wanted.contains(ObjectIdentifier(tensor))) }
  defer {
    for (tensor, required) in zip(all, before) { tensor.setRequiresGradient(required) }
  }
  return try body()
}
