// Published checkpoints by name: every tensor has its place, and what does not fit is told at once.
import Detection
import FoundationEssentials
import NN
import TestSupport
import Testing
import Torch

extension DetectionTensorTests {
  @Suite struct CheckpointNameTests {
    /// Tensors of the shapes in a list of names, which take no memory.
    private func tensors(_ list: String) throws -> [String: Tensor] {
      try JSONDecoder().decode([String: [Int]].self, from: Fixtures.data("keys/\(list).json"))
        .mapValues { Tensor.zeros([]).expanded($0) }
    }

    private func shapes(_ list: String, _ family: DetectorArchitecture) throws -> [String: [Int]] {
      officialTensors(try tensors(list), of: family) { _ in false }.mapValues(\.shape)
    }

    @Test(
      "both of Hugging Face's namings lead to the authors' names and shapes, nothing missing, nothing left",
      arguments: ["huggingface-", "huggingface5-"],
      [
        "detr-resnet-50": DetectorArchitecture.detr, "detr-resnet-101": .detr, "dab-detr-resnet-50": .dabDETR,
        "deformable-detr": .deformableDETR,
      ].sorted { $0.key < $1.key }.map { NamedFamily(list: $0.key, family: $0.value) })
    func renaming(naming: String, named: NamedFamily) throws {
      let official = try shapes("official-" + named.list, named.family)
      #expect(official.keys.contains { $0.hasSuffix("self_attn.q_proj.weight") })
      #expect(!official.keys.contains { $0.contains("in_proj") })
      #expect(try shapes(naming + named.list, named.family) == official)
    }

    struct NamedFamily: Sendable, CustomTestStringConvertible {
      let list: String
      let family: DetectorArchitecture
      var testDescription: String { list }
    }

    /// A DETR of published size.
    private func detr(blockCounts: [Int] = [3, 4, 6, 3]) -> any Detector {
      var configuration = DETRConfiguration.full()
      configuration.backbone.blockCounts = blockCounts
      return makeDetector(.detr(configuration), seed: 1)
    }

    @Test(
      "every naming loads into the detector, with prefixes, counters and heads for masks as files have them")
    func loading() throws {
      let detector = detr()
      for list in ["official-detr-resnet-50", "huggingface-detr-resnet-50", "huggingface5-detr-resnet-50"] {
        try detector.load(checkpoint: try tensors(list))
      }
      var panoptic = ["mask_head.lay1.weight": Tensor.zeros([1])]
      for (name, tensor) in try tensors("official-detr-resnet-50") { panoptic["detr." + name] = tensor }
      panoptic["detr.backbone.0.body.bn1.num_batches_tracked"] = .zeros([])
      panoptic["detr.transformer.total_ops"] = .zeros([])
      try detector.load(checkpoint: panoptic)
    }

    @Test(
      "Deformable DETR loads under every naming, with shared heads stored once or six times, and refined boxes",
      arguments: [
        ("official-deformable-detr", false), ("huggingface-deformable-detr", false),
        ("huggingface5-deformable-detr", false), ("official-deformable-detr-refine", true),
      ])
    func deformable(list: String, refines: Bool) throws {
      let detector = makeDetector(.deformableDETR(.full(refinesBoxes: refines)), seed: 1)
      var all = try tensors(list)
      try detector.load(checkpoint: all)
      if refines {
        all = all.filter { !$0.key.hasPrefix("transformer.decoder.bbox_embed.") }
        try detector.load(checkpoint: all)
      } else {
        let once = all.filter { !$0.key.hasPrefix("class_embed.") || $0.key.hasPrefix("class_embed.0.") }
        try detector.load(checkpoint: once)
        all["class_embed.3.bias"] = .ones([91])
        let error = #expect(throws: StateMismatch.self) { try detector.load(checkpoint: all) }
        #expect(error?.differing == ["class_embed.0.bias and class_embed.3.bias"])
      }
    }

    @Test(
      "DAB-DETR loads under every naming, with the box head stored once or twice",
      arguments: [
        "official-dab-detr-resnet-50", "huggingface-dab-detr-resnet-50", "huggingface5-dab-detr-resnet-50",
      ])
    func dab(list: String) throws {
      let detector = makeDetector(.dabDETR(.full()), seed: 1)
      let all = try tensors(list)
      try detector.load(checkpoint: all)
      try detector.load(checkpoint: all.filter { !$0.key.contains("decoder.bbox_embed.") })
    }

    @Test("fused projections are taken apart in the order of queries, keys and values")
    func fused() throws {
      let rows = Tensor((0..<18).map(Float.init), shape: [6, 3])
      let parts = officialTensors(["a.in_proj_weight": rows], of: .detr) { _ in false }
      #expect(parts.keys.sorted() == ["a.k_proj.weight", "a.q_proj.weight", "a.v_proj.weight"])
      #expect(parts["a.q_proj.weight"]?.floats == [0, 1, 2, 3, 4, 5])
      #expect(parts["a.v_proj.weight"]?.floats == [12, 13, 14, 15, 16, 17])
    }

    @Test("a checkpoint of another model is refused in one sentence that counts what does not fit")
    func refusals() throws {
      let small = makeDetector(.detr(.mini(classCount: 91)), seed: 1)
      let before = small.state["class_embed.bias"]?.floats
      let deeper = #expect(throws: StateMismatch.self) {
        try detr().load(checkpoint: try tensors("huggingface-detr-resnet-101"))
      }
      #expect(deeper?.unused.count == 17 * 15 && deeper?.missing.isEmpty == true)
      let narrow = #expect(throws: StateMismatch.self) {
        try small.load(checkpoint: try tensors("official-detr-resnet-50"))
      }
      #expect(narrow?.missing.isEmpty == true && narrow?.unused.isEmpty == true)
      #expect(narrow?.misshapen.contains("query_embed.weight: [100, 256] instead of [25, 64]") == true)
      let other = #expect(throws: StateMismatch.self) {
        try small.load(checkpoint: try tensors("huggingface-dab-detr-resnet-50"))
      }
      let sentence = try #require(other).description
      for word in ["missing", "unused", "of another shape"] { #expect(sentence.contains(word)) }
      #expect(small.state["class_embed.bias"]?.floats == before)
    }
  }
}
