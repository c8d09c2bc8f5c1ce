// Scores on every second picture of a list.
import Artifacts
import COCO
import Experiment
import Foundation
import TestSupport
import Testing

/// Pictures in an order that is not that of their ids, each with a person and a cat.
private struct Pictures: Step {
  static let name = "pictures"
  static let version = 1
  static let sources: [String] = []
  static let determinism = Determinism.exact

  let imageIDs: [Int]

  var title: String { "pictures \(imageIDs)" }

  static func box(_ categoryID: Int) -> PixelBox {
    PixelBox(x: Double(30 * categoryID), y: 10, width: 20, height: 40)
  }

  func run(_ context: StepContext) -> Dataset {
    Dataset(
      images: imageIDs.map { ImageRecord(id: $0, width: 100, height: 60, fileName: "\($0).png") },
      annotations: imageIDs.flatMap { image in
        [1, 2].map { Annotation(id: 10 * image + $0, imageID: image, categoryID: $0, box: Self.box($0)) }
      },
      categories: [
        Category(id: 1, name: "person", supercategory: "person"),
        Category(id: 2, name: "cat", supercategory: "animal"),
      ])
  }
}

/// Persons and cats found where they are in some pictures, and nothing in others.
private struct Found: Step {
  static let name = "found"
  static let version = 1
  static let sources: [String] = []
  static let determinism = Determinism.exact

  let persons: [Int]
  let cats: [Int]

  var title: String { "persons in \(persons), cats in \(cats)" }

  func run(_ context: StepContext) -> DetectionSet {
    DetectionSet(
      [persons, cats].enumerated().flatMap { place, images in
        images.map {
          Detection(imageID: $0, categoryID: place + 1, box: Pictures.box(place + 1), score: 0.5)
        }
      })
  }
}

extension ExperimentDataTests {
  @Suite("Scores on half the pictures") struct HalfScoringTests {
    private let temporary = TemporaryStore()
    private var store: Store { temporary.store }

    @Test("the halves are told by the place in the list of pictures, not by the pictures' ids")
    func places() throws {
      let truth = Artifact(Pictures(imageIDs: [40, 10, 30, 20]), in: store)
      let found = Artifact(Found(persons: [40, 30], cats: [40, 10, 30]), in: store)
      func scores(_ remainder: Int) throws -> RowScores {
        try Artifact(
          HalfScoring(found, truth: truth, groups: [.person], remainder: remainder, resampleCount: 20),
          in: store
        ).value
      }
      let (first, second) = (try scores(0), try scores(1))
      #expect(first.precision.imageCount == 2 && second.precision.imageCount == 2)
      #expect(first.precision.sets.map(\.name) == ["all", "person"])
      // Places 0 and 2 are the pictures 40 and 30, in which everything is found.
      #expect(isClose(first.statistics.ap, 1, absolute: 1e-12))
      #expect(first.precision.values.joined().allSatisfy { isClose($0, 1, absolute: 1e-12) })
      // Places 1 and 3 are the pictures 10 and 20: no person, and one cat of two, found with certainty, which reaches the
      // recalls 0 to 0.5, 51 of 101.
      #expect(second.precision.estimates[1] == 0)
      #expect(isClose(second.statistics.ap, 51.0 / 101 / 2, absolute: 1e-12), "\(second.statistics.ap)")
    }
  }
}
