import Boxes
import Detection
import TestSupport
import Testing
import Torch

#if canImport(Glibc)
  import Glibc
#endif

extension DetectionTensorTests {
  /// Sigmoid heads against another implementation, extreme logits included.
  @Suite struct FocalLossTests {
    static let loss = DetectionLoss.deformableDETR

    /// Five queries of two pictures, with four objects in all or the same ones counted as two.
    static func fixture() throws -> (
      output: DetectorOutput, targets: [Target], matching: Matching, file: SafetensorsFile
    ) {
      let file = try SafetensorsFile(contentsOf: Fixtures.url("boxes/focal.safetensors"))
      let box = CenterBox(cx: 0.5, cy: 0.5, w: 0.25, h: 0.25)
      let objects = [
        [(query: 0, category: 0), (query: 1, category: 3), (query: 4, category: 0)],
        [(query: 2, category: 6)],
      ]
      return (
        DetectorOutput(
          logits: try file.tensor("logits").unsqueezed(0), boxes: .full([1, 2, 5, 4], 0.25, type: .float64)),
        objects.map { Target(classes: $0.map(\.category), boxes: $0.map { _ in box }) },
        [objects.map { $0.enumerated().map { MatchedPair(query: $0.element.query, object: $0.offset) } }],
        file
      )
    }

    @Test("the focal loss of a batch is divided by its objects, with its gradient")
    func batch() throws {
      let (output, targets, pairs, file) = try Self.fixture()
      output.logits.setRequiresGradient(true)
      let value = Self.loss.terms(output, targets, pairs).classification.sum()
      #expect(isClose(value.item(), try file.tensor("focal.numBoxes4").item(), relative: 1e-7))
      let gradient = try #require(gradients(of: value, withRespectTo: [output.logits])[0])
      #expect(
        largestDifference(gradient.doubles, try file.tensor("focal.numBoxes4.gradient").doubles) < 1e-7)
    }

    @Test("per-image normalization divides each picture by its own objects, at least one")
    func perImage() throws {
      let (output, targets, pairs, file) = try Self.fixture()
      output.logits.setRequiresGradient(true)
      let value = Self.loss.terms(output, targets, pairs, normalization: .perImage).classification.sum()
      let gradient = try #require(gradients(of: value, withRespectTo: [output.logits])[0])
      let whole = try file.tensor("focal.numBoxes1.gradient")
      let expected = whole * Tensor([1.0 / 3, 1], shape: [2, 1, 1])
      #expect(largestDifference(gradient.doubles, expected.doubles) < 1e-7)

      let nothing = Target(classes: [], boxes: [])
      let empty = Self.loss.terms(output, [nothing, nothing], [[[], []]], normalization: .perImage)
      let probabilities = output.logits.sigmoid().doubles
      let sum = zip(probabilities, (-output.logits).sigmoid().doubles).reduce(0) { sum, pair in
        sum + 0.75 * pair.0 * pair.0 * -log(max(pair.1, .leastNormalMagnitude))
      }
      #expect(isClose(empty.classification.sum().item(), sum, relative: 1e-9))
      #expect(empty.boxDistance.sum().item() == 0)
    }

    @Test("the cost of a class in matching is the focal loss of yes less that of no")
    func cost() throws {
      let file = try SafetensorsFile(contentsOf: Fixtures.url("boxes/focal.safetensors"))
      let expected = try file.tensor("matcher.positiveMinusNegative").doubles
      let costs = try file.tensor("logits").sigmoid().doubles.map { Self.loss.classes.cost($0) }
      #expect(largestDifference(costs, expected) < 1e-12)
    }

    @Test("the best pairs of query and class become detections, a query several times if need be")
    func selection() {
      let logits = Tensor([3.0, -1, 2, 0, 1, -2], shape: [1, 1, 2, 3])
      let boxes = Tensor([0.5, 0.5, 0.2, 0.4, 0.25, 0.75, 0.1, 0.2], shape: [1, 1, 2, 4])
      let found = detections(
        DetectorOutput(logits: logits, boxes: boxes), .best(3), imageIDs: [7],
        extents: [Extent(height: 100, width: 200)], categoryIDs: [1, 17, 90])
      #expect(found.map(\.categoryID) == [1, 90, 17])
      #expect(found.map(\.imageID) == [7, 7, 7])
      #expect(largestDifference(found.map(\.score), [0.95257413, 0.88079708, 0.73105858]) < 1e-6)
      #expect(largestDifference(found.map(\.box.x), [80, 80, 40]) < 1e-4)
      #expect(largestDifference(found.map(\.box.height), [40, 40, 20]) < 1e-4)
      let all = detections(
        DetectorOutput(logits: logits, boxes: boxes), .best(100), imageIDs: [7],
        extents: [Extent(height: 100, width: 200)], categoryIDs: [1, 17, 90])
      #expect(all.count == 6)
    }
  }
}
