// How the gradients of a loss's parts lie to each other, layer by layer: enough for the Fisher trace of any sum of them.
import NN
import Quantization
import Torch

/// `E⟨g_k, g_l⟩` for the gradients of all parts k and l of a loss with respect to each layer's weights.
///
/// The trace of the Fisher information of the sum of some parts is the sum of the entries of those parts. So with one
/// part for each category, and one for what all share, any critical set has its sensitivities at once.
public struct LayerGram: Codable, Sendable, Equatable {
  /// The layers.
  public let layerNames: [String]
  /// The number of weights of each layer.
  public let weightCounts: [Int]
  /// The parts, sorted.
  public let parts: [String]
  /// The number of images.
  public let imageCount: Int
  /// The symmetric matrix of each layer, row by row, `[layer][part · part]`.
  public let matrices: [[Double]]

  /// The Fisher trace of each layer for the sum of some parts.
  ///
  /// - Throws: an error if there is no such part.
  public func traces(of names: [String]) throws(FisherError) -> [Double] {
    var places: [Int] = []
    for name in names {
      guard let place = parts.firstIndex(of: name) else {
        throw FisherError("there is no part \(name) among the \(parts.count) parts of the loss")
      }
      places.append(place)
    }
    return matrices.map { matrix in
      places.reduce(0) { sum, row in places.reduce(sum) { $0 + matrix[row * parts.count + $1] } }
    }
  }

  /// Costs of bit widths by layer name for the sum of some parts: the mean trace of each layer times its squared errors,
  /// `trace / n · Σⱼ Δⱼ²`. Enough to allocate bits for any critical set without another pass over images.
  ///
  /// - Parameter errors: of the layers that costs are wanted of.
  /// - Throws: an error if there is no such part, or no such layer.
  public func costs(of names: [String], errors: [LayerErrors]) throws(FisherError) -> [String: [Double]] {
    let traces = Dictionary(zip(layerNames, try traces(of: names))) { first, _ in first }
    var result: [String: [Double]] = [:]
    for layer in errors {
      guard let trace = traces[layer.name] else {
        throw FisherError("there is no layer \(layer.name) among the \(layerNames.count) measured ones")
      }
      // Rounding may leave a trace of nothing a little below zero.
      result[layer.name] = layer.squaredErrors.map { max(trace, 0) / Double(layer.weightCount) * $0 }
    }
    return result
  }
}

/// Collects the products of the gradients of a loss's parts, a batch of images at a time; one backward pass for each part.
///
/// - Parameters:
///   - parts: all names that `losses` may give.
///   - batchSize: images of a batch; memory holds what every part sends back through every layer.
///   - losses: for the images at some places, the sums of their own parts, each with normalizers of its own. What is
///     missing is zero.
/// - Throws: what `losses` throws; a `FisherError` if a part is unknown or not a finite number.
public func accumulateGram(
  of module: some Module, parts: [String], imageCount: Int, batchSize: Int,
  progress: (Int) throws -> Void = { _ in }, losses: (Range<Int>) throws -> [String: Tensor]
) throws -> LayerGram {
  let layers = module.weightLayers
  let weights = layers.map(\.layer.weight.value)
  let names = parts.sorted()
  var matrices = layers.map { _ in [Double](repeating: 0, count: names.count * names.count) }
  try withGradients(of: module, onlyFor: weights) {
    for start in stride(from: 0, to: imageCount, by: max(batchSize, 1)) {
      let images = start..<min(start + max(batchSize, 1), imageCount)
      let tape = PerImageTape(weights: weights, imageCount: images.count)
      let found = try tape.recording { () throws in try losses(images) }.filter { $0.value.requiresGradient }
      var places: [Int] = []
      for name in found.keys.sorted() {
        guard let place = names.firstIndex(of: name), let loss = found[name], loss.count == 1,
          loss.item().isFinite
        else { throw FisherError("the part \(name) of the loss is unknown or not a finite number") }
        places.append(place)
      }
      for (index, name) in found.keys.sorted().enumerated() {
        if let loss = found[name] { tape.backward(loss, keepingGraph: index < found.count - 1) }
      }
      withoutGradients {
        for layer in layers.indices where tape.useCount(of: layer) > 0 {
          for image in 0..<images.count {
            let slopes = tape.gradients(of: layer, firstImage: image, count: 1)
            let present = slopes.indices.filter { slopes[$0] != nil }
            guard !present.isEmpty else { continue }
            let rows = Tensor.stacked(present.compactMap { slopes[$0]?.reshaped([-1]) })
              .converted(to: .float64)
            let products = rows.matrixProduct(rows.transposed()).doubles
            for (a, first) in present.enumerated() {
              for (b, second) in present.enumerated() {
                matrices[layer][places[first] * names.count + places[second]] +=
                  products[a * present.count + b] / Double(imageCount)
              }
            }
          }
        }
      }
      try progress(images.upperBound)
    }
  }
  return LayerGram(
    layerNames: layers.map(\.name), weightCounts: weights.map(\.count), parts: names, imageCount: imageCount,
    matrices: matrices)
}
