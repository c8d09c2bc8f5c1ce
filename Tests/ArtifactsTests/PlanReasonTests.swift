import Artifacts
import Testing

struct PlanReasonTests {
  func node(_ bits: Int, code: String = "1") throws -> StepNode {
    let parts = KeyParts(
      step: "uniform", version: 1, code: ["a.swift": code], isKeyedByVersionAlone: false,
      parameters: .object(["bits": .integer(Int64(bits))]), inputs: [])
    return StepNode(parts: parts, key: try parts.key(), title: "\(bits) bits", determinism: .exact, hash: "")
  }

  /// The reasons for steps that no result is known of.
  func reasons(_ planned: [StepNode], before: [StepNode], now: [StepNode]) -> [String] {
    explained(planned.map { PlannedStep(node: $0, reason: .neverRun) }, before: before, now: now)
      .map { "\($0.reason)" }
  }

  @Test("a further value of a parameter is new, one in the place of another names both")
  func parameters() throws {
    let (three, four, five) = (try node(3), try node(4), try node(5))
    #expect(
      reasons([three, four], before: [four, five], now: [three, four, five]) == ["never-run", "never-run"])
    #expect(
      reasons([three, four], before: [four, five], now: [three, four]) == [
        "parameter-changed(bits, 5, 3)", "never-run",
      ])
  }

  @Test("on a machine that never ran it, a step of other code is told by the one that was recorded")
  func code() throws {
    let (old, new) = (try node(4), try node(4, code: "2"))
    #expect(reasons([new], before: [old, try node(5)], now: [new]) == ["code-changed(a.swift)"])
  }

  @Test("a list in another order is told from one with other entries")
  func order() {
    let list = { (texts: [String]) in JSONValue.object(["names": .array(texts.map { .string($0) })]) }
    let reordered = ParameterChange.changes(from: list(["a", "b"]), to: list(["b", "a"]))
    #expect(reordered.map(\.description) == ["names: the same entries in another order"])
    let other = ParameterChange.changes(from: list(["a", "b"]), to: list(["a", "c"]))
    #expect(other.map(\.description) == ["names[1] \"b\" -> \"c\""])
  }
}
