import Detection
import FoundationEssentials
import NN
import TestSupport
import Testing
import Torch

/// libtorch's threads are shared by the process, so everything with tensors runs one after the other.
@Suite(.serialized) struct DetectionTensorTests {}

extension DetectionTensorTests {
  /// Against an independent implementation in double precision; its README states the tolerances.
  @Suite struct DETRParityTests {
    @Test(
      "features, positions, memory, states, logits and boxes equal another implementation's",
      arguments: ReferenceCase.allCases)
    func states(_ which: ReferenceCase) throws {
      let outputs = try Reference.outputs()
      let result = try withoutGradients { () throws in
        try Reference.detector().states(of: Reference.batch(which))
      }
      func difference(_ actual: Tensor, _ name: String) throws -> Double {
        largestDifference(actual.doubles, try outputs.tensor("\(which.rawValue).\(name)").doubles)
      }
      func absolute(_ actual: Tensor, _ name: String) throws -> Double {
        let expected = try outputs.tensor("\(which.rawValue).\(name)")
        guard actual.shape == expected.shape else { return .infinity }
        return (actual - expected).abs().largest().item()
      }
      #expect(try difference(result.features[3], "feature.0") < 1e-5)
      let position = try outputs.tensor("\(which.rawValue).position.0")  // [image, width, row, column]
      let flat = position.reshaped([position.size(0), position.size(1), -1]).transposed(1, 2).contiguous()
      #expect(largestDifference(result.position.expanded(flat.shape).doubles, flat.doubles) < 1e-5)
      #expect(try absolute(result.memory, "encoderLast") < 3e-4)
      #expect(try absolute(result.decoded.selected(0, 1), "decoderLast") < 3e-4)
      #expect(try absolute(result.output.logits.selected(0, 1), "logits") < 2e-4)
      #expect(try absolute(result.output.logits.selected(0, 0), "aux.0.logits") < 2e-4)
      #expect(try absolute(result.output.boxes.selected(0, 1), "boxes") < 1e-5)
      #expect(try absolute(result.output.boxes.selected(0, 0), "aux.0.boxes") < 1e-5)
    }

    @Test(
      "matchings are equal and losses agree to 2e-5, with empty pictures and more objects than queries",
      arguments: ReferenceCase.allCases, ["two", "firstEmpty", "bothEmpty", "moreThanQueries"])
    func losses(_ which: ReferenceCase, _ set: String) throws {
      let expected = try Reference.loss(set, which)
      let targets = try Reference.targets(set, which)
      let (pairs, terms) = try withoutGradients { () throws in
        let output = try Reference.detector()(Reference.batch(which))
        let pairs = DetectionLoss.detr.matching(output, targets)
        return (pairs, DetectionLoss.detr.terms(output, targets, pairs))
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
        let last = try #require(expected.parts[name])
        let first = try #require(expected.parts[name + "_0"])
        #expect(isClose(tensor.selected(0, 1).item(), last, absolute: 1e-7, relative: 2e-5))
        #expect(isClose(tensor.selected(0, 0).item(), first, absolute: 1e-7, relative: 2e-5))
      }
      #expect(isClose(DetectionLoss.detr.total(terms).item(), expected.total, relative: 2e-5))
    }

    @Test("gradients of ten tensors agree to 5e-4 in norm", arguments: ReferenceCase.allCases)
    func gradientsOfTensors(_ which: ReferenceCase) throws {
      let detector = try Reference.detector()
      let targets = try Reference.targets("two", which)
      let output = try detector(Reference.batch(which))
      let loss = detector.loss
      loss.total(loss.terms(output, targets, loss.matching(output, targets))).backward()
      let file = try SafetensorsFile(contentsOf: Fixtures.url("models/detr/gradients.safetensors"))
      let parameters = Dictionary(
        uniqueKeysWithValues: detector.namedParameters.map { ($0.name, $0.parameter.value) })
      let prefix = which.rawValue + "."
      let names = file.names.filter { $0.hasPrefix(prefix) }
      #expect(names.count == 10)
      for name in names {
        let own = try #require(parameters[try RenameRules.official(String(name.dropFirst(prefix.count)))])
        let expected = try file.tensor(name)
        let norm = expected.power(2).sum().item().squareRoot()
        guard norm > 0 else {
          // The values of the first decoder layer start from zero content, so their weights get no gradient.
          #expect((own.gradient?.abs().largest().item() ?? 0) < 1e-6)
          continue
        }
        let difference = (try #require(own.gradient) - expected).power(2).sum().item().squareRoot()
        #expect(difference / norm < 5e-4, "\(name)")
      }
    }

    @Test(
      "every name of the official checkpoints is consumed and none is left",
      arguments: [
        ("official-detr-resnet-50", [3, 4, 6, 3], 154), ("official-detr-resnet-101", [3, 4, 23, 3], 205),
      ])
    func names(_ file: String, _ blocks: [Int], _ layerCount: Int) throws {
      var configuration = DETRConfiguration.full()
      configuration.backbone.blockCounts = blocks
      let detector = DETR(configuration, seed: 0)
      #expect(detector.weightLayers.count == layerCount)
      let official = try JSONDecoder().decode([String: [Int]].self, from: Fixtures.data("keys/\(file).json"))
      var expected: [String: [Int]] = [:]
      for (name, shape) in official {
        guard let range = name.firstRange(of: "in_proj_") else {
          expected[name] = shape
          continue
        }
        for part in ["q", "k", "v"] {
          let split = name[..<range.lowerBound] + "\(part)_proj." + name[range.upperBound...]
          expected[String(split)] = [shape[0] / 3] + shape.dropFirst()
        }
      }
      #expect(detector.state.mapValues(\.shape) == expected)
    }
  }
}
