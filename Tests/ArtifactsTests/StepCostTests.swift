import Artifacts
import Foundation
import Testing

struct StepCostTests {
  func trace(_ node: StepNode, seconds: Double, bytes: Int) throws -> Trace {
    let json = """
      {"key":"\(node.key)","title":"t","determinism":{"kind":"exact"},"costSeconds":\(seconds),"reason":"never-run",
       "output":{"file":"x.json","hash":"h","bytes":\(bytes)},
       "environment":{"architecture":"a","vectors":"","libraries":{},"threads":1},
       "parts":\(String(decoding: try CanonicalJSON.encode(node.parts), as: UTF8.self))}
      """
    return try CanonicalJSON.decode(Trace.self, from: Data(json.utf8))
  }

  func node(_ code: String, _ limit: Int) throws -> StepNode {
    let parts = KeyParts(
      step: "count", version: 1, code: ["a.swift": code], isKeyedByVersionAlone: false,
      parameters: .object(["limit": .integer(Int64(limit))]), inputs: [])
    return StepNode(parts: parts, key: try parts.key(), title: "t", determinism: .exact, hash: "h")
  }

  /// The costs after a run of steps that took some seconds each.
  func after(_ before: StepCosts, _ runs: [(node: StepNode, seconds: Double)]) throws -> StepCosts {
    let project = try ScratchProject()
    let store = project.store()
    for run in runs {
      let file = project.root.appending(path: ".quire/store/count/\(run.node.key).trace.json")
      try FileManager.default.createDirectory(
        at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try CanonicalJSON.encode(trace(run.node, seconds: run.seconds, bytes: 1000)).write(to: file)
    }
    return before.updated(nodes: runs.map(\.node), store: store)
  }

  @Test(
    "a step that runs again with other code keeps its entry, unless it takes more than twice or less than half as long"
  )
  func stays() throws {
    let first = try after(StepCosts(), [(node("one", 3), 10)])
    #expect(first.steps.count == 1 && first.steps.values.first?.seconds == 10)
    #expect(try after(first, [(node("two", 3), 13)]) == first)
    #expect(
      try after(first, [(node("two", 3), 21)]).steps.mapValues(\.seconds) == first.steps.mapValues { _ in 21 }
    )
    #expect(
      try after(first, [(node("two", 3), 4)]).steps.mapValues(\.seconds) == first.steps.mapValues { _ in 4 })
    let short = try after(StepCosts(), [(node("one", 3), 0.1)])
    #expect(try after(short, [(node("two", 3), 0.9)]) == short)
  }

  @Test("other parameters have an entry of their own; what no record rests on goes")
  func entries() throws {
    let both = try after(StepCosts(), [(node("one", 3), 10), (node("one", 4), 20)])
    #expect(both.steps.count == 2)
    #expect(try after(both, [(node("one", 4), 20)]).steps.values.map(\.seconds) == [20])
    // Without a trace, as in a clone, what is known stays.
    let project = try ScratchProject()
    #expect(try both.updated(nodes: [node("one", 3), node("one", 4)], store: project.store()) == both)
  }
}
