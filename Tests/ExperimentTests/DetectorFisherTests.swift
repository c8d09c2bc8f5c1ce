import Boxes
import Detection
import Fisher
import NN
import TestSupport
import Testing
import Torch

extension ExperimentDataTests {
  /// Per-image Fisher information of detectors: batched passes against one image at a time.
  @Suite struct DetectorFisherTests {
    static let backbone = ResNetConfiguration(
      stemWidth: 4, widths: [4, 4, 6, 8], blockCounts: [1, 1, 1, 1], dilatesLastStage: true)

    static let configurations: [DetectorConfiguration] = [
      .detr(
        DETRConfiguration(
          backbone: backbone, width: 16, headCount: 2, hiddenWidth: 24, encoderLayerCount: 2,
          decoderLayerCount: 2, queryCount: 6, classCount: 5)),
      .dabDETR(
        DABDETRConfiguration(
          backbone: backbone, width: 16, headCount: 2, hiddenWidth: 24, encoderLayerCount: 2,
          decoderLayerCount: 3, queryCount: 6, classCount: 5, detectionCount: 10)),
    ]

    /// Values at which no layer is silent, unlike those a training starts from.
    static func detector(_ configuration: DetectorConfiguration) -> any Detector {
      let detector = makeDetector(configuration, seed: 4)
      for (index, entry) in detector.namedParameters.enumerated() {
        let value = entry.parameter.value
        let noise = Tensor.normal(value.shape, seed: UInt64(index)) * 0.1
        value.assign((value + noise).detached())
      }
      return detector
    }

    static let targets: [Target] = [
      Target(
        classes: [1, 4],
        boxes: [CenterBox(cx: 0.3, cy: 0.4, w: 0.3, h: 0.2), CenterBox(cx: 0.7, cy: 0.6, w: 0.2, h: 0.5)]),
      Target(classes: [], boxes: []),
      Target(
        classes: [0, 1, 3],
        boxes: (1...3).map { CenterBox(cx: 0.2 * Double($0), cy: 0.5, w: 0.1 * Double($0), h: 0.3) }),
    ]

    @Test("a batch gives each layer what single images give it", arguments: configurations)
    func batches(_ configuration: DetectorConfiguration) throws {
      let detector = Self.detector(configuration)
      let pixels = Tensor.normal([3, 3, 64, 64], seed: 9)
      let objective = CriticalObjective(classes: [1, 3], classCount: 5)
      func losses(_ images: Range<Int>) -> ImageLosses {
        let targets = Array(Self.targets[images])
        let extent = Extent(height: 64, width: 64)
        let output = detector(
          ImageBatch(
            pixels: pixels.narrowed(0, from: images.lowerBound, count: images.count).contiguous(),
            validExtents: targets.map { _ in extent }))
        let loss = detector.loss
        let pairs = loss.matching(output, targets)
        func total(_ output: DetectorOutput, _ targets: [Target]) -> Tensor {
          loss.total(loss.terms(output, targets, pairs, normalization: .perImage))
        }
        return (
          total(output, targets),
          ["critical": total(objective.folded(output), targets.map { objective.folded($0) })]
        )
      }
      let loop = try accumulateFisher(of: detector, critical: ["critical"], imageCount: 3) {
        losses($0..<$0 + 1)
      }
      let batched = try accumulateFisher(
        of: detector, critical: ["critical"], imageCount: 3, batchSize: 3, losses: losses)
      for objective in [Objective.overall, .critical("critical", alpha: 0.5)] {
        let (made, expected) = (batched.diagonals(of: objective), loop.diagonals(of: objective))
        func norm(_ tensor: Tensor?) -> Double { tensor?.power(2).sum().item().squareRoot() ?? .infinity }
        let largest = expected.values.map { norm($0) }.max() ?? 0
        #expect(largest > 0)
        for (name, diagonal) in expected {
          let difference = norm(made[name].map { $0 - diagonal })
          // Layers whose gradient is nothing but rounding have a diagonal of that size squared.
          #expect(difference <= 1e-4 * norm(diagonal) + 1e-12 * largest, "\(name)")
        }
      }
    }
  }
}
