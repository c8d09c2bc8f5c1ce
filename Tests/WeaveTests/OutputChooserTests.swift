import Artifacts
import Authoring
import Foundation
import Testing
import Weave

/// Notebooks of which only records and steps count.
private struct Records {
  var steps: [String: StepNode] = [:]
  var records: [Record] = []

  mutating func step(
    _ key: String, _ inputs: [String] = [], byVersion: Bool = false, _ determinism: Determinism = .exact
  ) {
    let parts = KeyParts(
      step: "s", version: 1, code: [:], isKeyedByVersionAlone: byVersion, parameters: .object([:]),
      inputs: inputs.map { KeyParts.Input(name: $0, step: "s", key: $0, hash: "") })
    let node = StepNode(
      parts: parts, key: key, title: key, determinism: determinism, hash: "", isData: nil)
    steps[node.name] = node
  }

  mutating func value(_ name: String, _ artifacts: [String], _ determinism: Determinism = .exact) {
    let payload = RecordPayload.value(
      RecordedValue(number: Estimate(1), printed: "1", format: .automatic))
    var record = Record(name: name, line: 1, determinism: determinism, payload: payload)
    record.artifacts = artifacts.map { "s/\($0)" }
    records.append(record)
  }

  func notebook(_ name: String) throws -> NotebookState {
    let environment = String(
      decoding: try CanonicalJSON.encode(RunEnvironment(threads: 1)), as: UTF8.self)
    let provenance = try CanonicalJSON.decode(
      Provenance.self,
      from: Data(
        """
        {"kind": "provenance", "notebook": "\(name)", "environment": \(environment),
        "sections": {}, "library": {}}
        """.utf8))
    return NotebookState(
      source: try parseNotebook("//: # A {#sec-a}\nlet one = 1\n", name: name),
      file: RecordFile(provenance: provenance, steps: steps, records: records),
      index: SourceIndex(root: FileManager.default.temporaryDirectory))
  }
}

struct OutputChooserTests {
  /// Costs by the key of a step.
  func chooser(_ notebooks: [NotebookState], _ costs: [String: Double]) -> OutputChooser {
    OutputChooser(notebooks) { node, _ in costs[node.key] }
  }

  @Test("what verifies most numbers for its time comes first, and shared steps are paid once")
  func greedy() throws {
    var one = Records()
    for key in ["shared", "long"] { one.step(key) }
    one.value("a", ["shared"])
    one.value("b", ["shared", "long"])
    var two = Records()
    two.step("quick")
    two.value("c", ["quick"])
    var chooser = chooser(
      [try one.notebook("01-one"), try two.notebook("02-two")], ["shared": 10, "long": 50, "quick": 5])
    let first = chooser.next(within: 100, batchSeconds: 0)
    #expect(first?.labels == ["c"] && first?.seconds == 5 && first?.notebook == "02-two")
    let second = chooser.next(within: 100, batchSeconds: 0)
    #expect(second?.labels == ["a"] && second?.seconds == 10)
    chooser.finish(try #require(second))
    let tooLong = chooser.next(within: 49, batchSeconds: 0)
    #expect(tooLong == nil)
    let third = chooser.next(within: 50, batchSeconds: 0)
    #expect(third?.labels == ["b"] && third?.seconds == 50)
    let none = chooser.next(within: 100, batchSeconds: 0)
    #expect(none == nil)
  }

  @Test("a batch takes along what is quick in its notebook, never what waits for another batch")
  func batches() throws {
    var one = Records()
    for key in ["x", "y", "z"] { one.step(key) }
    one.value("x", ["x"])
    one.value("xx", ["x"])
    one.value("y", ["y"])
    one.value("z", ["z"])
    var two = Records()
    two.step("z")
    two.step("w")
    two.value("z2", ["z"])
    two.value("w", ["w"])
    var chooser = chooser(
      [try two.notebook("01-two"), try one.notebook("02-one")], ["x": 2, "y": 3, "z": 1, "w": 20])
    let first = chooser.next(within: 100, batchSeconds: 5)
    #expect(first?.notebook == "01-two" && first?.labels == ["z2"] && first?.seconds == 1)
    // "z" of the other notebook waits for the step under way.
    let second = chooser.next(within: 100, batchSeconds: 5)
    #expect(second?.notebook == "02-one" && second?.labels == ["x", "xx", "y"] && second?.seconds == 5)
    // Now everything else waits or is long: what does not wait goes first.
    let third = chooser.next(within: 100, batchSeconds: 5)
    #expect(third?.labels == ["w"])
    let last = chooser.next(within: 100, batchSeconds: 5)
    #expect(last?.labels == ["z"] && last?.seconds == 0 && last?.waits == true)
  }

  @Test("a long output takes along all that rests on its steps, and a failure ends its notebook")
  func siblings() throws {
    var one = Records()
    one.step("long")
    one.step("more")
    one.value("a", ["long"])
    one.value("b", ["long"])
    one.value("c", ["more"])
    var chooser = chooser([try one.notebook("01-one")], ["long": 50, "more": 60])
    let batch = chooser.next(within: 100, batchSeconds: 5)
    let first = try #require(batch)
    #expect(first.labels == ["a", "b"] && first.seconds == 50 && !first.waits)
    chooser.finish(first, failed: true)
    let none = chooser.next(within: 100, batchSeconds: 5)
    #expect(none == nil)
  }

  @Test(
    "training is found by hash where its inputs are the same everywhere, and computed with them where not")
  func training() throws {
    var file = Records()
    file.step("data")
    file.step("trained", ["data"], byVersion: true, .exactOn)
    file.step("scores", ["trained"], .exactOn)
    file.value("ap", ["scores"])
    file.step("measured", ["trained"], .exactOn)
    file.step("retrained", ["measured"], byVersion: true, .exactOn)
    file.value("ap-again", ["retrained"])
    let notebook = try file.notebook("01-one")
    let records = try #require(notebook.file)
    func again(_ name: String) throws -> [String] {
      records.stepsToComputeAgain(behind: try #require(records.records.first { $0.name == name })).keys
        .sorted()
    }
    #expect(try again("ap") == ["s/scores"])
    #expect(try again("ap-again") == ["s/measured", "s/retrained"])
  }

  @Test("outputs of unknown cost and those that vary from run to run are never chosen")
  func refused() throws {
    var file = Records()
    file.step("known")
    file.step("unknown")
    file.value("a", ["known", "unknown"])
    file.value("b", ["known"], .volatile)
    var chooser = chooser([try file.notebook("01-one")], ["known": 1])
    let none = chooser.next(within: 1000, batchSeconds: 10)
    #expect(none == nil)
  }
}
