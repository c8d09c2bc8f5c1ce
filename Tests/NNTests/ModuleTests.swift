// Names, sharing, loading, first values and schedules.
import NN
import Testing
import Torch

/// A block that is used twice, and a projection with a buffer beside it.
private final class Nested: Module {
  final class Block: Module {
    let attention = MultiheadAttention(width: 4, headCount: 2, Initializer(seed: 1, path: "attention."))
    let norm = LayerNorm(4)
    var members: [Member] { [.module("self_attn", attention), .module("norm1", norm)] }
  }

  let stem = Convolution(3, 4, kernel: 3, hasBias: true, Initializer(seed: 1, path: "stem."))
  let mean = Tensor.zeros([4])
  let block = Block()
  let head = MultilayerPerceptron([4, 4, 2], Initializer(seed: 1, path: "head."))
  var members: [Member] {
    [
      .module("stem", stem), .buffer("stem_mean", mean), .module("layers.0", block),
      .module("layers.1", block),
      .module("head", head),
    ]
  }
}

extension NNTests {
  @Suite struct ModuleTests {
    @Test("names are joined by dots in the order of computation, and what is shared comes once")
    func names() {
      let layers = Nested().weightLayers.map(\.name)
      #expect(
        layers == [
          "stem", "layers.0.self_attn.q_proj", "layers.0.self_attn.k_proj", "layers.0.self_attn.v_proj",
          "layers.0.self_attn.out_proj", "head.layers.0", "head.layers.1",
        ])
      let parameters = Nested().namedParameters.map(\.name)
      #expect(parameters.count == 2 + 8 + 2 + 4)
      #expect(parameters.prefix(3) == ["stem.weight", "stem.bias", "layers.0.self_attn.q_proj.weight"])
      #expect(parameters.contains("layers.0.norm1.bias"))
      #expect(!parameters.contains { $0.hasPrefix("layers.1") })
    }

    @Test("a checkpoint has buffers too, and what is shared under each name")
    func state() {
      let state = Nested().state
      #expect(state.count == 2 + 1 + 2 * 10 + 4)
      #expect(state["layers.0.norm1.weight"] === state["layers.1.norm1.weight"])
      #expect(state["stem_mean"] != nil)
    }

    @Test("loading copies every tensor and converts its type")
    func load() throws {
      let source = Nested()
      let target = Nested()
      source.stem.weight.value.assign(Tensor.full([4, 3, 3, 3], 0.25))
      source.mean.assign(Tensor.full([4], 2))
      let leaf = target.stem.weight.value
      try target.load(source.state.mapValues { $0.converted(to: .float16) })
      #expect(target.stem.weight.value === leaf)
      #expect(leaf.elementType == .float32)
      #expect(leaf.floats.allSatisfy { $0 == 0.25 })
      #expect(target.mean.floats == [2, 2, 2, 2])
      #expect(leaf.requiresGradient)
    }

    @Test("a network survives a checkpoint file")
    func checkpointFile() throws {
      let source = Nested()
      source.mean.assign(Tensor.full([4], 3))
      let data = try encodeSafetensors(source.state)
      let target = Nested()
      try target.load(try SafetensorsFile(data, from: "memory").tensors())
      #expect(target.state.mapValues(\.floats) == source.state.mapValues(\.floats))
      #expect(target.mean.floats == [3, 3, 3, 3])
    }

    @Test("everything that does not fit is reported together, and nothing is changed")
    func mismatches() {
      let target = Nested()
      let before = target.head.layers[0].weight.value.floats
      var tensors = target.state.mapValues { $0 * 2 }
      tensors["stem.bias"] = nil
      tensors["stem_mean"] = nil
      tensors["neck.weight"] = .ones([1])
      tensors["head.layers.1.weight"] = .ones([3, 4])
      let mismatch = #expect(throws: StateMismatch.self) { try target.load(tensors) }
      #expect(mismatch?.missing == ["stem.bias", "stem_mean"])
      #expect(mismatch?.unused == ["neck.weight"])
      #expect(mismatch?.misshapen == ["head.layers.1.weight: [3, 4] instead of [2, 4]"])
      #expect(
        mismatch?.description
          == "the checkpoint does not fit the model: 2 missing (stem.bias, stem_mean), 1 unused (neck.weight), "
          + "1 of another shape (head.layers.1.weight: [3, 4] instead of [2, 4])")
      #expect(target.head.layers[0].weight.value.floats == before)
    }

    @Test("first values follow from the seed and the full name alone")
    func firstValues() {
      let root = Initializer(seed: 3)
      let first = Linear(8, 8, root.child("a")).weight.value.floats
      #expect(first == Linear(8, 8, root.child("a")).weight.value.floats)
      #expect(first != Linear(8, 8, root.child("b")).weight.value.floats)
      #expect(first != Linear(8, 8, Initializer(seed: 4).child("a")).weight.value.floats)
      #expect(root.child("a").child("b").path == "a.b.")
    }

    @Test("first values have the published spreads")
    func spreads() {
      let root = Initializer(seed: 5)
      func largest(_ tensor: Tensor) -> Double { tensor.abs().largest().item() }
      let xavier = root.xavierUniform("x", [100, 200])
      #expect(
        largest(xavier) <= (6.0 / 300).squareRoot() && largest(xavier) > 0.99 * (6.0 / 300).squareRoot())
      let part = root.xavierUniform("x", [100, 200], fanOut: 300)
      #expect(largest(part) <= (6.0 / 500).squareRoot() && largest(part) > 0.99 * (6.0 / 500).squareRoot())
      let kaiming = root.kaimingNormal("k", [64, 32, 3, 3])
      let variance = kaiming.power(2).mean().item()
      #expect(abs(variance / (2.0 / (64 * 9)) - 1) < 0.03)
      let linear = Linear(25, 400, root)
      #expect(largest(linear.weight.value) <= 0.2 && largest(linear.weight.value) > 0.19)
      #expect(largest(linear.bias.value) <= 0.2)
    }

    @Test("a schedule warms up, stays, and ends at the share of the last step")
    func schedule() {
      let schedule = LinearSchedule(warmUpSteps: 4, stepCount: 20, decayShare: 0.25)
      #expect((0..<5).map { schedule.factor(step: $0) } == [0.25, 0.5, 0.75, 1, 1])
      #expect(schedule.factor(step: 14) == 1)
      #expect((15..<21).map { schedule.factor(step: $0) } == [1, 0.8, 0.6, 0.4, 0.2, 0])
      let plain = LinearSchedule(warmUpSteps: 0, stepCount: 3, decayShare: 0)
      #expect((0..<3).map { plain.factor(step: $0) } == [1, 1, 1])
    }
  }
}
