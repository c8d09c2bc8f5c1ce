// quire detect and quire train as people run them: what is printed, and one sentence for whatever is wrong.
import Foundation
import Images
import TestSupport
import Testing

@Suite(.serialized, .enabled(if: TensorCommands.areThere, TensorCommands.reason))
struct DetectCommandTests {
  let project: CommandProject
  let weights = Fixtures.url("models/detr/weights.safetensors").path

  /// Several threads gain nothing on such small pictures, and lose much where cores are shared.
  private let oneThread = ["OMP_NUM_THREADS": "1"]

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

  private func detect(_ more: String..., weights: String? = nil) throws -> CommandProject.Result {
    try project.quire(
      [
        "detect", "--architecture", "detr", "--weights", weights ?? self.weights, "--config",
        project.root.appending(path: "config.json").path,
      ] + more, environment: oneThread)
  }

  private func file(_ name: String, _ bytes: [UInt8]) throws -> String {
    let url = project.root.appending(path: name)
    try Data(bytes).write(to: url)
    return url.path
  }

  private func images(_ result: CommandProject.Result) throws -> [[String: Any]] {
    let object = try #require(
      try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
    return try #require(object["images"] as? [[String: Any]])
  }

  @Test("pictures with alpha, in gray and in inks are read like any other, best detections first")
  func kinds() throws {
    let names = ["rgba.png", "gray.jpg", "cmyk.jpg", "palette.png", "progressive.jpg"]
    let paths = names.map { Fixtures.url("images/\($0)").path }
    let result = try project.quire(
      [
        "detect", "--architecture", "detr", "--weights", weights, "--config",
        project.root.appending(path: "config.json").path, "--json", "--top", "4", "--image",
      ] + paths, environment: oneThread)
    #expect(result.code == 0, "\(result.messages)")
    let found = try images(result)
    #expect(found.compactMap { $0["file"] as? String } == paths)
    #expect(found[0]["width"] as? Int == 27 && found[0]["height"] as? Int == 19)
    for image in found {
      let detections = try #require(image["detections"] as? [[String: Any]])
      let scores = detections.compactMap { $0["score"] as? Double }
      #expect(scores.count == 4 && scores == scores.sorted(by: >))
      #expect(detections.allSatisfy { ($0["bbox"] as? [Double])?.count == 4 })
      #expect(detections.allSatisfy { (0..<7).contains($0["category_id"] as? Int ?? -1) })
      #expect(image["logits"] == nil)
    }
  }

  @Test("--raw prints every query; a single pixel and a line of pixels are pictures too")
  func extremes() throws {
    let pixel = try file("pixel.png", encodePNG(RGBImage(width: 1, height: 1, filledWith: (200, 10, 10))))
    let line = try file("line.png", encodePNG(RGBImage(width: 20_000, height: 10, filledWith: (9, 200, 10))))
    let long = try file("long.png", encodePNG(RGBImage(width: 1, height: 6000, filledWith: (9, 9, 9))))
    let result = try detect("--raw", "--json", "--image", pixel, line, long)
    #expect(result.code == 0, "\(result.messages)")
    for image in try images(result) {
      let logits = try #require(image["logits"] as? [[Double]])
      #expect(logits.count == 10 && logits.allSatisfy { $0.count == 8 })
      let boxes = try #require(image["boxes"] as? [[Double]])
      #expect(boxes.count == 10 && boxes.joined().allSatisfy { (0...1).contains($0) })
    }
  }

  @Test("--draw writes a picture of the same size")
  func draw() throws {
    let fonts = project.root.appending(path: "Fonts")
    try FileManager.default.createSymbolicLink(
      at: fonts, withDestinationURL: Fixtures.root.appending(path: "Fonts"))
    let out = project.root.appending(path: "out.png")
    let result = try detect(
      "--threshold", "0", "--draw", out.path, "--image", Fixtures.url("images/rgba.png").path)
    #expect(result.code == 0, "\(result.messages)")
    let drawn = try decodePNG([UInt8](Data(contentsOf: out)))
    let original = try decodePNG([UInt8](Fixtures.data("images/rgba.png")))
    #expect(drawn.width == 27 && drawn.height == 19 && drawn != original)
  }

  @Test("whatever is wrong is told in one sentence, with exit code 2 and nothing on standard output")
  func refusals() throws {
    let picture = Fixtures.url("images/rgba.png").path
    let whole = [UInt8](try Data(contentsOf: URL(filePath: weights)))
    let cut = try file("cut.safetensors", Array(whole.prefix(whole.count / 2)))
    let empty = try file("empty.jpg", [])
    let text = try file("text.png", Array("hello".utf8))
    let cases: [(CommandProject.Result, String)] = [
      (try detect("--image", empty), "empty.jpg: neither a PNG nor a JPEG"),
      (try detect("--image", text), "text.png: neither a PNG nor a JPEG"),
      (try detect("--image", picture, "/nowhere/a.jpg"), "a.jpg: there is no such file"),
      (try detect("--image", picture, weights: cut), "cut.safetensors: "),
      (try detect("--image", picture, weights: "/nowhere/w.pth"), "w.pth: there is no such file"),
      (
        try detect("--image", picture, weights: Fixtures.url("checkpoints/training.pth").path),
        "training.pth: the checkpoint does not fit the model"
      ),
      (
        try detect("--image", picture, weights: Fixtures.url("checkpoints/harmful.pth").path),
        "which is neither a tensor nor a plain value"
      ),
      (try detect("--image", picture, "--device", "cuda"), "--device cuda: "),
    ]
    for (result, sentence) in cases {
      #expect(result.code == 2, "\(sentence)")
      #expect(result.output.isEmpty)
      #expect(result.messages.contains(sentence), "\(result.messages)")
      #expect(result.messages.split(separator: "\n").count == 1, "\(result.messages)")
    }
    #expect(try detect("--top", "-1", "--image", picture).code == 64)
    #expect(try detect("--threshold", "0.2", "--image", picture).code == 64)
    let sensitivity = ["sensitivity", "--architecture", "detr", "--weights", weights, "--data", "data"]
    let alpha = try project.quire(sensitivity + ["--alpha", "0.5"], environment: oneThread)
    #expect(alpha.code == 64 && alpha.messages.contains("--alpha is for --critical"), "\(alpha.messages)")
    #expect(try project.quire("detect", "--architecture", "yolo").code == 64)
  }

  /// A folder with four pictures of different sizes and an object in each.
  private func data() throws -> URL {
    let folder = project.root.appending(path: "data")
    try FileManager.default.createDirectory(
      at: folder.appending(path: "images"), withIntermediateDirectories: true)
    var images: [String] = []
    var objects: [String] = []
    for index in 1...4 {
      let (width, height) = (40 + 8 * index, 60 - 8 * index)
      _ = try file(
        "data/images/\(index).png",
        encodePNG(RGBImage(width: width, height: height, filledWith: (UInt8(40 * index), 90, 30))))
      images.append(#"{"id":\#(index),"width":\#(width),"height":\#(height),"file_name":"\#(index).png"}"#)
      objects.append(
        #"{"id":\#(index),"image_id":\#(index),"category_id":\#(index % 2 + 4),"bbox":[3,4,20,12],"area":240}"#
      )
    }
    let lists = [
      #""images":[\#(images.joined(separator: ","))]"#,
      #""annotations":[\#(objects.joined(separator: ","))]"#,
      #""categories":[{"id":4,"name":"a"},{"id":5,"name":"b"}]"#,
    ]
    for split in ["train", "val"] {
      try project.write("data/instances_\(split).json", "{" + lists.joined(separator: ",") + "}")
    }
    return folder
  }

  private func training(_ folder: URL, output: String, _ more: String...) -> [String] {
    [
      "train", "--architecture", "detr", "--data", folder.path, "--output",
      project.root.appending(path: output).path, "--images", "6", "--batch", "2", "--side", "48",
      "--augmentation", "published", "--interval", "2", "--json",
    ] + more
  }

  @Test("train learns from a folder with pictures of several sizes; its weights detect and can be measured")
  func train() throws {
    let folder = try data()
    let model = project.root.appending(path: "model.safetensors").path
    let command = training(folder, output: "model.safetensors")
    let result = try project.quire(command, environment: oneThread)
    #expect(result.code == 0, "\(result.messages)")
    #expect(result.output.contains("\"imagesSeen\":6"))
    let again = try project.quire(command, environment: oneThread)
    #expect(again.code == 2 && again.messages.contains("is there already"))
    let found = try project.quire(
      [
        "detect", "--architecture", "detr", "--weights", model, "--image", folder.path + "/images/1.png",
        "--json",
      ], environment: oneThread)
    #expect(found.code == 0, "\(found.messages)")
    let detections = try images(found)[0]["detections"] as? [[String: Any]]
    #expect(detections?.allSatisfy { [4, 5].contains($0["category_id"] as? Int) } == true)

    let measured = try project.quire(
      [
        "sensitivity", "--architecture", "detr", "--weights", model, "--data", folder.path, "--split", "val",
        "--critical", "category:a", "--images", "2", "--alpha", "0.5", "--json",
      ], environment: oneThread)
    #expect(measured.code == 0, "\(measured.messages)")
    let report = try #require(
      try JSONSerialization.jsonObject(with: Data(measured.output.utf8)) as? [String: Any])
    let layers = try #require(report["layers"] as? [[String: Any]])
    #expect(layers.count == 154)
    for layer in layers {
      let number = { (key: String) in layer[key] as? Double ?? .nan }
      let trace = 0.25 * number("AA") + number("AF") + number("FF")
      #expect(abs(number("trace") - trace) <= 1e-9 * max(1, trace))
    }
    #expect(report["criticalImages"] as? Int == 1)
    try packs(measured.output, model, folder)
  }

  @Test("a split to measure on that is named must be there; where none is named, data without one trains too")
  func validationSplit() throws {
    let folder = try data()
    let misspelt = try project.quire(
      training(folder, output: "misspelt.safetensors", "--validation-split", "vla"), environment: oneThread)
    #expect(
      misspelt.code == 2 && misspelt.messages.contains("it has no instances_vla….json"),
      "\(misspelt.messages)")
    #expect(misspelt.output.isEmpty && misspelt.messages.split(separator: "\n").count == 1)
    try FileManager.default.removeItem(at: folder.appending(path: "instances_val.json"))
    let without = try project.quire(training(folder, output: "without.safetensors"), environment: oneThread)
    #expect(without.code == 0, "\(without.messages)")
  }

  /// From sensitivities to bits to a packed file that detects.
  private func packs(_ costs: String, _ model: String, _ folder: URL) throws {
    try project.write("costs.json", costs)
    let bits = try project.quire(
      "allocate", "--costs", project.root.appending(path: "costs.json").path, "--average-bits", "5", "--json")
    #expect(bits.code == 0, "\(bits.messages)")
    try project.write("bits.json", bits.output)
    let packed = project.root.appending(path: "packed.safetensors").path
    let result = try project.quire(
      [
        "quantize", "--architecture", "detr", "--weights", model, "--output", packed, "--allocation",
        project.root.appending(path: "bits.json").path, "--scale", "fisher", "--correct-biases", "--data",
        folder.path, "--split", "val", "--images", "2", "--json",
      ], environment: oneThread)
    #expect(result.code == 0, "\(result.messages)")
    let report = try #require(
      try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
    #expect((report["averageBits"] as? Double ?? 9) <= 5)
    let found = try project.quire(
      ["detect", "--architecture", "detr", "--weights", packed, "--image", folder.path + "/images/1.png"],
      environment: oneThread)
    #expect(found.code == 0, "\(found.messages)")
    let unseen = try project.quire(
      [
        "sensitivity", "--architecture", "detr", "--weights", packed, "--data", folder.path, "--split", "val",
        "--critical", "category:a", "--images", "1",
      ], environment: oneThread)
    #expect(unseen.code == 2 && unseen.output.isEmpty)
    #expect(unseen.messages.contains("0 of the first 1 pictures show it, and 2 of all 4"))
  }

  @Test(
    "a training that is killed goes on and ends with the same bytes",
    .enabled(if: LongTests.areEnabled, Comment(rawValue: LongTests.reason)))
  func killed() throws {
    let folder = try data()
    let whole = try project.quire(training(folder, output: "whole.safetensors"), environment: oneThread)
    #expect(whole.code == 0, "\(whole.messages)")
    let command = training(folder, output: "killed.safetensors", "--save-every", "0")
    let started = try project.start(command, environment: oneThread)
    func states() throws -> [String] {
      try FileManager.default.contentsOfDirectory(atPath: project.root.path).filter { $0.hasSuffix(".state") }
    }
    while try states().isEmpty, started.process.isRunning { Thread.sleep(forTimeInterval: 0.02) }
    kill(started.process.processIdentifier, SIGKILL)
    started.process.waitUntilExit()
    let left = try states().count
    let result = try project.quire(command, environment: oneThread)
    #expect(result.code == 0, "\(result.messages)")
    if left == 1 { #expect(result.messages.contains("going on from")) }
    #expect(try states().isEmpty)
    let (first, second) = (
      try Data(contentsOf: project.root.appending(path: "whole.safetensors")),
      try Data(contentsOf: project.root.appending(path: "killed.safetensors"))
    )
    #expect(first == second)
  }
}

/// Whether the commands with tensors were built beside the tests.
enum TensorCommands {
  static let areThere: Bool =
    CommandProject.command.map {
      FileManager.default.isExecutableFile(
        atPath: $0.deletingLastPathComponent().appending(path: "quire-tensor").path)
    } ?? false

  static let reason: Comment =
    "there is no quire-tensor beside the tests; swift build makes it where libtorch is"
}
