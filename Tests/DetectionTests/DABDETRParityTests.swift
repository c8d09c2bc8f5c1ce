import Detection
import NN
import TestSupport
import Testing
import Torch

extension DetectionTensorTests {
  /// Against an independent implementation in double precision; its README states the tolerances.
  @Suite struct DABDETRParityTests {
    let reference = Reference.dab

    @Test(
      "features, positions, memory, states, logits and boxes equal another implementation's",
      arguments: ReferenceCase.allCases)
    func states(_ which: ReferenceCase) throws {
      let result = try withoutGradients { () throws in
        try reference.detector(DABDETR.self).states(of: Reference.batch(which))
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
      try reference.expectLosses(set, which, of: reference.detector(DABDETR.self))
    }

    @Test("gradients of ten tensors agree to 5e-4 in norm", arguments: ReferenceCase.allCases)
    func gradientsOfTensors(_ which: ReferenceCase) throws {
      try reference.expectGradients(which, of: reference.detector(DABDETR.self), in: .float32, within: 5e-4)
    }

    @Test("content, key and value weights of the first decoder layer start from nothing and get no gradient")
    func deadWeights() throws {
      let detector = try reference.detector(DABDETR.self)
      let targets = try Reference.targets("two", .batch)
      let output = try detector(Reference.batch(.batch))
      let loss = detector.loss
      loss.total(loss.terms(output, targets, loss.matching(output, targets))).backward()
      for (name, parameter) in detector.namedParameters {
        let largest = parameter.value.gradient?.abs().largest().item() ?? 0
        let isDead = ["sa_qcontent_proj", "sa_kcontent_proj", "sa_v_proj"].contains {
          name == "transformer.decoder.layers.0.\($0).weight"
        }
        // A shift of all keys changes no attention, and positions of equal content change it by rounding only.
        let isRounding =
          name.hasSuffix("k_proj.bias") || name.contains("kcontent_proj.bias")
          || name.contains("kpos_proj.bias") || name.contains("layers.0.sa_")
        if isDead { #expect(largest == 0, "\(name)") }
        if !isDead, !isRounding { #expect(largest > 0, "\(name)") }
      }
    }

    @Test("every name of the official checkpoint is consumed and none is left; 187 layers have weights")
    func names() throws {
      let detector = DABDETR(.full(), seed: 0)
      #expect(detector.weightLayers.count == 187)
      #expect(detector.weightLayers.reduce(0) { $0 + $1.layer.weight.value.count } == 43_599_296)
      #expect(
        try detector.state.mapValues(\.shape) == Reference.officialShapes("official-dab-detr-resnet-50"))
    }

    @Test("a new detector says one in a hundred for every class, and no layer moves its anchors")
    func firstValues() throws {
      let detector = DABDETR(.mini(classCount: 5), seed: 3)
      #expect(detector.weightLayers.count == 187)
      let output = withoutGradients {
        detector(
          ImageBatch(
            pixels: .normal([2, 3, 96, 96], seed: 1),
            validExtents: [Extent(height: 96, width: 96), Extent(height: 96, width: 96)]))
      }
      #expect(output.logits.shape == [6, 2, 25, 5] && output.boxes.shape == [6, 2, 25, 4])
      #expect(abs(output.logits.sigmoid().mean().item() - 0.01) < 0.005)
      let anchors = try #require(detector.state["refpoint_embed.weight"]).sigmoid()
      #expect((output.boxes - anchors).abs().largest().item() < 1e-3)
    }

    @Test("anchors are encoded as another implementation encodes them")
    func anchorEncoding() throws {
      let file = try SafetensorsFile(contentsOf: Fixtures.url("boxes/positions.safetensors"))
      let encoded = AnchorEncoding(width: 16)(try file.tensor("anchors").converted(to: .float32))
      #expect(largestDifference(encoded.doubles, try file.tensor("anchors.embedded").doubles) < 2e-6)
    }
  }
}
