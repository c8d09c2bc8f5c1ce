// Quantizing a whole network: for a while, for good, and not at all.
import NN
import Quantization
import TestSupport
import Testing
import Torch

extension QuantizationTests {
  @Suite struct ModuleTests {
    struct Interruption: Error {}

    @Test("inside the closure weights are quantized, afterwards the very same tensors are back")
    func undo() throws {
      let network = SmallNetwork()
      let original = network.shared.weight.value
      let numbers = original.floats
      let expected = QuantizationScheme.standard.quantized(original, bits: 3).dequantized.floats
      #expect(expected != numbers)
      let input = Tensor.ones([1, 4])
      let result = try withQuantized(network, ["block.0": 3]) {
        #expect(network.shared.weight.value.floats == expected)
        // The quantized weights are leaves that gradients reach.
        let gradient = gradients(
          of: network.shared(input).sum(), withRespectTo: [network.shared.weight.value])[0]
        #expect(gradient?.floats == [Float](repeating: 1, count: 12))
        return 7
      }
      #expect(result == 7)
      #expect(network.shared.weight.value === original)
      #expect(original.floats == numbers)
      #expect(throws: Interruption.self) {
        try withQuantized(network, ["block.0": 2, "stem": 2]) { throw Interruption() }
      }
      #expect(network.shared.weight.value === original)
      #expect(original.floats == numbers)
    }

    @Test("weights that are fixed in training stay so while quantized")
    func fixedWeights() throws {
      let network = SmallNetwork()
      network.stem.weight.setTrained(false)
      try withQuantized(network, ["stem": 4, "head": 4]) {
        #expect(!network.stem.weight.value.requiresGradient)
        #expect(network.head.weight.value.requiresGradient)
      }
    }

    @Test("quantizing for good changes the named layers in place, and no other")
    func inPlace() throws {
      let network = SmallNetwork()
      let tensor = network.stem.weight.value
      let head = network.head.weight.value.floats
      let quantized = try quantize(network, ["stem": 4])
      #expect(network.stem.weight.value === tensor)
      #expect(tensor.floats == quantized["stem"]?.dequantized.floats)
      #expect(network.head.weight.value.floats == head)
      // What is on the grid already stays: quantizing twice is quantizing once.
      let once = tensor.floats
      try quantize(network, ["stem": 4])
      #expect(largestDifference(tensor.doubles, once.map(Double.init)) < 1e-6)
    }

    @Test("bits that do not fit the network are refused by name, and it stays as it was")
    func refusals() throws {
      let network = SmallNetwork()
      let before = network.stem.weight.value.floats
      #expect(throws: QuantizationError("bits are given for the layer neck, which the network does not have"))
      {
        try quantize(network, ["stem": 3, "neck": 4])
      }
      #expect(throws: QuantizationError("the layer head is given 9 bits; expected 2 to 8")) {
        try quantize(network, ["stem": 3, "head": 9])
      }
      #expect(
        throws: QuantizationError(
          "the layer stem of shape [4, 2, 3, 3] has no importance of that shape to weigh its errors with")
      ) {
        try quantize(network, ["stem": 3], scheme: QuantizationScheme(scaling: .weightedSquaredError))
      }
      #expect(network.stem.weight.value.floats == before)
      network.head.weight.value.assign(Tensor.full([5, 3], .nan))
      #expect(throws: QuantizationError("the layer head has weights that are not finite")) {
        try quantize(network, ["stem": 3, "head": 3])
      }
      #expect(network.stem.weight.value.floats == before)
    }

    @Test("a policy leaves layers out by name or by the name of what they are part of")
    func policy() throws {
      let network = SmallNetwork()
      let policy = QuantizationPolicy(floatingPoint: ["block"], fixedBits: ["stem": 8])
      #expect(try policy.searchedLayers(of: network).map(\.name) == ["head"])
      #expect(try policy.uniformAssignment(of: network, bits: 3) == ["stem": 8, "head": 3])
      #expect(try policy.completed(["head": 5], for: network) == ["stem": 8, "head": 5])
      #expect(
        try QuantizationPolicy().uniformAssignment(of: network, bits: 4).keys.sorted() == [
          "block.0", "head", "stem",
        ])
      // What another network has needs no layer here.
      let optional = QuantizationPolicy(
        floatingPoint: ["block"], fixedBitsIfPresent: ["stem": 8, "anchors": 8])
      #expect(try optional.uniformAssignment(of: network, bits: 3) == ["stem": 8, "head": 3])
      // The longer name decides.
      let nested = QuantizationPolicy(floatingPoint: ["block"], fixedBits: ["block.0": 6])
      #expect(nested.treatment(of: "block.0") == .fixed(bits: 6))
      #expect(nested.treatment(of: "block.1") == .floatingPoint)
      #expect(nested.treatment(of: "blocks") == .searched)
    }

    @Test("a policy and searched bits that do not fit each other are refused by name")
    func policyRefusals() throws {
      let network = SmallNetwork()
      let policy = QuantizationPolicy(floatingPoint: ["head"])
      #expect(throws: QuantizationError("no bits are given for the layer stem, whose width is searched")) {
        try policy.completed(["block.0": 3], for: network)
      }
      #expect(
        throws: QuantizationError("bits are given for head, which is not a layer whose width is searched")
      ) {
        try policy.completed(["stem": 3, "block.0": 3, "head": 3], for: network)
      }
      #expect(
        throws: QuantizationError("the policy names the layer class_embed, which the network does not have")
      ) {
        try QuantizationPolicy(floatingPoint: ["class_embed"]).searchedLayers(of: network)
      }
      #expect(throws: QuantizationError("the policy puts the layer head in floating point and at fixed bits"))
      {
        try QuantizationPolicy(floatingPoint: ["head"], fixedBits: ["head": 8]).searchedLayers(of: network)
      }
    }

    @Test("errors per layer and width are sums of squares over the layer's weights")
    func errors() throws {
      let network = SmallNetwork()
      let errors = quantizationErrors(of: network.weightLayers, bits: [2, 8])
      #expect(errors.map(\.name) == ["stem", "block.0", "head"])
      #expect(errors.map(\.weightCount) == [72, 12, 15])
      let weight = network.head.weight.value
      let rounded = QuantizationScheme.standard.quantized(weight, bits: 2).dequantized
      let expected = zip(weight.doubles, rounded.doubles).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
      #expect(isClose(errors[2].squaredErrors[0], expected, relative: 1e-6))
      #expect(errors.allSatisfy { $0.squaredErrors[1] < $0.squaredErrors[0] / 100 })
      #expect(
        squaredSum(Tensor([1.0, 2, 3], shape: [3]), importance: Tensor([1.0, 0.5, 2], shape: [3])) == 21)
    }
  }
}
