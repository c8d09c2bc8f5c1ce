// What is made with bits must not depend on the cost they were chosen by.
import Artifacts
import Authoring
import Experiment
import Foundation
import Quantization
import TestSupport
import Testing

/// An assignment of a given cost.
private struct Chosen: Step {
  static let name = "chosen"
  static let version = 1
  static let sources: [String] = []
  static let determinism = Determinism.exact

  let cost: Double
  let width: Int

  var title: String { "\(width) bits at \(cost)" }

  func run(_ context: StepContext) throws -> WeightBits {
    try CanonicalJSON.decode(
      WeightBits.self,
      from: Data(
        """
        {"bits": {"a": \(width)}, "objective": \(cost), "size": {"quantizedWeightCount": 1, "codeBits": \(width),
        "codeBytes": 1, "scaleBytes": 4, "floatingPointBytes": 0}}
        """.utf8))
  }
}

@Suite("Assigned bits") struct AssignedBitsTests {
  private let temporary = TemporaryStore()
  private var store: Store { temporary.store }

  @Test("the cost is left out, so that equal bits are one result; other bits are another")
  func withoutCost() throws {
    func assigned(_ cost: Double, _ width: Int) throws -> Data {
      try Artifact(AssignedBits(Artifact(Chosen(cost: cost, width: width), in: store)), in: store).value
        .encoded()
    }
    let one = try assigned(1.5, 4)
    #expect(try assigned(1.5000000000000002, 4) == one)
    #expect(try assigned(1.5, 5) != one)
    let bits = try CanonicalJSON.decode(WeightBits.self, from: one)
    #expect(bits.bits == ["a": 4] && bits.objective == nil && bits.size.codeBits == 4)
  }

  @Test("a study runs its detector once for equal bits of different costs, and again for other bits")
  func detections() throws {
    let study = Study(Notebook(environment: [:]) { [temporary] in temporary.store }, .detrR50, on: .detection)
    func key(_ cost: Double, _ width: Int) throws -> String {
      try study.detections(Artifact(Chosen(cost: cost, width: width), in: store)).key()
    }
    let one = try key(1.5, 4)
    #expect(try key(2.5, 4) == one)
    #expect(try key(1.5, 5) != one)
    #expect(try study.detections().key() != one)
  }
}
