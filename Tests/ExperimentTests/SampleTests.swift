// What is said about samples: their sizes, numbers in pairs, and what categories are foretold.
import Artifacts
import Authoring
import Experiment
import Fisher
import Foundation
import Quantization
import Testing

@Suite struct SampleTests {
  @Test("the sizes of samples are those of the steps, the largest first, and no larger than their splits")
  func sizes() {
    let study = Study(Notebook(environment: [:]), .detrR50, on: .detection)
    let sizes = study.sampleSizes()
    #expect(sizes.map(\.count) == sizes.map(\.count).sorted(by: >))
    #expect(sizes.first?.count == study.source.count(of: .report))
    let (detector, source) = (study.detector, study.source)
    for (start, count) in [
      ("Fisher information, ", LayerFisher(of: detector, on: source, groups: study.groups).sceneCount),
      ("squared gradients", BatchGradients(of: detector, on: source).sceneCount),
      (
        "rise of the loss with",
        MeasuredSensitivity(of: detector, on: source, groups: study.groups).sceneCount
      ),
      ("Fisher information of single", CategoryGram(of: detector, on: source).sceneCount),
      ("Hessian traces", LayerHessian(of: detector, on: source).sceneCount),
    ] {
      #expect(sizes.filter { $0.measurement.hasPrefix(start) }.map(\.count) == [count], "\(start)")
    }
    #expect(sizes.dropFirst().allSatisfy { $0.split == .selection })
    #expect(sizes.dropFirst().allSatisfy { $0.count <= study.source.count(of: .selection) })
    #expect(Set(sizes.map(\.measurement)).count == sizes.count)
  }

  @Test(
    "what is foretold for an object is half of trace over weights times squared error, summed over layers")
  func foretold() throws {
    let gram = try decoded(
      LayerGram.self,
      #"{"layerNames": ["a", "b"], "weightCounts": [3, 2], "parts": ["cat", "dog"], "imageCount": 9, "matrices": [[6, 1, 1, 2], [4, 0, 0, 8]]}"#
    )
    let errors = try decoded(
      [LayerErrors].self,
      #"[{"name": "a", "weightCount": 3, "squaredErrors": [5]}, {"name": "b", "weightCount": 2, "squaredErrors": [1]}]"#
    )
    // cat: ½ (6/3 · 5 + 4/2 · 1) = 6 in a scene, dog: ½ (2/3 · 5 + 8/2 · 1) = 11/3.
    let rises = try foretoldRises(gram, of: ["dog", "cat"], errors: errors, objectsPerScene: [2, 0.5])
    #expect(abs(rises[0] - 11.0 / 6) < 1e-12 && rises[1] == 12)
    #expect(try foretoldRises(gram, of: ["cat"], errors: errors, objectsPerScene: [0])[0].isNaN)
    #expect(throws: FisherError.self) {
      try foretoldRises(gram, of: ["cow"], errors: errors, objectsPerScene: [1])
    }
  }

  @Test(
    "rises between measured widths lie on a line, beyond them they change fourfold with each bit, falls are nothing"
  )
  func widths() {
    #expect(
      interpolated([1, 8, 16], at: [6, 4, 3], for: [2, 3, 4, 5, 6, 7, 8]) == [
        64, 16, 8, 4.5, 1, 0.25, 0.0625,
      ])
    #expect(interpolated([-1, 2], at: [6, 3], for: [1, 2, 3, 6, 8]) == [32, 8, 2, 0, 0])
  }

  @Test("layers that are foretold nothing count neither as rising more than foretold nor as falling")
  func foretoldShares() {
    let found = shares(of: [(1, 2), (1, 0.5), (0, 3), (2, -1), (3, 9)])
    #expect(found.above == 0.5 && found.fallen == 0.25)
    #expect(shares(of: [(0, 1)]).above.isNaN)
  }

  private func decoded<Value: Decodable>(_ type: Value.Type, _ text: String) throws -> Value {
    try CanonicalJSON.decode(type, from: Data(text.utf8))
  }
}
