import Artifacts
import Foundation
import Testing

private final class Box: @unchecked Sendable {
  var artifact: Artifact<[Int]>?
}

struct Peeking: Step {
  static let name = "peeking"
  static let version = 1
  static let sources: [String] = []
  static let determinism = Determinism.exact
  let title = "peeking"
  let hide: @Sendable () throws -> Int
  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode([Int]())
  }
  func run(_ context: StepContext) throws -> Int { try hide() }
}

struct Nested: Step {
  struct Pair: Encodable {
    let left: Artifact<[Int]>
    let right: Artifact<[Int]>?
  }
  static let name = "nested"
  static let version = 1
  static let sources: [String] = []
  static let determinism = Determinism.exact
  let title = "nested"
  let list: [Artifact<[Int]>]
  let named: [String: Artifact<[Int]>]
  let pair: Pair
  func run(_ context: StepContext) throws -> Int { 0 }
}

struct Unordered: Step {
  static let name = "unordered"
  static let version = 1
  static let sources: [String] = []
  static let determinism = Determinism.exact
  let title = "unordered"
  let choices: Set<Int>
  func run(_ context: StepContext) throws -> Int { 0 }
}

struct Failing: Step {
  static let name = "failing"
  static let version = 1
  static let sources: [String] = []
  static let determinism = Determinism.exact
  let title = "failing"
  let resumesAt: Int
  func run(_ context: StepContext) throws -> Int {
    let file = context.scratch.appending(path: "state")
    let before = Int((try? String(contentsOf: file, encoding: .utf8)) ?? "0") ?? 0
    try "\(before + 1)".write(to: file, atomically: true, encoding: .utf8)
    if before < resumesAt { throw CocoaError(.featureUnsupported) }
    return before
  }
}

struct SelfEditing: Step {
  static let name = "self-editing"
  static let version = 1
  static let sources = ["Sources/double.swift"]
  static let determinism = Determinism.exact
  let title = "self-editing"
  let root: String
  func run(_ context: StepContext) throws -> Int {
    try "let factor = 5".write(toFile: root + "/Sources/double.swift", atomically: true, encoding: .utf8)
    return 1
  }
}

struct StepTests {
  let project: ScratchProject

  init() throws {
    project = try ScratchProject()
  }

  @Test("artifacts inside lists, dictionaries, optionals and structures are inputs")
  func nestedInputs() throws {
    let store = project.store()
    func count(_ limit: Int) -> Artifact<[Int]> { Artifact(Count(limit: limit), in: store) }
    let step = Nested(
      list: [count(1), count(2)], named: ["b": count(3), "a": count(4)],
      pair: Nested.Pair(left: count(5), right: count(6)))
    let key = try Artifact(step, in: store).key()
    let parts = try #require(store.nodes.first { $0.key == key }).parts
    #expect(
      parts.inputs.map(\.name) == ["list[0]", "list[1]", "named[a]", "named[b]", "pair.left", "pair.right"])
    #expect(parts.inputs[2].hash == SHA256.hash(of: "[1,2,3,4]"))
  }

  @Test("a parameter without fixed order is refused")
  func unordered() throws {
    let error = #expect(throws: ArtifactError.self) {
      try Artifact(Unordered(choices: [1, 2]), in: project.store()).value
    }
    #expect("\(try #require(error))".contains("property choices has no fixed order"))
  }

  @Test("a step that uses an artifact it does not hold is refused")
  func undeclared() throws {
    let store = project.store()
    let box = Box()
    box.artifact = Artifact(Count(limit: 2), in: store)
    let error = #expect(throws: ArtifactError.self) {
      try Artifact(Peeking { try box.artifact?.value.count ?? 0 }, in: store).value
    }
    #expect("\(try #require(error))".contains("the step peeking used the artifact count"))
  }

  @Test("a failure is not stored, its reason is told next time, and scratch work survives until success")
  func failure() throws {
    let error = #expect(throws: ArtifactError.self) {
      try Artifact(Failing(resumesAt: 1), in: project.store()).value
    }
    #expect("\(try #require(error))".hasPrefix("the step failing (failing) failed:"))
    #expect(project.files(in: ".quire/store/failing").allSatisfy { $0.hasSuffix(".failed") })
    _ = project.said()
    #expect(try Artifact(Failing(resumesAt: 1), in: project.store()).value == 1)
    #expect(project.said().contains("run   failing  because previous-failed"))
    #expect(project.files(in: ".quire/work").isEmpty)
    #expect(project.files(in: ".quire/store/failing").allSatisfy { !$0.hasSuffix(".failed") })
  }

  @Test("a result whose sources changed during the run is refused")
  func changedMeanwhile() throws {
    let error = #expect(throws: ArtifactError.self) {
      try Artifact(SelfEditing(root: project.root.path), in: project.store()).value
    }
    #expect("\(try #require(error))".contains("Sources/double.swift changed while the step self-editing ran"))
    #expect(project.files(in: ".quire/store/self-editing").allSatisfy { $0.hasSuffix(".failed") })
  }

  @Test("a missing source is named")
  func missingSource() throws {
    try FileManager.default.removeItem(at: project.root.appending(path: "Sources/double.swift"))
    let store = project.store()
    let error = #expect(throws: ArtifactError.self) {
      try Artifact(Double2(numbers: Artifact(Count(limit: 1), in: store)), in: store).value
    }
    #expect("\(try #require(error))".contains("declares the source Sources/double.swift"))
  }

  @Test("two stores that want the same result at once compute it once")
  func twoAtOnce() async throws {
    let counter = project.root.appending(path: "runs")
    @Sendable func compute() throws -> Int {
      try Artifact(
        Peeking {
          let old = (try? Data(contentsOf: counter)) ?? Data()
          Thread.sleep(forTimeInterval: 0.2)
          try (old + Data("x".utf8)).write(to: counter)
          return 7
        }, in: project.store()
      ).value
    }
    async let first = compute()
    async let second = compute()
    #expect(try await first == 7)
    #expect(try await second == 7)
    #expect(try Data(contentsOf: counter).count == 1)
    #expect(project.said().contains { $0.hasPrefix("wait") || $0.hasPrefix("hit") })
  }

  @Test("two results for one key of an exact class are both kept, and reported")
  func contradiction() throws {
    let counter = project.root.appending(path: "runs")
    func compute(_ change: (inout StoreOptions) -> Void = { _ in }) throws -> Int {
      try Artifact(
        Peeking {
          let data = ((try? Data(contentsOf: counter)) ?? Data()) + Data("x".utf8)
          try data.write(to: counter)
          return data.count
        }, in: project.store(change)
      ).value
    }
    #expect(try compute() == 1)
    #expect(try compute { $0.forces = true } == 2)
    #expect(project.said().contains { $0.hasPrefix("note  peeking  gave another result than before") })
    #expect(project.files(in: ".quire/store/peeking").count == 3)
    #expect(try compute() == 2)
  }

  @Test("a folder that cannot be written is one sentence, and leaves nothing half")
  func unwritable() throws {
    let file = project.root.appending(path: "plain")
    try Data("x".utf8).write(to: file)
    let error = #expect(throws: ArtifactError.self) {
      try Files.write(Data("y".utf8), to: file.appending(path: "below"))
    }
    #expect("\(try #require(error))".contains("could not be made"))
    #expect(try Data(contentsOf: file) == Data("x".utf8))
  }
}
