// Random detectors whose outputs another implementation computed (Fixtures/models), under this project's names.
import Boxes
import Detection
import FoundationEssentials
import NN
import TestSupport
import Testing
import Torch

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

/// One of the reference models.
struct Reference {
  /// Its folder.
  let name: String
  let configuration: DetectorConfiguration

  static let backbone = ResNetConfiguration(
    stemWidth: 16, widths: [8, 12, 16, 24], blockCounts: [1, 2, 1, 1], dilatesLastStage: false)

  static let detr = Reference(
    name: "detr",
    configuration: .detr(
      DETRConfiguration(
        backbone: backbone, width: 64, headCount: 8, hiddenWidth: 128, encoderLayerCount: 2,
        decoderLayerCount: 2, queryCount: 10, classCount: 7)))

  static let dab = Reference(
    name: "dab",
    configuration: .dabDETR(
      DABDETRConfiguration(
        backbone: backbone, width: 64, headCount: 8, hiddenWidth: 128, encoderLayerCount: 2,
        decoderLayerCount: 2, queryCount: 10, classCount: 7, detectionCount: 20)))

  static let deformable = Reference(
    name: "deformable",
    configuration: .deformableDETR(
      DeformableDETRConfiguration(
        backbone: backbone, width: 64, headCount: 8, levelCount: 4, pointCount: 4, hiddenWidth: 128,
        encoderLayerCount: 2, decoderLayerCount: 2, queryCount: 10, classCount: 7)))

  /// The detector with the fixture's weights. What layers share is stored under its first name.
  func detector<Model: Detector>(_ type: Model.Type = Model.self) throws -> Model {
    let detector = makeDetector(configuration, seed: 0)
    try detector.load(checkpoint: try file("weights").tensors())
    return try Self.require(detector as? Model)
  }

  /// Names and shapes of a published checkpoint's tensors, stacked attention projections taken apart.
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

  /// `weights`, `outputs` or `gradients`.
  func file(_ content: String) throws -> SafetensorsFile {
    try SafetensorsFile(contentsOf: Fixtures.url("models/\(name)/\(content).safetensors"))
  }

  static func targets(_ set: String, _ which: ReferenceCase) throws -> [Target] {
    let sets = try JSONDecoder().decode(
      [String: [ReferenceTarget]].self, from: Fixtures.data("models/targets.json"))
    let all = try require(sets[set])
    return which.images.map { all[$0].target }
  }

  func loss(_ set: String, _ which: ReferenceCase) throws -> ReferenceLoss {
    let all = try JSONDecoder().decode(
      [String: ReferenceLoss].self, from: Fixtures.data("models/\(name)/losses.json"))
    return try Self.require(all["\(which.rawValue).\(set)"])
  }

  private static func require<Value>(_ value: Value?) throws -> Value {
    guard let value else { throw TorchError("the fixture lacks an entry") }
    return value
  }
}

extension Reference {
  /// Matchings must be equal, and the parts of the loss of both layers must agree to 2e-5.
  func expectLosses(_ set: String, _ which: ReferenceCase, of detector: any Detector) throws {
    let expected = try loss(set, which)
    let targets = try Self.targets(set, which)
    let (pairs, terms) = try withoutGradients { () throws in
      let output = try detector(Self.batch(which))
      let pairs = detector.loss.matching(output, targets)
      return (pairs, detector.loss.terms(output, targets, pairs))
    }
    for (layer, reference) in [expected.matching.first, expected.matching.last].enumerated() {
      for (image, expectedPairs) in reference.enumerated() {
        let order = zip(expectedPairs[0], expectedPairs[1]).sorted { $0.0 < $1.0 }
        #expect(pairs[layer][image].map(\.query) == order.map(\.0))
        #expect(pairs[layer][image].map(\.object) == order.map(\.1))
      }
    }
    for (name, tensor) in [
      ("loss_ce", terms.classification), ("loss_bbox", terms.boxDistance), ("loss_giou", terms.overlap),
    ] {
      let last = try Self.require(expected.parts[name])
      let first = try Self.require(expected.parts[name + "_0"])
      #expect(isClose(tensor.selected(0, 1).item(), last, absolute: 1e-7, relative: 2e-5), "\(name)")
      #expect(isClose(tensor.selected(0, 0).item(), first, absolute: 1e-7, relative: 2e-5), "\(name)")
    }
    #expect(isClose(detector.loss.total(terms).item(), expected.total, relative: 2e-5))
  }

  /// The gradients of ten tensors must agree in norm, relative to the reference's.
  ///
  /// - Parameter type: what the detector computes in. In single precision the early layers differ by how a processor rounds
  ///   inputs of ReLU close to zero.
  func expectGradients(
    _ which: ReferenceCase, of detector: any Detector, in type: ElementType, within tolerance: Double
  ) throws {
    for (_, parameter) in detector.namedParameters {
      let isTrained = parameter.isTrained
      parameter.value = parameter.value.detached().converted(to: type)
      parameter.setTrained(isTrained)
    }
    let targets = try Self.targets("two", which)
    let batch = try Self.batch(which)
    let output = detector(
      ImageBatch(pixels: batch.pixels.converted(to: type), validExtents: batch.validExtents))
    let loss = detector.loss
    loss.total(loss.terms(output, targets, loss.matching(output, targets))).backward()
    let parameters = Dictionary(
      uniqueKeysWithValues: detector.namedParameters.map { ($0.name, $0.parameter.value) })
    let prefix = which.rawValue + "."
    let stored = try file("gradients").tensors().filter { $0.key.hasPrefix(prefix) }
      .map { (String($0.key.dropFirst(prefix.count)), $0.value) }
    let gradients = officialTensors(
      Dictionary(uniqueKeysWithValues: stored), of: configuration.architecture
    ) { _ in false }
    #expect(gradients.count == 10)
    for (name, expected) in gradients {
      let own = try Self.require(parameters[name])
      let norm = expected.power(2).sum().item().squareRoot()
      guard norm > 0 else {
        // The values of the first decoder layer start from zero content, so their weights get no gradient.
        #expect((own.gradient?.abs().largest().item() ?? 0) < 1e-6)
        continue
      }
      let gradient = try Self.require(own.gradient)
      let difference = (gradient - expected.converted(to: type)).power(2).sum().item().squareRoot()
      #expect(difference / norm < tolerance, "\(name)")
    }
  }

  /// Compares a state with the reference's.
  func largestDifference(_ actual: Tensor, _ which: ReferenceCase, _ name: String) throws -> Double {
    let expected = try file("outputs").tensor("\(which.rawValue).\(name)")
    guard actual.shape == expected.shape else { return .infinity }
    return (actual - expected).abs().largest().item()
  }

  /// Logits and boxes of both layers must agree.
  func expectOutput(_ output: DetectorOutput, _ which: ReferenceCase) throws {
    for (layer, prefix) in ["aux.0.", ""].enumerated() {
      #expect(try largestDifference(output.logits.selected(0, layer), which, prefix + "logits") < 2e-4)
      #expect(try largestDifference(output.boxes.selected(0, layer), which, prefix + "boxes") < 1e-5)
    }
  }

  /// A position encoding `[image or 1, cell, width]` must agree with the reference's `[image, width, row, column]`.
  func expectPosition(_ position: Tensor, _ which: ReferenceCase) throws {
    let expected = try file("outputs").tensor("\(which.rawValue).position.0")
    let flat = expected.reshaped([expected.size(0), expected.size(1), -1]).transposed(1, 2)
    #expect((position - flat).abs().largest().item() < 1e-5)
  }
}
