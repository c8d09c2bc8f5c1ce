// The random Deformable DETR whose outputs another implementation computed (Fixtures/models), under this project's names.
import Detection
import FoundationEssentials
import NN
import TestSupport
import Torch

enum DeformableReference {
  static let configuration = DeformableDETRConfiguration(
    backbone: ResNetConfiguration(
      stemWidth: 16, widths: [8, 12, 16, 24], blockCounts: [1, 2, 1, 1], dilatesLastStage: false),
    width: 64, headCount: 8, levelCount: 4, pointCount: 4, hiddenWidth: 128, encoderLayerCount: 2,
    decoderLayerCount: 2, queryCount: 10, classCount: 7)

  static func file(_ name: String) throws -> SafetensorsFile {
    try SafetensorsFile(contentsOf: Fixtures.url("models/deformable/\(name).safetensors"))
  }

  /// The tensors of a file whose names begin with a prefix, under official names.
  static func tensors(_ file: String, prefix: String = "") throws -> [String: Tensor] {
    let file = try Self.file(file)
    var tensors: [String: Tensor] = [:]
    for name in file.names where name.hasPrefix(prefix) {
      tensors[String(name.dropFirst(prefix.count))] = try file.tensor(name)
    }
    return officialTensors(tensors, of: .deformableDETR) { _ in false }
  }

  /// The detector with the fixture's weights. What layers share is stored under its first name.
  static func detector() throws -> DeformableDETR {
    let detector = DeformableDETR(configuration, seed: 0)
    try detector.load(checkpoint: try file("weights").tensors())
    return detector
  }

  static func loss(_ set: String, _ which: ReferenceCase) throws -> ReferenceLoss? {
    let all = try JSONDecoder().decode(
      [String: ReferenceLoss].self, from: Fixtures.data("models/deformable/losses.json"))
    return all["\(which.rawValue).\(set)"]
  }

  /// Names and shapes of a published checkpoint, attention projections taken apart.
  static func officialShapes(_ list: String) throws -> [String: [Int]] {
    let official = try JSONDecoder().decode([String: [Int]].self, from: Fixtures.data("keys/\(list).json"))
    var shapes: [String: [Int]] = [:]
    for (name, shape) in official {
      guard let range = name.firstRange(of: "in_proj_") else {
        shapes[name] = shape
        continue
      }
      for part in ["q", "k", "v"] {
        shapes[name[..<range.lowerBound] + "\(part)_proj." + name[range.upperBound...]] =
          [shape[0] / 3] + shape.dropFirst()
      }
    }
    return shapes
  }
}
