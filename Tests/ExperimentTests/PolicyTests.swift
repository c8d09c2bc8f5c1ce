// Which layers have their bits chosen, for every detector of the report.
import Authoring
import Detection
import Experiment
import Quantization
import Testing

extension ExperimentDataTests {
  @Suite("What is quantized, and how much is found") struct PolicyTests {
    @Test(
      "all layers are searched but the heads, the first convolution, and what divides by the sizes of anchors",
      arguments: DetectorKind.allCases)
    func searched(kind: DetectorKind) throws {
      let detector = makeDetector(kind.configuration(classCount: 3), seed: 1)
      let searched = Set(try reportPolicy.searchedLayers(of: detector).map(\.name))
      let bits = try reportPolicy.uniformAssignment(of: detector, bits: 3)
      var fixed = ["backbone.0.body.conv1"]
      if kind == .dabDETRR50 { fixed.append("transformer.decoder.ref_anchor_head.layers.1") }
      for layer in detector.weightLayers.map(\.name) {
        let isHead = layer.contains("class_embed") || layer.contains("bbox_embed")
        #expect(searched.contains(layer) == (!isHead && !fixed.contains(layer)), "\(layer)")
        #expect(bits[layer] == (isHead ? nil : fixed.contains(layer) ? 8 : 3), "\(layer)")
      }
      #expect(fixed.allSatisfy { bits[$0] == 8 })
    }

    @Test("profiles know how many objects a detector can find", arguments: Profile.detectors)
    func queries(name: String) throws {
      let kind = try #require(DetectorKind(rawValue: name))
      switch kind.configuration(classCount: 3) {
      case .detr(let configuration): #expect(configuration.queryCount == Profile.queryCount)
      case .dabDETR(let configuration): #expect(configuration.queryCount == Profile.queryCount)
      case .deformableDETR(let configuration): #expect(configuration.queryCount == Profile.queryCount)
      }
    }
  }
}
