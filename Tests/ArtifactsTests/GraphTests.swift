// Random graphs of steps under random edits: what runs is exactly what has to, and the values are those of an empty store.
import Artifacts
import Foundation
import Synchronization
import Testing

/// The code that a kind of step pretends to be compiled from.
protocol CodeKind {
  static var letter: String { get }
}

enum KindA: CodeKind { static let letter = "a" }
enum KindB: CodeKind { static let letter = "b" }
enum KindC: CodeKind { static let letter = "c" }

/// What a test shares with its steps; neither parameter nor input.
final class Bench: Encodable, Sendable {
  let root: URL
  let log = Mutex<[String]>([])

  init(root: URL) { self.root = root }

  func factor(_ letter: String) throws -> Int {
    let text = String(
      decoding: try Data(contentsOf: root.appending(path: "Sources/\(letter).swift")), as: UTF8.self)
    return try #require(Int(text.split(separator: "\n")[0].dropFirst("let factor = ".count)))
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encodeNil()
  }
}

/// A step of the random graphs. Its few possible values make early cutoffs frequent.
struct Node<Kind: CodeKind>: Step {
  static var name: String { "node-\(Kind.letter)" }
  static var version: Int { 1 }
  static var sources: [String] { ["Sources/\(Kind.letter).swift"] }
  static var determinism: Determinism { .exact }
  var title: String { "\(Kind.letter) \(index)" }
  let inputs: [Artifact<Int>]
  let file: InputFile?
  let salt: Int
  let bench: Bench
  let index: Int

  private enum CodingKeys: String, CodingKey { case salt }

  func run(_ context: StepContext) throws -> Int {
    let values = try inputs.map { try $0.value }
    let number = try file.map { Int(String(decoding: try context.read($0), as: UTF8.self)) ?? 0 } ?? 0
    let factor = try bench.factor(Kind.letter)
    bench.log.withLock {
      $0.append(modelKey(Kind.letter, factor, salt, number, hasFile: file != nil, values))
    }
    return modelValue(factor, salt, number, values)
  }
}

/// What a result depends on, in the model.
func modelKey(_ letter: String, _ factor: Int, _ salt: Int, _ number: Int, hasFile: Bool, _ values: [Int])
  -> String
{
  "\(letter) \(factor) \(salt) \(hasFile ? "\(number)" : "-") \(values)"
}

/// What a step computes.
func modelValue(_ factor: Int, _ salt: Int, _ number: Int, _ values: [Int]) -> Int {
  (values.reduce(salt + number) { $0 * 3 + $1 } * factor) % 3
}

/// A graph as a model: each node names earlier ones.
struct GraphModel {
  struct Entry {
    var kind: Int
    var salt: Int
    var inputs: [Int]
    var hasFile: Bool
  }
  var nodes: [Entry]
  var factors = [1, 2, 3]
  var number = 0
  static let letters = ["a", "b", "c"]

  init(count: Int, _ random: inout SplitMix) {
    nodes = (0..<count).map { index in
      Entry(
        kind: Int.random(in: 0..<3, using: &random), salt: Int.random(in: 0..<3, using: &random),
        inputs: (0..<index).filter { _ in Int.random(in: 0..<3, using: &random) == 0 },
        hasFile: Int.random(in: 0..<4, using: &random) == 0)
    }
  }

  func key(_ index: Int, _ values: [Int]) -> String {
    let node = nodes[index]
    return modelKey(
      Self.letters[node.kind], factors[node.kind], node.salt, node.hasFile ? number : 0,
      hasFile: node.hasFile,
      node.inputs.map { values[$0] })
  }

  /// The values of all nodes.
  var values: [Int] {
    var values: [Int] = []
    for node in nodes {
      values.append(
        modelValue(factors[node.kind], node.salt, node.hasFile ? number : 0, node.inputs.map { values[$0] }))
    }
    return values
  }

  /// The nodes that an output rests on, with it.
  func behind(_ outputs: [Int]) -> Set<Int> {
    var found: Set<Int> = []
    var pending = outputs
    while let next = pending.popLast() { if found.insert(next).inserted { pending += nodes[next].inputs } }
    return found
  }

  func write(to root: URL) throws {
    for (letter, factor) in zip(Self.letters, factors) {
      try Data("let factor = \(factor)\n".utf8).write(to: root.appending(path: "Sources/\(letter).swift"))
    }
    try Data("\(number)".utf8).write(to: root.appending(path: "Sources/number.txt"))
  }

  func artifacts(_ store: Store, _ bench: Bench) -> [Artifact<Int>] {
    var made: [Artifact<Int>] = []
    for (index, node) in nodes.enumerated() {
      let inputs = node.inputs.map { made[$0] }
      let file = node.hasFile ? InputFile("Sources/number.txt") : nil
      switch node.kind {
      case 0: made.append(Artifact(Node<KindA>(inputs, file, node.salt, bench, index), in: store))
      case 1: made.append(Artifact(Node<KindB>(inputs, file, node.salt, bench, index), in: store))
      default: made.append(Artifact(Node<KindC>(inputs, file, node.salt, bench, index), in: store))
      }
    }
    return made
  }
}

extension Node {
  init(_ inputs: [Artifact<Int>], _ file: InputFile?, _ salt: Int, _ bench: Bench, _ index: Int) {
    self.init(inputs: inputs, file: file, salt: salt, bench: bench, index: index)
  }
}

/// A small generator, so that a failing graph can be made again from its seed.
struct SplitMix: RandomNumberGenerator {
  var state: UInt64
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

struct GraphTests {
  @Test(
    "what runs is exactly what has to, is what was planned, and gives the values of an empty store",
    arguments: 0..<24)
  func property(seed: Int) throws {
    var random = SplitMix(state: UInt64(seed))
    let project = try ScratchProject()
    let bench = Bench(root: project.root)
    var model = GraphModel(count: Int.random(in: 3...10, using: &random), &random)
    var known: Set<String> = []
    var lastNodes: [StepNode] = []
    for round in 0..<8 {
      var changesGraph = round == 0
      if round > 0 { changesGraph = try edit(&model, project, &known, &random) }
      try model.write(to: project.root)
      if Int.random(in: 0..<3, using: &random) == 0 {
        // A comment is no change.
        let file = project.root.appending(path: "Sources/a.swift")
        try Data("let factor = \(model.factors[0])\n// round \(round)\n".utf8).write(to: file)
      }
      let outputs = model.nodes.indices.filter { _ in Int.random(in: 0..<2, using: &random) == 0 }
      let values = model.values
      let due = Set(model.behind(outputs).map { model.key($0, values) }).subtracting(known)

      let plan = project.store { $0.plans = true }
      let planArtifacts = model.artifacts(plan, bench)
      for output in outputs { try planArtifacts[output].planValue() }
      #expect(bench.log.withLock { $0.isEmpty }, "planning ran something, seed \(seed)")

      if !changesGraph {
        let again = project.store { $0.plans = true }
        let nodes = Dictionary(lastNodes.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        let names = lastNames(outputs, lastNodes, model)
        let (steps, _) = try again.plan(nodes: nodes, values: names)
        if names.count == outputs.count {
          #expect(
            Set(steps.map(\.node.key)) == Set(plan.planned.map(\.node.key)), "seed \(seed), round \(round)")
        }
      }

      let store = project.store()
      let artifacts = model.artifacts(store, bench)
      let found = try outputs.map { try artifacts[$0].value }
      let ran = bench.log.withLock { log in
        defer { log = [] }
        return log
      }
      #expect(ran.sorted() == due.sorted(), "seed \(seed), round \(round)")
      #expect(found == outputs.map { values[$0] })
      // A step is planned by its key; where it hangs on another planned one, that key is not the final one.
      let certain = plan.planned.filter { step in
        !step.node.parts.inputs.contains { $0.hash.hasPrefix("planned ") }
      }
      #expect(certain.count <= ran.count && ran.count <= plan.planned.count, "seed \(seed), round \(round)")
      #expect(plan.planned.isEmpty == ran.isEmpty)
      known.formUnion(due)
      lastNodes = store.nodes

      let empty = project.store { $0.local = project.root.appending(path: ".quire/empty-\(round)") }
      let fresh = model.artifacts(empty, bench)
      #expect(try outputs.map { try fresh[$0].value } == found)
      bench.log.withLock { $0 = [] }
    }
  }

  /// The names that the last run gave to the outputs asked for now.
  private func lastNames(_ outputs: [Int], _ nodes: [StepNode], _ model: GraphModel) -> [String] {
    outputs.compactMap { output in
      let title = "\(GraphModel.letters[model.nodes[output].kind]) \(output)"
      let found = nodes.filter { $0.title == title }
      return found.count == 1 ? found[0].name : nil
    }
  }

  /// One random edit.
  /// - Returns: whether the graph itself is another.
  private func edit(
    _ model: inout GraphModel, _ project: ScratchProject, _ known: inout Set<String>, _ random: inout SplitMix
  ) throws -> Bool {
    let index = Int.random(in: model.nodes.indices, using: &random)
    switch Int.random(in: 0..<6, using: &random) {
    case 0:
      model.factors[Int.random(in: 0..<3, using: &random)] = Int.random(in: 1...5, using: &random)
      return false
    case 1:
      model.number = Int.random(in: 0..<4, using: &random)
      return false
    case 2:
      model.nodes[index].salt = Int.random(in: 0..<3, using: &random)
      return true
    case 3:
      model.nodes[index].inputs = (0..<index).filter { _ in Int.random(in: 0..<3, using: &random) == 0 }
      return true
    case 4:
      // All results of a kind are damaged: they must be noticed and made anew.
      let letter = GraphModel.letters[Int.random(in: 0..<3, using: &random)]
      let folder = project.root.appending(path: ".quire/store/node-\(letter)")
      for name in Files.names(in: folder) where !name.hasSuffix(".trace.json") {
        try Data("?".utf8).write(to: folder.appending(path: name))
      }
      known = known.filter { !$0.hasPrefix(letter + " ") }
      return false
    default: return false
    }
  }
}
