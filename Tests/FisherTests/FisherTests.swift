// Everything in this target shares libtorch's process-wide state, so suites run one after the other inside this one.
import NN
import Testing
import Torch

@Suite(.serialized) struct FisherTests {}

/// A small network with every kind of weight layer: a convolution with a fixed scale behind it, a projection that is
/// used twice, and two heads.
final class SmallNetwork: Module {
  let convolution: Convolution
  let scale: Tensor
  let shift: Tensor
  let projection: Linear
  let norm: LayerNorm
  let classes: Linear
  let boxes: MultilayerPerceptron

  init(seed: UInt64, doublePrecision: Bool = true) {
    let initializer = Initializer(seed: seed)
    convolution = Convolution(3, 6, kernel: 3, stride: 2, padding: 1, initializer.child("conv"))
    scale = Tensor.uniform([6], low: 0.5, high: 1.5, seed: seed).converted(
      to: doublePrecision ? .float64 : .float32)
    shift = Tensor.uniform([6], low: -0.5, high: 0.5, seed: seed + 1)
      .converted(to: doublePrecision ? .float64 : .float32)
    projection = Linear(6, 6, initializer.child("projection"))
    norm = LayerNorm(6)
    classes = Linear(6, 4, initializer.child("classes"))
    boxes = MultilayerPerceptron([6, 5, 4], initializer.child("boxes"))
    if doublePrecision {
      for (_, parameter) in namedParameters {
        parameter.value = parameter.value.detached().converted(to: .float64)
        parameter.setTrained(true)
      }
    }
  }

  var members: [Member] {
    [
      .module("conv", convolution), .module("projection", projection), .module("norm", norm),
      .module("classes", classes), .module("boxes", boxes),
    ]
  }

  /// Logits `[image, token, class]` and boxes `[image, token, 4]` of pictures `[image, 3, row, column]`.
  func callAsFunction(_ pictures: Tensor) -> (logits: Tensor, boxes: Tensor) {
    let features = convolution(pictures, scale: scale, shift: shift).relu()
    let tokens = features.reshaped([pictures.size(0), 6, -1]).transposed(1, 2)  // [image, token, 6]
    let once = projection(tokens).relu()
    let twice = norm(projection(once) + tokens)
    return (classes(twice), boxes(twice).sigmoid())
  }
}

/// Pictures with their own targets, and losses of each that need nothing from the other pictures.
struct SmallTask {
  let network: SmallNetwork
  let pictures: Tensor
  let labels: [Int64]

  init(imageCount: Int, seed: UInt64 = 3, doublePrecision: Bool = true) {
    network = SmallNetwork(seed: seed, doublePrecision: doublePrecision)
    pictures = Tensor.normal([imageCount, 3, 6, 6], seed: seed + 10)
      .converted(to: doublePrecision ? .float64 : .float32)
    labels = (0..<imageCount).map { Int64(($0 * 7 + 1) % 4) }
  }

  /// Vectors of losses `[image]`: overall, and the critical ones by name.
  func losses(_ images: [Int]) -> ImageVectors {
    let places = Tensor(images.map(Int64.init), shape: [images.count])
    let (logits, boxes) = network(pictures.picked(0, places))
    let label = Tensor(images.map { labels[$0] }, shape: [images.count, 1])
    let picked = logits.mean([1]).logSoftmax().gathered(1, label).reshaped([-1])
    let overall = -picked + (boxes - 0.3).power(2).sum([1, 2])
    let person = logits.narrowed(2, from: 0, count: 2).logSumExp(along: 2).mean([1])
    let animal = (boxes.narrowed(2, from: 0, count: 1) - 0.9).abs().sum([1, 2]) * 0.5
    return (overall, ["animal": animal, "person": person])
  }

  typealias ImageVectors = (overall: Tensor, critical: [String: Tensor])

  /// The losses of one image alone.
  func losses(_ image: Int) -> ImageVectors {
    let vectors = losses([image])
    return (vectors.overall.sum(), vectors.critical.mapValues { $0.sum() })
  }
}
