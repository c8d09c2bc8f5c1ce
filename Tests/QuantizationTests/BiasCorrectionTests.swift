// Bias correction and the calibration of activations on a small network.
import NN
import Quantization
import Testing
import Torch

/// A convolution with a fixed normalization behind it, a layer with a bias, one without either, and one that is not used.
private final class Corrected: Module {
  let convolution = Convolution(2, 4, kernel: 3, padding: 1, Initializer(seed: 1, path: "convolution."))
  let norm = BatchNorm(4)
  let bare = Convolution(4, 4, kernel: 1, Initializer(seed: 1, path: "bare."))
  let head = Linear(4, 3, Initializer(seed: 1, path: "head."))
  let unused = Linear(4, 3, Initializer(seed: 1, path: "unused."))

  var members: [Member] {
    [
      .module("convolution", convolution), .module("norm", norm), .module("bare", bare),
      .module("head", head), .module("unused", unused),
    ]
  }

  /// What every layer but the unused one makes of pictures `[image, 2, row, column]`.
  func outputs(_ pictures: Tensor) -> (normalized: Tensor, bare: Tensor, head: Tensor) {
    let frozen = norm.frozen
    let first = convolution(pictures, scale: frozen.scale, shift: frozen.shift)
    let second = bare(first)
    return (first, second, head(second.permuted([0, 2, 3, 1])))
  }
}

extension QuantizationTests {
  @Suite("Calibration on pictures") struct BiasCorrectionTests {
    private let pictures = Tensor.uniform([5, 2, 6, 6], low: 0, high: 1, seed: 3)

    private func network() -> Corrected {
      let network = Corrected()
      network.norm.weight.value.assign(Tensor([0.5, -1, 2, 1], shape: [4]))
      network.norm.runningVariance.assign(Tensor([0.5, 2, 1, 4], shape: [4]))
      return network
    }

    @Test("after correction the mean output of each channel is again that of the weights before quantization")
    func means() throws {
      let network = network()
      let before = withoutGradients { network.outputs(pictures) }
      let quantized = try quantizedWeights(
        of: network, ["convolution": 2, "bare": 2, "head": 3, "unused": 2])
      let left = try correctBiases(of: network, for: quantized) {
        _ = network.outputs(pictures.narrowed(0, from: 0, count: 2))
        _ = network.outputs(pictures.narrowed(0, from: 2, count: 3))
      }
      #expect(left == ["bare", "unused"])
      // Each layer alone with the input that it saw.
      func replaced<Result>(_ name: String, _ body: () throws -> Result) rethrows -> Result {
        try withWeights(of: network, replacedBy: quantized.filter { $0.key == name }.mapValues(\.dequantized))
        {
          try withoutGradients { try body() }
        }
      }
      let frozen = network.norm.frozen
      let normalized = replaced("convolution") {
        network.convolution(pictures, scale: frozen.scale, shift: frozen.shift)
      }
      let head = replaced("head") { network.head(before.bare.permuted([0, 2, 3, 1])) }
      func off(_ a: Tensor, _ b: Tensor, _ dimensions: [Int]) -> Double {
        (a.mean(dimensions) - b.mean(dimensions)).abs().largest().item()
      }
      #expect(off(normalized, before.normalized, [0, 2, 3]) < 1e-5)
      #expect(off(head, before.head, [0, 1, 2]) < 1e-5)
      // Single outputs still differ: it is the means that were corrected.
      #expect((head - before.head).abs().largest().item() > 1e-3)
    }

    @Test("what cannot be calibrated is named, and no watcher is left behind")
    func activations() throws {
      let network = network()
      #expect(
        throws: QuantizationError("the layer unused saw no input in the calibration set")
      ) { try calibratedActivations(of: network, bits: 8) { _ = network.outputs(pictures) } }
      #expect(throws: QuantizationError.self) {
        try calibratedActivations(of: network, names: ["neck"], bits: 8) {}
      }
      #expect(throws: QuantizationError.self) {
        try calibratedActivations(of: network, names: ["head"], bits: 8) {
          _ = network.outputs(pictures * .infinity)
        }
      }
      let names = ["bare", "convolution", "head"]
      let expected = withoutGradients { network.outputs(pictures).head }
      func error(_ bits: Int, _ calibration: ActivationCalibration) throws -> Double {
        let quantizers = try calibratedActivations(
          of: network, names: names, bits: bits, calibration: calibration
        ) { _ = network.outputs(pictures) }
        #expect(quantizers.keys.sorted() == names)
        // Pictures are never negative, so no code is spent below zero.
        #expect(quantizers["convolution"]?.zeroPoint == 0)
        let found = try withQuantizedActivations(of: network, quantizers) {
          withoutGradients { network.outputs(pictures).head }
        }
        return (found - expected).power(2).mean().item().squareRoot()
      }
      let coarse = try error(3, .extremes)
      for calibration in [ActivationCalibration.extremes, .percentile(0.999), .squaredError] {
        let fine = try error(8, calibration)
        #expect(fine > 0 && fine < coarse / 4, "\(calibration): \(fine) of \(coarse)")
      }
      #expect(network.weightLayers.allSatisfy { $0.layer.inputTransform == nil })
      #expect(withoutGradients { network.outputs(pictures).head.floats } == expected.floats)
    }
  }
}
