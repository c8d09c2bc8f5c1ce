// Products of the gradients of a loss's parts, against direct measurements of the parts' sums.
import Fisher
import NN
import Quantization
import TestSupport
import Testing
import Torch

extension FisherTests {
  @Suite struct GramTests {
    private let names = ["animal", "overall", "person"]

    private func gram(_ task: SmallTask, imageCount: Int, batchSize: Int) throws -> LayerGram {
      try accumulateGram(of: task.network, parts: names, imageCount: imageCount, batchSize: batchSize) {
        let vectors = task.losses(Array($0))
        return ["overall": vectors.overall.sum()].merging(vectors.critical.mapValues { $0.sum() }) { $1 }
      }
    }

    /// The traces of the sum of some parts, measured as a loss of its own.
    private func direct(_ task: SmallTask, imageCount: Int, of chosen: Set<String>) throws -> [Double] {
      let accumulator = try accumulateFisher(of: task.network, imageCount: imageCount) { image in
        let losses = task.losses(image)
        let parts = [("overall", losses.overall)] + losses.critical.sorted { $0.key < $1.key }
        let present = parts.filter { chosen.contains($0.0) }.map(\.1)
        return (present.dropFirst().reduce(present[0]) { $0 + $1 }, [:])
      }
      let norms = accumulator.measurement(bits: []).squaredNorms(of: .overall)
      return norms[0].indices.map { layer in norms.reduce(0) { $0 + $1[layer] } / Double(imageCount) }
    }

    @Test(
      "the trace of any sum of parts is the one measured directly, in batches of any size",
      arguments: [1, 2, 5])
    func sets(batchSize: Int) throws {
      let task = SmallTask(imageCount: 5)
      let gram = try gram(task, imageCount: 5, batchSize: batchSize)
      for chosen in [["overall"], ["animal", "person"], ["animal", "overall", "person"]] {
        let expected = try direct(task, imageCount: 5, of: Set(chosen))
        #expect(largestDifference(try gram.traces(of: chosen), expected) < 1e-10)
      }
      for matrix in gram.matrices {
        for (row, column) in [(0, 1), (0, 2), (1, 2)] {
          #expect(isClose(matrix[row * 3 + column], matrix[column * 3 + row], relative: 1e-12))
        }
      }
    }

    @Test("costs are mean traces times squared errors, and a part that never occurs adds nothing")
    func costs() throws {
      let task = SmallTask(imageCount: 2)
      let gram = try accumulateGram(
        of: task.network, parts: ["overall", "zebra"], imageCount: 2, batchSize: 2
      ) { ["overall": task.losses(Array($0)).overall.sum()] }
      let errors = quantizationErrors(of: task.network.weightLayers, bits: [3, 8])
      let costs = try gram.costs(of: ["overall", "zebra"], errors: errors)
      let traces = try gram.traces(of: ["overall"])
      for (layer, trace) in zip(errors, traces) {
        let expected = layer.squaredErrors.map { trace / Double(layer.weightCount) * $0 }
        #expect(largestDifference(costs[layer.name] ?? [], expected) <= 1e-15 * (expected.max() ?? 0))
      }
      #expect(try gram.traces(of: ["zebra"]).allSatisfy { $0 == 0 })
      #expect(throws: FisherError("there is no part dog among the 2 parts of the loss")) {
        try gram.costs(of: ["dog"], errors: errors)
      }
      let other = MultilayerPerceptron([2, 2], Initializer(seed: 1))
      #expect(throws: FisherError("there is no layer layers.0 among the 5 measured ones")) {
        try gram.costs(
          of: ["overall"], errors: quantizationErrors(of: other.weightLayers, bits: [3, 8]))
      }
      #expect(throws: FisherError.self) {
        try accumulateGram(of: task.network, parts: ["a"], imageCount: 1, batchSize: 1) { _ in
          ["b": task.losses(0).overall]
        }
      }
    }

    @Test("one image gives a measurement, whose intervals have no width")
    func oneImage() throws {
      let task = SmallTask(imageCount: 1)
      let accumulator = try accumulateFisher(
        of: task.network, critical: ["animal", "person"], imageCount: 1, batchSize: 8
      ) { _ in task.losses(0) }
      for layer in accumulator.measurement(bits: [4]).sensitivities(of: .critical("person", alpha: 1)) {
        #expect(layer.interval.low == layer.trace && layer.interval.high == layer.trace)
        #expect(layer.trace > 0 && layer.costs[0].isFinite)
      }
    }

    @Test("parameters beside weights have in a batch what the loop gives them")
    func otherParameters() throws {
      let task = SmallTask(imageCount: 4)
      let layers = task.network.weightLayers + task.network.parametersBesideWeights
      #expect(layers.count == 5 + 6)
      let names = ["animal", "person"]
      let loop = try accumulateFisher(
        of: task.network, layers: layers, critical: names, imageCount: 4, losses: task.losses)
      let batched = try accumulateFisher(
        ofEveryParameterOf: task.network, critical: names, imageCount: 4, batchSize: 3
      ) {
        let vectors = task.losses(Array($0))
        return (vectors.overall.sum(), vectors.critical.mapValues { $0.sum() })
      }
      for objective in [Objective.overall, .critical("animal", alpha: 0.5)] {
        let (found, expected) = (batched.diagonals(of: objective), loop.diagonals(of: objective))
        for (name, diagonal) in expected {
          #expect(largestDifference(found[name]?.doubles ?? [], diagonal.doubles) < 1e-10, "\(name)")
        }
      }
    }
  }
}
