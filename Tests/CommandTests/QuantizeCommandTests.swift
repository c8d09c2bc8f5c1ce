// quire quantize as people run it: what the file takes, that it detects, and one sentence for whatever is wrong.
import Foundation
import TestSupport
import Testing

@Suite(.serialized, .enabled(if: TensorCommands.areThere, TensorCommands.reason))
struct QuantizeCommandTests {
  let project: CommandProject
  private let weights = Fixtures.url("models/detr/weights.safetensors").path
  private let picture = Fixtures.url("images/rgba.png").path

  init() throws {
    project = try CommandProject()
    try project.write(
      "config.json",
      """
      {"model_type": "detr", "d_model": 64, "encoder_layers": 2, "decoder_layers": 2, "encoder_ffn_dim": 128, \
      "decoder_ffn_dim": 128, "num_queries": 10, "size": 64, "backbone_config": {"model_type": "resnet", \
      "depths": [1, 2, 1, 1], "embedding_size": 16, "hidden_sizes": [32, 48, 64, 96]}}
      """)
  }

  private func path(_ name: String) -> String { project.root.appending(path: name).path }

  private func run(_ arguments: [String]) throws -> CommandProject.Result {
    try project.quire(arguments, environment: ["OMP_NUM_THREADS": "1"])
  }

  private func quantize(_ more: String..., output: String = "packed.safetensors") throws
    -> CommandProject.Result
  {
    try run(
      [
        "quantize", "--architecture", "detr", "--weights", weights, "--config", path("config.json"),
        "--output", path(output),
      ] + more)
  }

  private func object(_ text: String) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
  }

  /// The raw output of a detector for one picture.
  private func raw(_ weights: String, _ more: [String] = []) throws -> (logits: [Double], boxes: [Double]) {
    let result = try run(
      ["detect", "--architecture", "detr", "--weights", weights, "--image", picture, "--raw", "--json"] + more
    )
    #expect(result.code == 0, "\(result.messages)")
    let images = try #require(try object(result.output)["images"] as? [[String: Any]])
    let logits = try #require(images[0]["logits"] as? [[Double]])
    let boxes = try #require(images[0]["boxes"] as? [[Double]])
    return (logits.flatMap(\.self), boxes.flatMap(\.self))
  }

  @Test("the file is as large as the table says, carries its configuration, and is nearer with more bits")
  func sizes() throws {
    let expected = try raw(weights, ["--config", path("config.json")])
    var distances: [Double] = []
    for (bits, scale) in [("2", "largest"), ("4", "squared-error"), ("8", "percentile")] {
      let result = try quantize("--bits", bits, "--scale", scale, "--json", output: "\(bits).safetensors")
      #expect(result.code == 0, "\(result.messages)")
      let report = try object(result.output)
      let bytes = try #require(report["bytes"] as? [String: Int])
      let file = try Data(contentsOf: URL(filePath: path("\(bits).safetensors")))
      let header = file.prefix(8).reversed().reduce(0) { ($0 << 8) | Int($1) }
      #expect(bytes["file"] == file.count && bytes["header"] == 8 + header)
      #expect(
        file.count == 8 + header + (bytes["codes"] ?? 0) + (bytes["scales"] ?? 0)
          + (bytes["floatingPoint"] ?? 0)
      )
      let layers = try #require(report["layers"] as? [[String: Any]])
      #expect(layers.first?["bits"] as? Int == 8)
      #expect(
        layers.filter { ($0["name"] as? String)?.contains("embed") == true }.allSatisfy { $0["bits"] == nil })
      let found = try raw(path("\(bits).safetensors"))
      distances.append(zip(found.logits, expected.logits).reduce(0) { $0 + abs($1.0 - $1.1) })
    }
    #expect(distances == distances.sorted(by: >) && distances[2] > 0)
    let table = try quantize("--bits", "4")
    #expect(table.output.contains("   8        2352") && table.output.contains("bits per quantized weight"))
  }

  @Test("with every layer kept in floating point the packed file detects what the checkpoint does")
  func nothingQuantized() throws {
    let all = "backbone,input_proj,transformer,class_embed,bbox_embed"
    let result = try quantize("--bits", "4", "--float", all, "--fixed", "")
    #expect(result.code == 0, "\(result.messages)")
    let expected = try raw(weights, ["--config", path("config.json")])
    let found = try raw(path("packed.safetensors"))
    #expect(found.logits == expected.logits && found.boxes == expected.boxes)
  }

  @Test("an allocation decides for the layers it names, and for no others")
  func allocation() throws {
    try project.write("bits.json", #"{"averageBits": 3.5, "bits": {"input_proj": 3, "class_embed": 4}}"#)
    let result = try quantize("--allocation", path("bits.json"), "--per-tensor", "--json")
    #expect(result.code == 0, "\(result.messages)")
    let report = try object(result.output)
    let layers = try #require(report["layers"] as? [[String: Any]])
    let named = layers.filter { $0["bits"] != nil }
    #expect(named.compactMap { $0["bits"] as? Int } == [3, 4])
    #expect((report["bytes"] as? [String: Int])?["scales"] == 8)
  }

  @Test("whatever is wrong is told in one sentence, and no file is left")
  func refusals() throws {
    try project.write("unknown.json", #"{"bits": {"neck": 4}}"#)
    try project.write("narrow.json", #"{"bits": {"input_proj": 1}}"#)
    try project.write("words.json", #"{"bits": {"input_proj": "four"}}"#)
    try project.write("cut.json", #"{"bits": {"#)
    let cases: [(CommandProject.Result, String)] = [
      (
        try quantize("--allocation", path("unknown.json")),
        "unknown.json: bits are given for the layer neck, which the network does not have"
      ),
      (
        try quantize("--allocation", path("narrow.json")),
        "narrow.json: the layer input_proj is given 1 bits; expected 2 to 8"
      ),
      (try quantize("--allocation", path("words.json")), "words.json: \"bits\" is not an object"),
      (try quantize("--allocation", path("cut.json")), "cut.json: \"bits\" is not an object"),
      (try quantize("--allocation", path("none.json")), "none.json: there is no such file"),
      (
        try quantize("--bits", "4", "--float", "neck"),
        "the policy names the layer neck, which the network does not have"
      ),
      (try quantize("--bits", "4", output: "config.json/packed.safetensors"), "quire quantize: "),
    ]
    for (result, sentence) in cases {
      #expect(result.code == 2, "\(sentence)")
      #expect(result.output.isEmpty)
      #expect(result.messages.contains(sentence), "\(result.messages)")
      #expect(result.messages.split(separator: "\n").count == 1, "\(result.messages)")
    }
    #expect(!FileManager.default.fileExists(atPath: path("packed.safetensors")))
    for arguments in [
      ["--bits", "9"], ["--bits", "1"], [], ["--bits", "4", "--allocation", "a.json"],
      ["--bits", "4", "--fixed", "backbone"], ["--bits", "4", "--fixed", "backbone=9"],
      ["--bits", "4", "--scale", "fisher"], ["--bits", "4", "--correct-biases"],
      ["--bits", "4", "--scale", "percentile", "--percentile", "nan"],
      ["--bits", "4", "--percentile", "0.99"],
    ] {
      let result = try run(
        [
          "quantize", "--architecture", "detr", "--weights", weights, "--output", path("packed.safetensors"),
        ] + arguments)
      #expect(result.code == 64, "\(arguments) \(result.messages)")
    }
  }
}
