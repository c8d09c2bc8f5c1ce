import Boxes
import Detection
import Fisher
import NN
import TestSupport
import Testing
import Torch

extension ExperimentDataTests {
  @Suite struct DeformableFisherTests {
    static let targets: [Target] = [
      Target(
        classes: [1, 4],
        boxes: [CenterBox(cx: 0.3, cy: 0.4, w: 0.3, h: 0.2), CenterBox(cx: 0.7, cy: 0.6, w: 0.2, h: 0.5)]),
      Target(classes: [], boxes: []),
      Target(classes: [0], boxes: [CenterBox(cx: 0.5, cy: 0.5, w: 0.6, h: 0.2)]),
    ]

    /// Values at which no layer is silent, unlike those a training starts from. In double precision, since rounding moves a
    /// point across the center of a cell or a ReLU across zero now and then, where gradients jump.
    static func detector(refinesBoxes: Bool) -> any Detector {
      let detector = makeDetector(
        .deformableDETR(.mini(classCount: 5, refinesBoxes: refinesBoxes)), seed: 4)
      for (name, parameter) in detector.namedParameters where name.hasSuffix(".weight") {
        let noise = Tensor.normal(parameter.value.shape, seed: SeedSequence.seed(4, name)) * 0.02
        parameter.value.assign((parameter.value + noise).detached())
      }
      for (_, parameter) in detector.namedParameters {
        parameter.value = parameter.value.detached().converted(to: .float64)
        parameter.setTrained(true)
      }
      return detector
    }

    @Test(
      "every layer of the small Deformable DETR has in a batch the Fisher information of single pictures",
      arguments: [false, true])
    func batches(refinesBoxes: Bool) throws {
      let detector = Self.detector(refinesBoxes: refinesBoxes)
      let pixels = Tensor.normal([3, 3, 96, 96], seed: 9).converted(to: .float64)
      func losses(_ images: Range<Int>) -> ImageLosses {
        let targets = Array(Self.targets[images])
        let batch = ImageBatch(
          pixels: pixels.narrowed(0, from: images.lowerBound, count: images.count).contiguous(),
          validExtents: targets.map { _ in Extent(height: 96, width: 96) })
        let output = detector(batch)
        let loss = detector.loss
        let terms = loss.terms(output, targets, loss.matching(output, targets), normalization: .perImage)
        return (loss.total(terms), [:])
      }
      let single = try accumulateFisher(of: detector, imageCount: 3) { losses($0..<$0 + 1) }
      let batched = try accumulateFisher(of: detector, imageCount: 3, batchSize: 3, losses: losses)
      let (found, expected) = (batched.diagonals(of: .overall), single.diagonals(of: .overall))
      #expect(expected.count == (refinesBoxes ? 178 : 158))
      func norm(_ tensor: Tensor) -> Double { tensor.power(2).sum().item().squareRoot() }
      for (name, diagonal) in expected {
        #expect(norm(diagonal) > 0, "\(name)")
        let difference = norm(try #require(found[name]) - diagonal)
        #expect(difference <= 1e-8 * norm(diagonal), "\(name): \(difference / norm(diagonal))")
      }
    }
  }
}
