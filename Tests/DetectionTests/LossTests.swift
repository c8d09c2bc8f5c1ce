import Boxes
import Detection
import NN
import TestSupport
import Testing
import Torch

extension DetectionTensorTests {
  @Suite struct LossTests {
    /// Five queries of two pictures with the fixture's logits, and boxes that are all alike.
    static func fixture() throws -> (
      output: DetectorOutput, targets: [Target], matching: Matching, file: SafetensorsFile
    ) {
      let file = try SafetensorsFile(contentsOf: Fixtures.url("boxes/crossEntropy.safetensors"))
      let boxes = Tensor.full([1, 2, 5, 4], 0.25, type: .float64)
      let box = CenterBox(cx: 0.5, cy: 0.5, w: 0.25, h: 0.25)
      return (
        DetectorOutput(logits: try file.tensor("logits").unsqueezed(0), boxes: boxes),
        [Target(classes: [3, 0], boxes: [box, box]), Target(classes: [6], boxes: [box])],
        [
          [
            [MatchedPair(query: 1, object: 0), MatchedPair(query: 4, object: 1)],
            [MatchedPair(query: 2, object: 0)],
          ]
        ],
        file
      )
    }

    @Test("the cross entropy is the weighted mean over the batch, with its gradient")
    func batchEntropy() throws {
      let (output, targets, pairs, file) = try Self.fixture()
      output.logits.setRequiresGradient(true)
      let entropy = DetectionLoss.detr.terms(output, targets, pairs).classification
      #expect(isClose(entropy.sum().item(), try file.tensor("batch").item(), relative: 1e-6))
      let gradient = try #require(gradients(of: entropy.sum(), withRespectTo: [output.logits])[0])
      #expect(largestDifference(gradient.doubles, try file.tensor("batch.gradient").doubles) < 1e-6)
    }

    @Test("per-image normalization sums each picture's own loss, which the batch's loss is not")
    func perImageEntropy() throws {
      let (output, targets, pairs, file) = try Self.fixture()
      let own = DetectionLoss.detr.terms(output, targets, pairs, normalization: .perImage)
      let alone = try file.tensor("image0Alone").item() + file.tensor("image1Alone").item()
      #expect(isClose(own.classification.sum().item(), alone, relative: 1e-6))
      #expect(!isClose(try 2 * file.tensor("batch").item(), alone, relative: 1e-3))
      // Boxes: |0.25 - 0.5| twice a box; the mean over each picture's own objects is 0.5, and two pictures make 1.
      #expect(isClose(own.boxDistance.sum().item(), 1, relative: 1e-6))
    }

    @Test("generalized IoU agrees with another implementation for every pair of boxes")
    func generalizedIoU() throws {
      let file = try SafetensorsFile(contentsOf: Fixtures.url("boxes/giou.safetensors"))
      let first = try file.tensor("a.cxcywh")
      let second = try file.tensor("b.cxcywh")
      let expected = try file.tensor("giou").doubles
      let (rows, columns) = (first.size(0), second.size(0))
      for row in 0..<rows {
        let repeated = first.narrowed(0, from: row, count: 1).expanded([columns, 4])
        let loss = generalizedIoULoss(repeated, second).doubles
        for column in 0..<columns {
          let reference = expected[row * columns + column]
          // Two coinciding boxes without area: 0/0 there, a loss of one here.
          #expect(isClose(loss[column], reference.isNaN ? 1 : 1 - reference, absolute: 1e-9))
        }
      }
    }
  }
}
