// Training with quantized weights: values exactly on the grid, gradients as published.
import NN
import Quantization
import TestSupport
import Testing
import Torch

extension QuantizationTests {
  @Suite struct FakeQuantizationTests {
    @Test("the forward pass sees exactly what a packed file stores", arguments: TrainingScales.allCases)
    func values(scales: TrainingScales) throws {
      let network = SmallNetwork()
      let fake = try FakeQuantizedNetwork(network, ["stem": 3, "block.0": 4, "head": 8], scales: scales)
      let stored = fake.quantized()
      #expect(stored.keys.sorted() == ["block.0", "head", "stem"])
      fake.withQuantizedWeights { weights in
        for weight in weights {
          #expect(weight.value.floats == stored[weight.name]?.dequantized.floats, "\(weight.name)")
        }
        #expect(network.head.weight.value === weights.last?.value)
      }
      #expect(network.head.weight.value.gradient == nil)
      let data = try encodePacked(network, stored)
      let file = try PackedFile(data, from: "test")
      #expect(file.tensors["head.weight"]?.floats == stored["head"]?.dequantized.floats)
    }

    @Test("with scales by magnitude the gradient of the quantized weight reaches the weight unchanged")
    func straightThrough() throws {
      let network = SmallNetwork()
      let fake = try FakeQuantizedNetwork(network, ["head": 3], scales: .largestMagnitude)
      let input = Tensor.normal([2, 3], seed: 4)
      let loss = fake.withQuantizedWeights { _ in network.head(input).power(2).sum() }
      loss.backward()
      let expected = try withQuantized(network, ["head": 3]) {
        gradients(of: network.head(input).power(2).sum(), withRespectTo: [network.head.weight.value])[0]
      }
      #expect(network.head.weight.value.gradient?.floats == expected?.floats)
    }

    @Test("learned scales get the published gradients, checked by hand and by differences")
    func learnedScales() throws {
      // At 3 bits codes go from −4 to 3. With s = 0.5: inside, inside, clipped above, clipped below.
      let weight = Tensor([0.6, -0.7, 9.0, -9.0], shape: [1, 4])
      let scales = Tensor([0.5], shape: [1])
      weight.setRequiresGradient(true)
      scales.setRequiresGradient(true)
      let quantized = learnedScaleQuantization(weight, scales: scales, bits: 3)
      #expect(quantized.doubles == [0.5, -0.5, 1.5, -2.0])
      let factors = Tensor([1.0, 10, 100, 1000], shape: [1, 4])
      let found = gradients(of: (quantized * factors).sum(), withRespectTo: [weight, scales])
      #expect(found[0]?.doubles == [1, 10, 0, 0])
      let damping = 1 / (4.0 * 3).squareRoot()
      // round(w/s) − w/s inside, the border's code outside, each with its factor.
      let parts: [Double] = [1 - 1.2, 10 * (1.4 - 1), 300, -4000]
      let byHand = parts.reduce(0, +)
      #expect(isClose(found[1]?.item() ?? 0, byHand * damping, relative: 1e-12))
      // Between rounding points w̃ = s · code, so the true derivative is the code; LSQ's differs by −w/s inside.
      let step = 1e-6
      func value(_ s: Double) -> [Double] {
        learnedScaleQuantization(weight.detached(), scales: Tensor([s], shape: [1]), bits: 3).doubles
      }
      let slopes = zip(value(0.5 + step), value(0.5 - step)).map { ($0 - $1) / (2 * step) }
      #expect(largestDifference(slopes, [1, -1, 3, -4]) < 1e-8)
    }

    @Test("first scales are twice the mean magnitude over the root of the largest code; zeros get one")
    func start() {
      let weight = Tensor([1.0, -3, 2, 2, 0, 0, 0, 0], shape: [2, 4])
      #expect(
        largestDifference(startingScales(weight, bits: 4).doubles, [2 * 2 / 7.0.squareRoot(), 1]) < 1e-12)
    }

    @Test("training with learned scales lowers the error of a regression on three bits")
    func trains() throws {
      let network = SmallNetwork()
      let fake = try FakeQuantizedNetwork(network, ["head": 3], scales: .learned)
      let optimizer = AdamW([
        AdamW.Group(
          parameters: network.namedParameters.filter { $0.name.hasPrefix("head") }, rate: 0.02, decay: 0),
        AdamW.Group(parameters: fake.scaleParameters, rate: 0.005, decay: 0),
      ])
      let input = Tensor.normal([64, 3], seed: 1)
      let wanted = input.linear(Tensor.normal([5, 3], seed: 2))
      var losses: [Double] = []
      for _ in 0..<200 {
        let loss = fake.withQuantizedWeights { _ in (network.head(input) - wanted).power(2).mean() }
        losses.append(loss.item())
        loss.backward()
        optimizer.step()
      }
      #expect(losses[199] < 0.2 * losses[0])
      #expect(fake.state.keys.contains("scales.head"))
    }

    @Test("bits that do not fit the network are refused")
    func refusal() {
      #expect(throws: QuantizationError.self) {
        try FakeQuantizedNetwork(SmallNetwork(), ["head": 9], scales: .learned)
      }
    }
  }

  @Suite struct CalibrationTests {
    @Test("zero has a code of its own, and numbers never negative get no codes below it")
    func zeroPoint() {
      let quantizer = ActivationQuantizer(low: -1, high: 3, bits: 4)
      #expect(quantizer.zeroPoint == 4)
      #expect(
        quantizer(Tensor([0.0, 5, -7, 0.1], shape: [4])).doubles.map { ($0 * 15 / 4).rounded() } == [
          0, 11, -4, 0,
        ])
      let positive = ActivationQuantizer(low: 0.5, high: 3, bits: 8)
      #expect(positive.zeroPoint == 0 && isClose(positive.scale, 3.0 / 255, relative: 1e-12))
      #expect(
        ActivationQuantizer.probabilities(bits: 8)(Tensor([0.0, 1, 2], shape: [3])).doubles == [0, 1, 1])
      #expect(ActivationQuantizer(low: 0, high: 0, bits: 4)(Tensor([0.0], shape: [1])).doubles == [0])
    }

    @Test("with outliers a percentile or a search has the smaller error than the extremes")
    func outliers() throws {
      var values = Tensor.normal([20_000], seed: 3).doubles
      values[5] = 80
      let input = Tensor(values, shape: [values.count])
      var range = ActivationRange()
      range.watch(input)
      func error(_ calibration: ActivationCalibration) throws -> Double {
        let quantizer = try range.quantizer(bits: 4, calibration)
        return (quantizer(input) - input).abs().mean().item()
      }
      let extremes = try error(.extremes)
      #expect(try error(.percentile(0.999)) < 0.2 * extremes)
      #expect(try error(.squaredError) <= extremes)
      #expect(range.high == 80)
    }

    @Test("nothing watched, or what is not finite, is refused")
    func refusals() {
      #expect(throws: QuantizationError.self) { try ActivationRange().quantizer(bits: 8, .extremes) }
      var range = ActivationRange()
      range.watch(Tensor([1.0, Double.infinity], shape: [2]))
      #expect(throws: QuantizationError.self) { try range.quantizer(bits: 8, .extremes) }
    }

    @Test("gradients pass within the range and stop outside of it")
    func gradient() {
      let input = Tensor([0.2, 7, -7], shape: [3])
      input.setRequiresGradient(true)
      let found = gradients(
        of: ActivationQuantizer(low: -1, high: 1, bits: 4)(input).sum(), withRespectTo: [input])
      #expect(found[0]?.doubles == [1, 0, 0])
    }
  }
}
