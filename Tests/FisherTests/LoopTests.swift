// The plain loop against closed forms, explicit gradients and its own traps.
import Fisher
import FoundationEssentials
import NN
import Quantization
import TestSupport
import Testing
import Torch

/// Linear regression: the loss ½ (w · xₙ − yₙ)² has the gradient (w · xₙ − yₙ) xₙ.
final class Regression: Module {
  let layer: Linear
  let inputs: [[Double]] = [[1, 2, -1], [0.5, -1, 3], [2, 0, 1], [-1, 1, 0.25]]
  let targets: [Double] = [0.5, -1, 2, 0.25]
  let weights: [Double] = [0.3, -0.7, 0.45]

  init() {
    layer = Linear(3, 1, Initializer(seed: 1))
    layer.weight.value = Tensor(weights, shape: [1, 3])
    layer.weight.setTrained(false)
    layer.bias.value = Tensor([0.0], shape: [1])
  }

  var members: [Member] { [.module("layer", layer)] }

  func residual(_ image: Int) -> Double {
    zip(weights, inputs[image]).reduce(0) { $0 + $1.0 * $1.1 } - targets[image]
  }

  func loss(_ image: Int) -> Tensor {
    let predicted = layer(Tensor(inputs[image], shape: [1, 3])).sum()
    return (predicted - targets[image]).power(2) * 0.5
  }
}

extension FisherTests {
  @Suite struct LoopTests {
    @Test("the diagonal of a linear regression is the mean of squared residual times squared input")
    func closedForm() throws {
      let regression = Regression()
      let accumulator = try accumulateFisher(of: regression, imageCount: 4) { (regression.loss($0), [:]) }
      let diagonal = try #require(accumulator.diagonals(of: .overall)["layer"]).doubles
      for weight in 0..<3 {
        let expected =
          (0..<4).reduce(0.0) {
            let gradient = regression.residual($1) * regression.inputs[$1][weight]
            return $0 + gradient * gradient
          } / 4
        #expect(isClose(diagonal[weight], expected, relative: 1e-12))
      }
      let measurement = accumulator.measurement(bits: [3, 4])
      let norms = measurement.squaredNorms(of: .overall)
      for image in 0..<4 {
        let length = regression.inputs[image].reduce(0) { $0 + $1 * $1 }
        let residual = regression.residual(image)
        #expect(isClose(norms[image][0], residual * residual * length, relative: 1e-12))
      }
      for (column, bits) in [3, 4].enumerated() {
        let change = QuantizationScheme.standard.perturbation(of: regression.layer.weight.value, bits: bits)
        let expected = zip(change.doubles, diagonal).reduce(0) { $0 + $1.0 * $1.0 * $1.1 }
        #expect(isClose(measurement.costs(of: .overall)[0][column], expected, relative: 1e-12))
      }
    }

    @Test("the first-order prediction and the curvature explain the rise of a quadratic loss completely")
    func regressionRise() throws {
      let regression = Regression()
      let directions = LayerPerturbations(of: regression, bits: [3])
      let accumulator = try accumulateFisher(of: regression, imageCount: 4, projectingOn: directions) {
        (regression.loss($0), [:])
      }
      let projections = try #require(accumulator.projections)
      let before = try measureLosses(imageCount: 4) { (regression.loss($0), [:]) }
      let after = try measureLosses(of: regression, under: ["layer": 3], imageCount: 4) {
        (regression.loss($0), [:])
      }
      for (image, rise) in after.rises(from: before, objective: .overall).enumerated() {
        let slope = projections.overall[image][0][0]
        let step = slope / regression.residual(image)
        #expect(isClose(rise, slope + step * step / 2, absolute: 1e-12))
      }
      #expect(abs(after.meanRise(from: before, objective: .overall)) > 1e-4)
    }

    @Test("for any α the three products give what a direct run of α L_A + L_F gives", arguments: [0, 0.5, 3])
    func alphas(alpha: Double) throws {
      let task = SmallTask(imageCount: 5)
      let bits = [3, 4, 8]
      let combined = try accumulateFisher(
        of: task.network, critical: ["person", "animal"], imageCount: 5, losses: task.losses)
      let measured = combined.measurement(bits: bits)
      for name in ["animal", "person"] {
        let direct = try accumulateFisher(of: task.network, imageCount: 5) { image in
          let (overall, critical) = task.losses(image)
          return (overall * alpha + (critical[name] ?? overall), [:])
        }
        let objective = Objective.critical(name, alpha: alpha)
        let expected = direct.measurement(bits: bits)
        #expect(
          largestDifference(
            measured.costs(of: objective).flatMap(\.self), expected.costs(of: .overall).flatMap(\.self))
            < 1e-10)
        #expect(
          largestDifference(
            measured.squaredNorms(of: objective).flatMap(\.self),
            expected.squaredNorms(of: .overall).flatMap(\.self)) < 1e-10)
        let diagonals = combined.diagonals(of: objective)
        for (layer, diagonal) in direct.diagonals(of: .overall) {
          #expect(largestDifference(diagonals[layer]?.doubles ?? [], diagonal.doubles) < 1e-10)
        }
      }
    }

    @Test("the trace is the mean of squared norms, which is not the squared norm of a batch's gradient")
    func batchGradient() throws {
      let task = SmallTask(imageCount: 6)
      let accumulator = try accumulateFisher(of: task.network, imageCount: 6) {
        (task.losses($0).overall, [:])
      }
      let traces = accumulator.measurement(bits: [4]).sensitivities(of: .overall, resampleCount: 10)
      let weights = task.network.weightLayers.map(\.layer.weight.value)
      let single = (0..<6).map { image in gradients(of: task.losses(image).overall, withRespectTo: weights) }
      let batch = gradients(of: task.losses(Array(0..<6)).overall.mean(), withRespectTo: weights)
      for layer in weights.indices {
        let squares = single.map { squaredSum($0[layer] ?? .zeros([1])) }
        #expect(isClose(traces[layer].trace, squares.reduce(0, +) / 6, relative: 1e-10))
        let wrong = squaredSum(batch[layer] ?? .zeros([1]))
        #expect(wrong < 0.99 * traces[layer].trace)
      }
    }

    @Test("a module used twice is squared after its uses are summed")
    func sharedModule() throws {
      final class Twice: Module {
        let layer: Linear
        init() {
          layer = Linear(2, 2, Initializer(seed: 4))
          layer.weight.value = Tensor([1.0, 2, 3, 4], shape: [2, 2])
          layer.bias.value = Tensor([0.0, 0], shape: [2])
          layer.weight.setTrained(true)
        }
        var members: [Member] { [.module("first", layer), .module("second", layer)] }
      }
      let network = Twice()
      let first = Tensor([1.0, -2], shape: [1, 2])
      let second = Tensor([0.5, 3], shape: [1, 2])
      let accumulator = try accumulateFisher(of: network, imageCount: 1) { _ in
        (network.layer(first).sum() + network.layer(second).sum(), [:])
      }
      #expect(accumulator.layers.map(\.name) == ["first"])
      let diagonal = try #require(accumulator.diagonals(of: .overall)["first"]).doubles
      // Every row's gradient is [1 + 0.5, −2 + 3]; squaring the uses apart would give [1.25, 13].
      #expect(diagonal == [2.25, 1, 2.25, 1])
    }

    @Test("layers that training keeps fixed are measured, and every flag is as before, even after an error")
    func fixedLayers() throws {
      let task = SmallTask(imageCount: 2)
      task.network.convolution.weight.setTrained(false)
      let flags = { task.network.namedParameters.map(\.parameter.value.requiresGradient) }
      let before = flags()
      let accumulator = try accumulateFisher(of: task.network, imageCount: 2) {
        (task.losses($0).overall, [:])
      }
      #expect(accumulator.measurement(bits: [4]).squaredNorms(of: .overall).allSatisfy { $0[0] > 0 })
      #expect(flags() == before)
      #expect(throws: FisherError("image 1: the overall loss is nan")) {
        try accumulateFisher(of: task.network, imageCount: 2) { image in
          (task.losses(image).overall * (image == 1 ? Double.nan : 1), [:])
        }
      }
      #expect(flags() == before)
    }

    @Test("an image whose critical loss depends on no weight adds nothing to the critical products")
    func constantLoss() throws {
      let task = SmallTask(imageCount: 2)
      let accumulator = try accumulateFisher(of: task.network, critical: ["person"], imageCount: 2) { image in
        let (overall, critical) = task.losses(image)
        return (overall, ["person": image == 0 ? Tensor([1.0], shape: []) : critical["person"] ?? overall])
      }
      let measurement = accumulator.measurement(bits: [4])
      let person = try #require(measurement.critical["person"])
      #expect(person.own.perImage[0].allSatisfy { $0 == 0 })
      #expect(person.cross.perImage[0].allSatisfy { $0 == 0 })
      #expect(person.own.perImage[1][0] > 0)
      #expect(measurement.overall.perImage[0][0] > 0)
    }

    @Test("losses that cannot be used are refused by image and name")
    func refusals() {
      let task = SmallTask(imageCount: 2)
      #expect(
        throws: FisherError("image 0: the critical losses are [\"animal\", \"person\"]; expected [\"cat\"]")
      ) {
        try accumulateFisher(of: task.network, critical: ["cat"], imageCount: 2, losses: task.losses)
      }
      #expect(throws: FisherError("image 0: the overall loss has shape [2]; expected a single number")) {
        try accumulateFisher(of: task.network, imageCount: 1) { _ in (task.losses([0, 1]).overall, [:]) }
      }
      #expect(
        throws: FisherError("image 0: the overall loss depends on no weight that gradients could reach")
      ) {
        try accumulateFisher(of: task.network, imageCount: 1) { _ in (Tensor([1.0], shape: []), [:]) }
      }
    }

    @Test("a measurement survives JSON to the last bit")
    func json() throws {
      let task = SmallTask(imageCount: 3)
      let accumulator = try accumulateFisher(
        of: task.network, critical: ["person", "animal"], imageCount: 3, losses: task.losses)
      let measurement = accumulator.measurement(bits: [3, 8])
      let data = try JSONEncoder().encode(measurement)
      #expect(try JSONDecoder().decode(FisherMeasurement.self, from: data) == measurement)
      #expect(
        measurement.layerNames == ["conv", "projection", "classes", "boxes.layers.0", "boxes.layers.1"])
      #expect(measurement.weightCounts == [162, 36, 24, 30, 20])
    }
  }
}
