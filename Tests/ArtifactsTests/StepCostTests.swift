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

  /// A step; `train` is keyed by version alone. Perhaps with others behind it.
  func node(_ code: String, _ limit: Int, step: String = "count", behind: [StepNode] = []) throws -> StepNode
  {
    let parts = KeyParts(
      step: step, version: 1, code: ["a.swift": code], isKeyedByVersionAlone: step == "train",
      parameters: .object(["limit": .integer(Int64(limit))]),
      inputs: behind.map { .init(name: $0.parts.step, step: $0.parts.step, key: $0.key, hash: $0.hash) })
    let key = try parts.key()
    return StepNode(parts: parts, key: key, title: "t", determinism: .exact, hash: "value of \(key)")
  }

  /// The costs after a run of steps that took some seconds each.
  func after(_ before: StepCosts, _ runs: [(node: StepNode, seconds: Double)]) throws -> StepCosts {
    let project = try ScratchProject()
    let store = project.store()
    for run in runs {
      let file = project.root.appending(
        path: ".quire/store/\(run.node.parts.step)/\(run.node.key).trace.json")
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

  @Test(
    "steps with the same parameters cost what they did behind the same training, whatever code and bits were")
  func kinds() throws {
    func detections(of detector: StepNode, bits: StepNode? = nil, _ code: String) throws -> StepNode {
      try node(code, 500, step: "detections", behind: [detector] + (bits.map { [$0] } ?? []))
    }
    let (small, large) = (try node("one", 50, step: "train"), try node("one", 101, step: "train"))
    let costs = try after(
      StepCosts(),
      [(small, 1), (large, 2), (detections(of: small, "one"), 10), (detections(of: large, "one"), 30)])
    #expect(costs.steps.count == 4)
    /// The expected cost of the last of some steps.
    func cost(_ nodes: StepNode...) throws -> Double? {
      let project = try ScratchProject()
      try costs.write(root: project.root)
      let kinds = StepKinds(Dictionary(nodes.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first }))
      let node = try #require(nodes.last)
      return try project.store().expectedCost(
        of: node.parts, key: node.key, kind: #require(kinds[node.name]))?.seconds
    }
    #expect(try cost(small, detections(of: small, "two")) == 10)
    #expect(try cost(large, detections(of: large, "two")) == 30)
    let bits = try node("two", 4, step: "bits", behind: [small])
    #expect(try cost(small, bits, detections(of: small, bits: bits, "two")) == 10)
    // Trained on from either detector by the same recipe: still two kinds.
    let (onSmall, onLarge) = (
      try node("one", 9, step: "train", behind: [small]), try node("one", 9, step: "train", behind: [large])
    )
    let further = try after(
      StepCosts(),
      [
        (small, 1), (large, 1), (onSmall, 1), (onLarge, 1), (detections(of: onSmall, "one"), 11),
        (detections(of: onLarge, "one"), 31),
      ])
    #expect(further.steps.values.map(\.seconds).sorted() == [1, 1, 1, 1, 11, 31])
    // Of a detector that never was: the largest with these parameters, so that nothing ends too late.
    let unknown = try node("two", 34, step: "train")
    #expect(try cost(unknown, detections(of: unknown, "two")) == 30)
    // Other parameters: the largest of the step's name; of no step of that name nothing is known.
    let fewer = try node("two", 20, step: "detections", behind: [small])
    #expect(try cost(small, fewer) == 30)
    #expect(try cost(small, node("two", 500, step: "scores", behind: [small])) == nil)
  }
}
