// Detectors out of files: configurations of others, our own metadata, and what is wrong with either.
import Detection
import FoundationEssentials
import Images
import NN
import TestSupport
import Testing
import Torch

extension DetectionTensorTests {
  @Suite struct DetectorFileTests {
    private static let keys = """
      "d_model": 64, "encoder_layers": 2, "decoder_layers": 2, "encoder_ffn_dim": 128, "decoder_ffn_dim": 128, \
      "num_queries": 10, "backbone_config": {"model_type": "resnet", "depths": [1, 2, 1, 1], "embedding_size": 16, \
      "hidden_sizes": [32, 48, 64, 96], "layer_type": "bottleneck"}
      """

    private let weights = Fixtures.url("models/detr/weights.safetensors")

    /// Reads the reference weights with a configuration of the given text.
    private func read(_ text: String) throws -> DetectorFile {
      let file = FileManager.default.temporaryDirectory.appending(path: "quire-\(UUID().uuidString).json")
      try Data(text.utf8).write(to: file)
      defer { try? FileManager.default.removeItem(at: file) }
      return try DetectorFile(.detr, weights: weights, configuration: file)
    }

    @Test(
      "a Hugging Face configuration builds the detector of its weights, classes told by these where it does not say"
    )
    func huggingFace() throws {
      let file = try read("{\"model_type\": \"detr\", \"size\": 100, \(Self.keys)}")
      #expect(file.categoryIDs == Array(0..<7))
      #expect(file.resizing == ResizeRule(shortSide: 100, longSideLimit: 1333))
      let batch = try Reference.batch(.image0)
      let output = withoutGradients { file.detector(batch) }
      let reference: DETR = try Reference.detr.detector()
      let expected = withoutGradients { reference(batch) }
      #expect(output.logits.floats == expected.logits.floats)
      #expect(output.boxes.floats == expected.boxes.floats)
    }

    @Test(
      "a configuration that cannot be met is refused in one sentence",
      arguments: [
        ("[1", "not JSON; expected a Hugging Face model configuration"),
        ("{\"d_model\": \"wide\"}", "d_model is not of the kind that a model configuration has there"),
        ("{\"model_type\": \"deformable_detr\"}", "model_type is deformable_detr; expected that of a detr"),
        ("{\"activation_function\": \"gelu\", \(keys)}", "activation_function is gelu; expected relu"),
        (
          "{\"backbone\": \"swin_tiny\"}",
          "the backbone swin_tiny is not known; expected resnet50 or resnet101"
        ),
        ("{\"size\": 2, \(keys)}", "size is 2; expected 16 to 4096"),
        ("{\"d_model\": 100}", "a width of 100 with 8 heads; expected a multiple of 4 and of the heads"),
        ("{\"encoder_layers\": -1}", "a size is not between 1 and a million"),
        ("{\"d_model\": 65536}", "million weights; expected at most 300 million"),
      ])
    func refusals(text: String, sentence: String) throws {
      let error = #expect(throws: TorchError.self) { try read(text) }
      let description = try #require(error).description
      #expect(description.hasSuffix(sentence), "\(description)")
      #expect(!description.contains("\n"))
    }

    /// Reads the reference weights of Deformable DETR with some keys more.
    private func readDeformable(_ more: String) throws -> DetectorFile {
      let file = FileManager.default.temporaryDirectory.appending(path: "quire-\(UUID().uuidString).json")
      try Data("{\"model_type\": \"deformable_detr\", \(more)\(Self.keys)}".utf8).write(to: file)
      defer { try? FileManager.default.removeItem(at: file) }
      return try DetectorFile(
        .deformableDETR, weights: Fixtures.url("models/deformable/weights.safetensors"), configuration: file)
    }

    @Test("a configuration of Deformable DETR builds the detector of its weights")
    func deformable() throws {
      let batch = try Reference.batch(.image1)
      let detector = try readDeformable("").detector
      let output = withoutGradients { detector(batch) }
      try Reference.deformable.expectOutput(output, .image1)
    }

    @Test(
      "a Deformable DETR that cannot be built is refused in one sentence",
      arguments: [
        ("\"num_feature_levels\": 2, ", "2 feature levels; expected 1, or 3 to 8"),
        ("\"encoder_n_points\": 17, ", "68 points for each head; expected at most 64"),
        ("\"with_box_refine\": true, ", "missing"),
      ])
    func deformableRefusals(more: String, sentence: String) throws {
      let error = #expect(throws: TorchError.self) { try readDeformable(more) }
      let description = try #require(error).description
      #expect(description.contains(sentence), "\(description)")
    }

    @Test(
      "published sizes are refused for weights of other sizes, with what is missing and what has another shape"
    )
    func otherSizes() throws {
      let error = #expect(throws: TorchError.self) { try DetectorFile(.detr, weights: weights) }
      let sentence = try #require(error).description
      #expect(sentence.hasPrefix("weights.safetensors: the checkpoint does not fit the model: "))
      #expect(sentence.contains("missing") && sentence.contains("of another shape"))
    }

    @Test("weights trained here carry sizes and categories")
    func own() throws {
      let detector = makeDetector(.detr(.mini(classCount: 3)), seed: 4)
      let encoder = JSONEncoder()
      let sizes = String(decoding: try encoder.encode(detector.configuration), as: UTF8.self)
      func file(_ metadata: [String: String]) throws -> DetectorFile {
        let place = FileManager.default.temporaryDirectory.appending(
          path: "quire-\(UUID().uuidString).safetensors")
        try encodeSafetensors(detector.state, metadata: metadata).write(to: place)
        defer { try? FileManager.default.removeItem(at: place) }
        return try DetectorFile(.detr, weights: place)
      }
      let whole = try file(["configuration": sizes, "categoryIDs": "[5,9,2]", "size": "128"])
      #expect(whole.categoryIDs == [5, 9, 2] && whole.resizing.shortSide == 128)
      #expect(whole.detector.configuration == detector.configuration)
      #expect(try file(["configuration": sizes]).resizing.shortSide == 96)
      for metadata in [
        ["configuration": sizes, "categoryIDs": "[5]"], ["configuration": "{}"],
        ["configuration": sizes.replacing("\"width\":64", with: "\"width\":1000000000000")],
      ] {
        #expect(throws: TorchError.self, "\(metadata)") { try file(metadata) }
      }
    }
  }
}
