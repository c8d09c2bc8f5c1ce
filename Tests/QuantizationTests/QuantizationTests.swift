// Everything in this target shares libtorch's process-wide state, so suites run one after the other inside this one.
import NN
import TestSupport
import Testing
import Torch

@Suite(.serialized) struct QuantizationTests {}

/// Reference values of the quantizers.
func reference(_ name: String) throws -> Tensor {
  try SafetensorsFile(contentsOf: Fixtures.url("boxes/quantizers.safetensors")).tensor(name)
}

/// A network with a stem, two linear layers of which one is used under two names, and a norm.
final class SmallNetwork: Module {
  let stem = Convolution(2, 4, kernel: 3, Initializer(seed: 1, path: "stem."))
  let shared = Linear(4, 3, Initializer(seed: 1, path: "shared."))
  let head = Linear(3, 5, Initializer(seed: 1, path: "head."))
  let norm = LayerNorm(3)
  let scale = Tensor.ones([4])

  var members: [Member] {
    [
      .module("stem", stem), .buffer("scale", scale), .module("block.0", shared), .module("block.1", shared),
      .module("norm", norm), .module("head", head),
    ]
  }
}
