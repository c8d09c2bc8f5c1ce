// Fisher information of every parameter: beside the weights of layers the biases, norms, slopes and embeddings.
import NN
import Torch

/// Collects the gradients of each image's losses with respect to every parameter, a batch at a time.
///
/// Weights of layers are measured as in `accumulateFisher`, in the same backward passes. Biases, scales and shifts of
/// norms and slopes have a copy for each image, whose gradient is that image's own. What a module uses whole for all images,
/// as embeddings of queries are, is found by the gradient that arrives at it, and measured one image at a time afterwards.
/// Nothing in the forward pass may mix images.
///
/// - Parameters:
///   - critical: the names of the critical losses that `losses` gives.
///   - batchSize: images of a batch; the last batch takes what is left.
///   - losses: for the images at some places, the *sum* of their losses, each with normalizers of its own.
/// - Returns: sums whose layers are the weight layers, then `parametersBesideWeights`.
/// - Throws: what `losses` throws; a `FisherError` if a loss is missing, not a single number, or not finite.
public func accumulateFisher(
  ofEveryParameterOf module: some Module, critical: [String] = [], imageCount: Int, batchSize: Int,
  losses: (Range<Int>) throws -> ImageLosses
) throws -> FisherAccumulator {
  let layers = module.weightLayers
  let others = module.parametersBesideWeights
  let accumulator = FisherAccumulator(layers: layers + others, critical: critical)
  let names = accumulator.criticalNames
  let weights = layers.map(\.layer.weight.value)
  let parameters = others.map(\.layer.weight)
  var usedWhole = Set<Int>()
  try withGradients(of: module, onlyFor: weights + parameters.map(\.value)) {
    for start in stride(from: 0, to: imageCount, by: max(batchSize, 1)) {
      let images = start..<min(start + max(batchSize, 1), imageCount)
      let tape = PerImageTape(weights: weights, imageCount: images.count)
      // [loss][parameter]
      var slopes: [[Tensor?]] = []
      try withCopiesByImage(of: parameters, imageCount: images.count) { copies in
        let summed = try tape.recording { () throws in try losses(images) }
        try check(summed, names: names, place: "images \(start) to \(images.upperBound - 1)")
        let ordered = [summed.overall] + names.compactMap { summed.critical[$0] }
        for (place, loss) in ordered.enumerated() {
          tape.backward(loss, keepingGraph: place + 1 < ordered.count)
          slopes.append(copies.map(\.gradient))
          for copy in copies { copy.clearGradient() }
          for (index, parameter) in parameters.enumerated() where parameter.value.gradient != nil {
            usedWhole.insert(index)
            parameter.value.clearGradient()
          }
        }
      }
      accumulator.beginImages(images.count)
      for index in layers.indices where tape.useCount(of: index) > 0 {
        for image in 0..<images.count {
          let gradients = tape.gradients(of: index, firstImage: image, count: 1)
          accumulator.add(
            layer: index, firstImage: start + image, overall: gradients[0],
            critical: Array(gradients.dropFirst()))
        }
      }
      for index in others.indices where !usedWhole.contains(index) {
        accumulator.add(
          layer: layers.count + index, firstImage: start, overall: slopes[0][index],
          critical: slopes.dropFirst().map { $0[index] })
      }
    }
    let whole = usedWhole.sorted()
    for image in 0..<imageCount where !whole.isEmpty {
      let own = try losses(image..<image + 1)
      let ordered = [own.overall] + names.compactMap { own.critical[$0] }
      let values = whole.map { parameters[$0].value }
      let slopes = ordered.enumerated().map { place, loss in
        loss.requiresGradient
          ? gradients(of: loss, withRespectTo: values, keepingGraph: place + 1 < ordered.count)
          : values.map { _ in nil }
      }
      for (place, index) in whole.enumerated() {
        accumulator.add(
          layer: layers.count + index, firstImage: image, overall: slopes[0][place]?.unsqueezed(0),
          critical: slopes.dropFirst().map { $0[place]?.unsqueezed(0) })
      }
    }
  }
  return accumulator
}
