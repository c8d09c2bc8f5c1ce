// The random DETR whose outputs another implementation computed (Fixtures/models), under this project's names.
import Boxes
import Detection
import FoundationEssentials
import NN
import TestSupport
import Torch

struct RenameRules: Decodable {
  let detr: [[String]]

  /// Applies all rules in order, as the table's readers are asked to.
  static func official(_ name: String) throws -> String {
    let rules = try JSONDecoder().decode(
      RenameRules.self, from: Fixtures.data("keys/rename-huggingface-to-official.json"))
    return try rules.detr.reduce(name) { name, rule in
      guard let match = try Regex(rule[0]).firstMatch(in: name) else { return name }
      var replacement = rule[1]
      for group in 1..<max(match.output.count, 1) {
        replacement.replace("\\\(group)", with: match.output[group].substring ?? "")
      }
      return name.replacing(match.output[0].substring ?? "", with: replacement, maxReplacements: 1)
    }
  }
}

/// The three ways the reference was run: both pictures padded to one size, and each alone.
enum ReferenceCase: String, CaseIterable {
  case batch, image0, image1

  var images: [Int] {
    switch self {
    case .batch: [0, 1]
    case .image0: [0]
    case .image1: [1]
    }
  }
}

struct ReferenceTarget: Decodable {
  let labels: [Int]
  let boxes: [[Double]]

  var target: Target {
    Target(classes: labels, boxes: boxes.map { CenterBox(cx: $0[0], cy: $0[1], w: $0[2], h: $0[3]) })
  }
}

struct ReferenceLoss: Decodable {
  struct Matchings: Decodable {
    let last: [[[Int]]]
    let first: [[[Int]]]

    enum CodingKeys: String, CodingKey {
      case last
      case first = "aux.0"
    }
  }

  let total: Double
  let parts: [String: Double]
  let matching: Matchings
}

enum Reference {
  static let configuration = DETRConfiguration(
    backbone: ResNetConfiguration(
      stemWidth: 16, widths: [8, 12, 16, 24], blockCounts: [1, 2, 1, 1], dilatesLastStage: false),
    width: 64, headCount: 8, hiddenWidth: 128, encoderLayerCount: 2, decoderLayerCount: 2, queryCount: 10,
    classCount: 7)

  static func detector() throws -> DETR {
    let detector = DETR(configuration, seed: 0)
    let file = try SafetensorsFile(contentsOf: Fixtures.url("models/detr/weights.safetensors"))
    var tensors: [String: Tensor] = [:]
    for name in file.names { tensors[try RenameRules.official(name)] = try file.tensor(name) }
    try detector.load(tensors)
    return detector
  }

  /// The pictures as the reference saw them: padded together, or cropped to their valid part.
  static func batch(_ which: ReferenceCase) throws -> ImageBatch {
    let pixels = try SafetensorsFile(contentsOf: Fixtures.url("models/inputs.safetensors")).tensor(
      "pixelValues")
    let extents = [Extent(height: 143, width: 201), Extent(height: 170, width: 131)]
    guard which != .batch else { return ImageBatch(pixels: pixels, validExtents: extents) }
    let image = which.images[0]
    let alone = pixels.narrowed(0, from: image, count: 1).narrowed(2, from: 0, count: extents[image].height)
      .narrowed(3, from: 0, count: extents[image].width).contiguous()
    return ImageBatch(pixels: alone, validExtents: [extents[image]])
  }

  static func outputs() throws -> SafetensorsFile {
    try SafetensorsFile(contentsOf: Fixtures.url("models/detr/outputs.safetensors"))
  }

  static func targets(_ set: String, _ which: ReferenceCase) throws -> [Target] {
    let sets = try JSONDecoder().decode(
      [String: [ReferenceTarget]].self, from: Fixtures.data("models/targets.json"))
    let all = try require(sets[set])
    return which.images.map { all[$0].target }
  }

  static func loss(_ set: String, _ which: ReferenceCase) throws -> ReferenceLoss {
    let all = try JSONDecoder().decode(
      [String: ReferenceLoss].self, from: Fixtures.data("models/detr/losses.json"))
    return try require(all["\(which.rawValue).\(set)"])
  }

  private static func require<Value>(_ value: Value?) throws -> Value {
    guard let value else { throw TorchError("the fixture lacks an entry") }
    return value
  }
}
