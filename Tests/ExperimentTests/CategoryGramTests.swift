// The parts of detection losses by category: their sum, and the traces of sets from one pass.
import Boxes
import Detection
import Fisher
import NN
import TestSupport
import Testing
import Torch

extension ExperimentDataTests {
  @Suite("Parts of the loss by category") struct CategoryGramTests {
    private static var pixels: Tensor { Tensor.normal([3, 3, 64, 64], seed: 9) }

    private func output(_ detector: any Detector, _ images: Range<Int>) -> DetectorOutput {
      detector(
        ImageBatch(
          pixels: Self.pixels.narrowed(0, from: images.lowerBound, count: images.count).contiguous(),
          validExtents: images.map { _ in Extent(height: 64, width: 64) }))
    }

    private func parts(_ detector: any Detector, _ images: Range<Int>) -> CategoryParts {
      let output = output(detector, images)
      let targets = Array(DetectorFisherTests.targets[images])
      return detector.loss.categoryParts(output, targets, detector.loss.matching(output, targets))
    }

    @Test("together the parts are the loss", arguments: DetectorFisherTests.configurations)
    func sum(_ configuration: DetectorConfiguration) throws {
      let detector = DetectorFisherTests.detector(configuration)
      let output = output(detector, 0..<3)
      let loss = detector.loss
      let targets = DetectorFisherTests.targets
      let whole = loss.total(
        loss.terms(output, targets, loss.matching(output, targets), normalization: .perImage)
      ).item()
      let parts = parts(detector, 0..<3)
      let sum =
        parts.classes.values.reduce(0) { $0 + $1.item() } + (parts.background?.item() ?? 0)
        + parts.boxes.item()
      #expect(isClose(sum, whole, relative: 1e-5))
      #expect(Set(parts.classes.keys).isSuperset(of: [0, 1, 3, 4]))
    }

    @Test(
      "from one pass over all categories, the traces of any set are those of its own loss",
      arguments: DetectorFisherTests.configurations)
    func anySet(_ configuration: DetectorConfiguration) throws {
      let detector = DetectorFisherTests.detector(configuration)
      func named(_ parts: CategoryParts) -> [String: Tensor] {
        var result = Dictionary(uniqueKeysWithValues: parts.classes.map { ("\($0)", $1) })
        result["boxes"] = parts.boxes
        result["background"] = parts.background
        return result
      }
      let gram = try accumulateGram(
        of: detector, parts: (0..<5).map { "\($0)" } + ["background", "boxes"], imageCount: 3, batchSize: 2
      ) { named(parts(detector, $0)) }
      for names in [["1", "boxes"], ["0", "3", "4", "boxes"], ["boxes"]] {
        let accumulator = try accumulateFisher(of: detector, imageCount: 3) { image in
          let all = named(parts(detector, image..<image + 1))
          let present = names.compactMap { all[$0] }
          return (present.dropFirst().reduce(present[0]) { $0 + $1 }, [:])
        }
        let norms = accumulator.measurement(bits: []).squaredNorms(of: .overall)
        let expected = norms[0].indices.map { layer in norms.reduce(0) { $0 + $1[layer] } / 3 }
        let found = try gram.traces(of: names)
        let largest = expected.max() ?? 0
        for (layer, trace) in expected.enumerated() {
          #expect(
            abs(found[layer] - trace) <= 1e-4 * trace + 1e-9 * largest, "\(gram.layerNames[layer]), \(names)")
        }
      }
    }
  }
}
