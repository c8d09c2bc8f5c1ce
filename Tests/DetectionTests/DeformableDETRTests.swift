import Boxes
import Detection
import NN
import TestSupport
import Testing
import Torch

extension DetectionTensorTests {
  @Suite struct DeformableDETRTests {
    static let targets = [
      Target(
        classes: [1, 0],
        boxes: [CenterBox(cx: 0.3, cy: 0.4, w: 0.2, h: 0.3), CenterBox(cx: 0.7, cy: 0.6, w: 0.4, h: 0.5)]),
      Target(classes: [2], boxes: [CenterBox(cx: 0.5, cy: 0.5, w: 0.6, h: 0.2)]),
    ]

    static func batch() -> ImageBatch {
      ImageBatch(
        pixels: Tensor.normal([2, 3, 64, 64], seed: 5),
        validExtents: [Extent(height: 64, width: 64), Extent(height: 64, width: 64)])
    }

    /// A narrow one in which no weight is zero.
    static func detector(levelCount: Int = 4, refinesBoxes: Bool = false) -> DeformableDETR {
      let detector = DeformableDETR(
        DeformableDETRConfiguration(
          backbone: ResNetConfiguration(
            stemWidth: 4, widths: [2, 2, 4, 4], blockCounts: [1, 1, 1, 1], dilatesLastStage: false),
          width: 32, headCount: 4, levelCount: levelCount, pointCount: 4, hiddenWidth: 32,
          encoderLayerCount: 1,
          decoderLayerCount: 3, queryCount: 6, classCount: 3, refinesBoxes: refinesBoxes), seed: 3)
      for (name, parameter) in detector.namedParameters
      where ["layers.2.weight", "sampling_offsets.weight", "attention_weights.weight"].contains(
        where: name.hasSuffix)
      {
        parameter.value.assign(Tensor.normal(parameter.value.shape, seed: SeedSequence.seed(1, name)) * 0.3)
      }
      return detector
    }

    static func total(_ detector: DeformableDETR) -> Tensor {
      let output = detector(batch())
      let loss = detector.loss
      return loss.total(loss.terms(output, targets, loss.matching(output, targets)))
    }

    @Test(
      "with one level the backbone's last map serves alone, and every weight gets a gradient",
      arguments: [1, 4])
    func levels(levelCount: Int) throws {
      let detector = Self.detector(levelCount: levelCount)
      #expect(detector.weightLayers.contains { $0.name == "input_proj.1.0" } == (levelCount == 4))
      #expect(detector.state["transformer.level_embed"]?.shape == [levelCount, 32])
      let output = detector(Self.batch())
      #expect(output.logits.shape == [3, 2, 6, 3] && output.boxes.shape == [3, 2, 6, 4])
      Self.total(detector).backward()
      for (name, parameter) in detector.namedParameters {
        let gradient = try #require(parameter.value.gradient, "\(name)").abs().largest().item()
        #expect(gradient.isFinite && gradient > 0, "\(name)")
      }
    }

    @Test("first values: rare classes, small boxes at the references, points on rays")
    func firstValues() throws {
      let detector = DeformableDETR(.mini(classCount: 5), seed: 1)
      let state = detector.state
      let output = withoutGradients { detector(Self.batch()) }
      #expect(
        output.boxes.selected(-1, 2).floats.allSatisfy { isClose(Double($0), 0.1192029, absolute: 1e-6) })
      let bias = try #require(state["class_embed.5.bias"]).floats
      #expect(bias.allSatisfy { isClose(Double($0), -4.59512, absolute: 1e-5) })
      let offsets = try #require(state["transformer.encoder.layers.0.self_attn.sampling_offsets.bias"])
        .reshaped([8, 4, 4, 2])
      // The second of eight heads looks along the diagonal, the third straight down; points are whole cells apart.
      #expect(
        largestDifference(offsets.selected(0, 1).selected(0, 3).doubles, [1, 1, 2, 2, 3, 3, 4, 4]) < 1e-6)
      #expect(
        largestDifference(offsets.selected(0, 2).selected(0, 0).doubles, [0, 1, 0, 2, 0, 3, 0, 4]) < 1e-6)
    }

    @Test("shared heads are one layer under six names; with refinement they are six that start alike")
    func headNames() throws {
      let shared = DeformableDETR(.mini(classCount: 5), seed: 1)
      let refined = DeformableDETR(.mini(classCount: 5, refinesBoxes: true), seed: 1)
      #expect(shared.weightLayers.count == 158)
      #expect(refined.weightLayers.count == 178)
      #expect(shared.weightLayers.contains { $0.name == "bbox_embed.0.layers.2" })
      let (first, last) = (
        try #require(refined.state["class_embed.0.weight"]),
        try #require(refined.state["class_embed.5.weight"])
      )
      #expect(first.floats == last.floats)
      last.assign(.zeros(last.shape))
      #expect(first.floats != last.floats)
      let again = try #require(refined.state["transformer.decoder.bbox_embed.5.layers.2.bias"])
      #expect(again.floats == refined.state["bbox_embed.5.layers.2.bias"]?.floats)
    }

    @Test(
      "with refinement a layer's boxes do not teach the box head of the layer before, without it they share one"
    )
    func refinement() throws {
      let detector = Self.detector(refinesBoxes: true)
      let output = detector(Self.batch())
      let last = output.boxes.selected(0, 2).power(2).sum()
      let parameters = Dictionary(
        uniqueKeysWithValues: detector.namedParameters.map { ($0.name, $0.parameter.value) })
      let heads = try (0..<3).map { try #require(parameters["bbox_embed.\($0).layers.0.weight"]) }
      let found = gradients(of: last, withRespectTo: heads)
      for earlier in found[..<2] { #expect((earlier?.abs().largest().item() ?? 0) == 0) }
      #expect(try #require(found[2]).abs().largest().item() > 0)
      // And the boxes of a layer do depend on those of the layer before.
      let before = output.boxes.selected(0, 1).floats
      let bias = try #require(parameters["bbox_embed.0.layers.2.bias"])
      bias.assign(Tensor([1.0, 0, 0, 0], shape: [4]))
      #expect(withoutGradients { detector(Self.batch()) }.boxes.selected(0, 1).floats != before)
    }

    @Test("what moves points learns at a tenth of the rate, the backbone at its own, each parameter once")
    func groups() {
      let detector = DeformableDETR(.mini(classCount: 5), seed: 1)
      detector.backbone.freezeForDetection()
      let groups = parameterGroups(detector, .mini(imageCount: 32_000))
      #expect(groups.map(\.rate) == [5e-4, 2e-4, 5e-5])
      let names = groups.map { $0.parameters.map(\.name) }
      // Offsets of twelve layers and the reference points, weight and bias.
      #expect(names[2].count == 26)
      #expect(names[2].allSatisfy { $0.contains("sampling_offsets.") || $0.contains("reference_points.") })
      #expect(names[1].allSatisfy { $0.hasPrefix("backbone.") && !$0.contains("layer1") })
      let trained = detector.namedParameters.filter(\.parameter.isTrained).map(\.name)
      #expect(names.joined().sorted() == trained.sorted())
      let others = parameterGroups(DETR(.mini(classCount: 5), seed: 1), .mini(imageCount: 32_000))
      #expect(others.map(\.rate) == [5e-4, 2e-4])
    }

    @Test("the gradient's norm can be differentiated with composed attention")
    func secondDerivative() throws {
      let detector = Self.detector()
      detector.attentionForm = .composed
      let weight = try #require(
        detector.namedParameters.first {
          $0.name == "transformer.encoder.layers.0.self_attn.sampling_offsets.weight"
        }
      ).parameter.value
      let first = gradients(of: Self.total(detector), withRespectTo: [weight], createGraph: true)
      let norm = try #require(first[0]).power(2).sum()
      let second = try #require(gradients(of: norm, withRespectTo: [weight])[0])
      #expect(second.abs().largest().item() > 0 && second.floats.allSatisfy(\.isFinite))
      // Fused, the first derivative is the same.
      detector.attentionForm = .fused
      let fused = try #require(gradients(of: Self.total(detector), withRespectTo: [weight])[0])
      #expect(largestDifference(fused.doubles, (try #require(first[0])).doubles) < 1e-4)
    }
  }
}
