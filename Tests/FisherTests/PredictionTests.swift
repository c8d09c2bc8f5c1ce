// Quadratic forms against explicit vectors.
import Fisher
import NN
import Quantization
import TestSupport
import Testing
import Torch

extension FisherTests {
  @Suite struct PredictionTests {
    let bits = [3, 4, 6]
    let assignment = ["conv": 3, "projection": 6, "classes": 4, "boxes.layers.0": 3]

    private func passed(_ task: SmallTask) throws -> FisherAccumulator {
      try accumulateFisher(
        of: task.network, critical: ["animal", "person"], imageCount: 4,
        projectingOn: LayerPerturbations(of: task.network, bits: bits), losses: task.losses)
    }

    @Test(
      "the quadratic form from projections is that of explicit gradient vectors, cross-layer terms included")
    func explicitVectors() throws {
      let task = SmallTask(imageCount: 4)
      let accumulator = try passed(task)
      let layers = task.network.weightLayers
      let weights = layers.map(\.layer.weight.value)
      for objective in [Objective.overall, .critical("person", alpha: 0), .critical("animal", alpha: 0.7)] {
        var slopes: [Double] = []
        for image in 0..<4 {
          let losses = task.losses(image)
          let loss: Tensor
          switch objective {
          case .overall: loss = losses.overall
          case .critical(let name, let alpha):
            loss = losses.overall * alpha + (losses.critical[name] ?? losses.overall)
          }
          let explicit = gradients(of: loss, withRespectTo: weights)
          var slope = 0.0
          for (layer, gradient) in zip(layers, explicit) {
            guard let width = assignment[layer.name], let gradient else { continue }
            let change = QuantizationScheme.standard.perturbation(of: layer.layer.weight.value, bits: width)
            slope += zip(gradient.doubles, change.doubles).reduce(0) { $0 + $1.0 * $1.1 }
          }
          slopes.append(slope)
        }
        let mean = slopes.reduce(0, +) / 4
        let square = slopes.reduce(0) { $0 + $1 * $1 } / 4
        let predicted = try #require(accumulator.projections).predictedRise(assignment, objective: objective)
        #expect(isClose(predicted.firstOrder, mean, relative: 1e-9))
        #expect(isClose(predicted.fullSecondOrder, square / 2, relative: 1e-9))
        #expect(isClose(predicted.centeredSecondOrder, (square - mean * mean) / 2, relative: 1e-7))
      }
    }

    @Test("with one layer quantized, the form is that layer's own mean squared projection")
    func singleLayer() throws {
      let projections = try #require(try passed(SmallTask(imageCount: 4)).projections)
      for (layer, name) in projections.layerNames.enumerated() {
        let own = projections.overall.reduce(0) { $0 + $1[layer][1] * $1[layer][1] } / 4
        let predicted = try projections.predictedRise([name: 4], objective: .overall)
        #expect(isClose(predicted.fullSecondOrder, own / 2, relative: 1e-12))
      }
    }

    @Test("the diagonal prediction is half the sum of the assigned costs")
    func diagonal() throws {
      let measurement = try passed(SmallTask(imageCount: 4)).measurement(bits: bits)
      let objective = Objective.critical("person", alpha: 2)
      let costs = measurement.costs(of: objective)
      let expected = (costs[0][0] + costs[1][2] + costs[2][1] + costs[3][0]) / 2
      #expect(
        isClose(try measurement.predictedRise(assignment, objective: objective), expected, relative: 1e-12))
      #expect(try measurement.predictedRise([:], objective: objective) == 0)
    }

    @Test("an unknown layer and a width that was not measured are refused by name")
    func refusals() throws {
      let accumulator = try passed(SmallTask(imageCount: 4))
      let measurement = accumulator.measurement(bits: bits)
      #expect(throws: FisherError("there is no layer neck among the 5 measured ones")) {
        try measurement.predictedRise(["neck": 4], objective: .overall)
      }
      #expect(throws: FisherError("the layer conv has 5 bits; measured were [3, 4, 6]")) {
        try #require(accumulator.projections).predictedRise(["conv": 5], objective: .overall)
      }
    }

    @Test("losses are measured with quantized weights and the float weights are back afterwards")
    func measured() throws {
      let task = SmallTask(imageCount: 3)
      let before = try measureLosses(imageCount: 3, losses: task.losses)
      let after = try measureLosses(of: task.network, under: ["conv": 3], imageCount: 3, losses: task.losses)
      #expect(after != before)
      #expect(try measureLosses(imageCount: 3, losses: task.losses) == before)
      let objective = Objective.critical("person", alpha: 0.5)
      let rises = after.rises(from: before, objective: objective)
      let overall = after.rises(from: before, objective: .overall)
      let person = after.rises(from: before, objective: .critical("person", alpha: 0))
      for image in 0..<3 {
        #expect(isClose(rises[image], overall[image] / 2 + person[image], absolute: 1e-12))
      }
    }
  }
}
