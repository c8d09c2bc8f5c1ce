import Detection
import NN
import TestSupport
import Testing
import Torch

/// libtorch's threads are shared by the process, so everything with tensors runs one after the other.
@Suite(.serialized) struct DetectionTensorTests {}

extension DetectionTensorTests {
  /// Against an independent implementation in double precision; its README states the tolerances.
  @Suite struct DETRParityTests {
    let reference = Reference.detr

    @Test(
      "features, positions, memory, states, logits and boxes equal another implementation's",
      arguments: ReferenceCase.allCases)
    func states(_ which: ReferenceCase) throws {
      let result = try withoutGradients { () throws in
        try reference.detector(DETR.self).states(of: Reference.batch(which))
      }
      #expect(
        largestDifference(
          result.features[3].doubles,
          try reference.file("outputs").tensor("\(which.rawValue).feature.0").doubles) < 1e-5)
      try reference.expectPosition(result.position, which)
      #expect(try reference.largestDifference(result.memory, which, "encoderLast") < 3e-4)
      #expect(try reference.largestDifference(result.decoded.selected(0, 1), which, "decoderLast") < 3e-4)
      try reference.expectOutput(result.output, which)
    }

    @Test(
      "matchings are equal and losses agree to 2e-5, with empty pictures and more objects than queries",
      arguments: ReferenceCase.allCases, ["two", "firstEmpty", "bothEmpty", "moreThanQueries"])
    func losses(_ which: ReferenceCase, _ set: String) throws {
      try reference.expectLosses(set, which, of: reference.detector(DETR.self))
    }

    @Test(
      "gradients of ten tensors agree to 2e-4 in norm, in double precision", arguments: ReferenceCase.allCases
    )
    func gradientsOfTensors(_ which: ReferenceCase) throws {
      try reference.expectGradients(which, of: reference.detector(DETR.self), in: .float64, within: 2e-4)
    }

    @Test(
      "every name of the official checkpoints is consumed and none is left",
      arguments: [
        ("official-detr-resnet-50", [3, 4, 6, 3], 154), ("official-detr-resnet-101", [3, 4, 23, 3], 205),
      ])
    func names(_ file: String, _ blocks: [Int], _ layerCount: Int) throws {
      var configuration = DETRConfiguration.full()
      configuration.backbone.blockCounts = blocks
      let detector = DETR(configuration, seed: 0)
      #expect(detector.weightLayers.count == layerCount)
      #expect(try detector.state.mapValues(\.shape) == Reference.officialShapes(file))
    }
  }
}
