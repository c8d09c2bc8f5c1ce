// Every parameter of every small detector: batches against single images, and α² AA + 2α AF + FF against the summed loss.
import Boxes
import Detection
import Experiment
import Fisher
import NN
import TestSupport
import Testing
import Torch

extension ExperimentDataTests {
  @Suite("Fisher information of every parameter") struct EveryParameterTests {
    private static let targets: [Target] = [
      Target(
        classes: [1, 4],
        boxes: [CenterBox(cx: 0.3, cy: 0.4, w: 0.3, h: 0.2), CenterBox(cx: 0.7, cy: 0.6, w: 0.2, h: 0.5)]),
      Target(classes: [], boxes: []),
    ]

    /// Values at which no layer is silent and no unit of a bias at zero sits on a kink, unlike those of a start.
    private func detector(_ kind: DetectorKind, _ type: ElementType) -> any Detector {
      let detector = makeDetector(kind.configuration(classCount: 5), seed: 4)
      for (name, parameter) in detector.namedParameters {
        let noise = Tensor.normal(parameter.value.shape, seed: SeedSequence.seed(4, name)) * 0.02
        parameter.value = (parameter.value.detached() + noise).converted(to: type)
        parameter.setTrained(true)
      }
      return detector
    }

    private func losses(
      _ detector: any Detector, _ images: Range<Int>, _ type: ElementType, pictures: UInt64 = 9
    ) -> ImageLosses {
      let pixels = Tensor.normal([2, 3, 64, 64], seed: pictures).converted(to: type)
      let targets = Array(Self.targets[images])
      let output = detector(
        ImageBatch(
          pixels: pixels.narrowed(0, from: images.lowerBound, count: images.count).contiguous(),
          validExtents: targets.map { _ in Extent(height: 64, width: 64) }))
      let loss = detector.loss
      let pairs = loss.matching(output, targets)
      let objective = CriticalObjective(classes: [1, 3], classCount: 5)
      return (
        loss.total(loss.terms(output, targets, pairs, normalization: .perImage)),
        ["critical": objective.loss(.folded, output, targets, pairs, loss, normalization: .perImage)]
      )
    }

    /// DETR-R101 is DETR-R50 with more blocks; the sines of DAB-DETR's anchors are single precision.
    private static let doubleKinds: [DetectorKind] = [.detrR50, .deformableDETRR50]

    @Test("in double precision a batch gives what single images give", arguments: doubleKinds)
    func exactly(kind: DetectorKind) throws {
      let detector = detector(kind, .float64)
      let layers = detector.weightLayers + detector.parametersBesideWeights
      let single = try accumulateFisher(
        of: detector, layers: layers, critical: ["critical"], imageCount: 2
      ) { losses(detector, $0..<$0 + 1, .float64) }
      let batched = try accumulateFisher(
        ofEveryParameterOf: detector, critical: ["critical"], imageCount: 2, batchSize: 2
      ) { losses(detector, $0, .float64) }
      for objective in [Objective.overall, .critical("critical", alpha: 0.5)] {
        let (found, expected) = (batched.diagonals(of: objective), single.diagonals(of: objective))
        let largest = expected.values.map { $0.largest().item() }.max() ?? 0
        #expect(largest > 0 && expected.count == layers.count)
        for (name, diagonal) in expected {
          let difference = try #require(found[name]) - diagonal
          // Softmax does not see the biases of keys: their gradients are nothing but rounding.
          let floor = 1e-24 * largest
          let off = difference.abs().largest().item()
          #expect(
            off <= 1e-9 * diagonal.largest().item() + floor, "\(name): \(off / diagonal.largest().item())")
        }
      }
      // Three values of α, each against a run with the summed loss.
      for alpha in [0.3, 1, 4.0] {
        let direct = try accumulateFisher(of: detector, imageCount: 2, batchSize: 2) {
          let both = losses(detector, $0, .float64)
          return (both.overall * alpha + both.critical["critical"]!, [:])
        }.diagonals(of: .overall)
        let combined = batched.diagonals(of: .critical("critical", alpha: alpha))
        let largest = direct.values.map { $0.largest().item() }.max() ?? 0
        for (name, diagonal) in direct {
          let off = (try #require(combined[name]) - diagonal).abs().largest().item()
          #expect(off <= 1e-9 * diagonal.largest().item() + 1e-24 * largest, "\(name), α = \(alpha)")
        }
      }
    }

    /// On which side of a kink of ReLU, L1 or sampling a unit falls can depend on the last digit, and so on the processor;
    /// then the gradient jumps. So several pictures are drawn, and one at least must show no such jump; a mistake in the
    /// batched formulas would show in all of them.
    @Test(
      "in single precision they agree to one in ten thousand of each tensor's norm",
      arguments: DetectorKind.allCases)
    func singlePrecision(kind: DetectorKind) throws {
      let detector = detector(kind, .float32)
      let layers = detector.weightLayers + detector.parametersBesideWeights
      func norm(_ tensor: Tensor) -> Double { tensor.power(2).sum().item().squareRoot() }
      func disagreements(pictures: UInt64) throws -> [String] {
        let single = try accumulateFisher(of: detector, layers: layers, imageCount: 2) {
          (losses(detector, $0..<$0 + 1, .float32, pictures: pictures).overall, [:])
        }.diagonals(of: .overall)
        let batched = try accumulateFisher(
          ofEveryParameterOf: detector, imageCount: 2, batchSize: 2
        ) {
          (losses(detector, $0, .float32, pictures: pictures).overall, [:])
        }.diagonals(of: .overall)
        let largest = single.values.map { norm($0) }.max() ?? 0
        #expect(largest > 0 && single.count == layers.count)
        return try single.sorted { $0.key < $1.key }.compactMap { name, diagonal in
          let off = norm(try #require(batched[name]) - diagonal)
          return off <= 1e-4 * norm(diagonal) + 1e-12 * largest ? nil : "\(name): \(off / norm(diagonal))"
        }
      }
      var found: [String] = []
      for pictures in 9..<21 as Range<UInt64> {
        found = try disagreements(pictures: pictures)
        if found.isEmpty { break }
      }
      #expect(found == [])
    }
  }
}
