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

    @Test(
      "the loss of each picture in a batch is that of the picture alone, for every reading of the critical loss",
      arguments: [DetectionLoss.detr, .deformableDETR])
    func imageTotals(loss: DetectionLoss) throws {
      let (layers, pictures, queries, classes) = (2, 3, 4, 5)
      var isSoftmax = false
      if case .softmax = loss.classes { isSoftmax = true }
      let output = DetectorOutput(
        logits: .normal([layers, pictures, queries, classes + (isSoftmax ? 1 : 0)], seed: 1),
        boxes: Tensor.normal([layers, pictures, queries, 4], seed: 2).sigmoid())
      // One picture without objects, one with critical and other ones, one with others alone.
      let targets = [
        Target(classes: [], boxes: []),
        Target(
          classes: [1, 4, 1],
          boxes: [0.2, 0.5, 0.7].map { CenterBox(cx: $0, cy: 0.4, w: 0.2, h: 0.3) }),
        Target(classes: [2], boxes: [CenterBox(cx: 0.5, cy: 0.5, w: 0.6, h: 0.4)]),
      ]
      let pairs = loss.matching(output, targets)
      let objective = CriticalObjective(classes: [1], classCount: classes)
      for variant in CriticalVariant.allCases {
        let together = objective.terms(variant, output, targets, pairs, loss, normalization: .perImage)
          .imageTotals(loss.weights).floats
        #expect(together.count == pictures)
        for picture in 0..<pictures {
          let own = DetectorOutput(
            logits: output.logits.narrowed(1, from: picture, count: 1),
            boxes: output.boxes.narrowed(1, from: picture, count: 1))
          let alone = objective.loss(
            variant, own, [targets[picture]], pairs.map { [$0[picture]] }, loss, normalization: .perImage)
          #expect(isClose(Double(together[picture]), alone.item(), relative: 1e-5), "\(variant) \(picture)")
        }
      }
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
