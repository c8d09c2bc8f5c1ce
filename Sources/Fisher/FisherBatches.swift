// Fisher information from batched passes: the same numbers as the plain loop, in a fraction of the time.
import NN
import Torch

/// Collects the gradients of each image's losses with respect to the weights of all layers, a batch at a time.
///
/// The images of a batch share a forward pass, and a backward pass for each loss; the gradients of single images are
/// formed layer by layer from what each layer saw and got back. Nothing in the forward pass may mix images, so they must
/// have one size (padding leaks), and batch normalization must be fixed.
///
/// - Parameters:
///   - critical: the names of the critical losses that `losses` gives.
///   - batchSize: images of a batch; the last batch takes what is left.
///   - perturbations: directions to project each image's gradients on, if wanted.
///   - progress: told the number of images done.
///   - losses: for the images at some places, the *sum* of their losses, each with normalizers of its own.
/// - Throws: what `losses` throws; a `FisherError` if a loss is missing, not a single number, or not finite.
public func accumulateFisher(
  of module: some Module, critical: [String] = [], imageCount: Int, batchSize: Int,
  projectingOn perturbations: LayerPerturbations? = nil, progress: (Int) throws -> Void = { _ in },
  losses: (Range<Int>) throws -> ImageLosses
) throws -> FisherAccumulator {
  let accumulator = FisherAccumulator(
    layers: module.weightLayers, critical: critical, projectingOn: perturbations)
  let weights = accumulator.layers.map(\.layer.weight.value)
  try withGradients(of: module, onlyFor: weights) {
    for start in stride(from: 0, to: imageCount, by: max(batchSize, 1)) {
      let images = start..<min(start + max(batchSize, 1), imageCount)
      let tape = PerImageTape(weights: weights, imageCount: images.count)
      let summed = try tape.recording { () throws in try losses(images) }
      let names = accumulator.criticalNames
      try check(
        summed, names: names,
        place: images.count == 1 ? "image \(start)" : "images \(start) to \(images.upperBound - 1)")
      tape.backward(summed.overall, keepingGraph: !names.isEmpty)
      for (place, name) in names.enumerated() {
        if let loss = summed.critical[name] { tape.backward(loss, keepingGraph: place < names.count - 1) }
      }
      accumulator.beginImages(images.count)
      accumulator.add(tape, images)
      try progress(images.upperBound)
    }
  }
  return accumulator
}

extension FisherAccumulator {
  /// Numbers in the gradients of as many images as are formed at once; 16 MB for each loss.
  private static let gradientBudget = 1 << 22

  fileprivate func add(_ tape: PerImageTape, _ images: Range<Int>) {
    for (index, layer) in layers.enumerated() where tape.useCount(of: index) > 0 {
      let count = max(1, Self.gradientBudget / max(layer.layer.weight.value.count, 1))
      for first in stride(from: 0, to: images.count, by: count) {
        let gradients = tape.gradients(
          of: index, firstImage: first, count: min(count, images.count - first))
        add(
          layer: index, firstImage: images.lowerBound + first, overall: gradients[0],
          critical: Array(gradients.dropFirst()))
      }
    }
  }
}
