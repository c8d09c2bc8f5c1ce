import Artifacts
import Foundation
import Synchronization
import Testing

/// A project in a folder of its own, removed at the end.
final class ScratchProject: Sendable {
  let root: URL
  let lines = Mutex<[String]>([])

  init() throws {
    root = FileManager.default.temporaryDirectory.appending(path: "quire-\(UUID().uuidString)")
    try FileManager.default.createDirectory(
      at: root.appending(path: "Sources"), withIntermediateDirectories: true)
    try "let factor = 2 // twice\n".write(
      to: root.appending(path: "Sources/double.swift"), atomically: true, encoding: .utf8)
  }

  deinit {
    try? FileManager.default.removeItem(at: root)
  }

  /// A store as a fresh process would open it.
  func store(_ change: (inout StoreOptions) -> Void = { _ in }) -> Store {
    var options = StoreOptions(root: root)
    change(&options)
    return Store(
      options,
      reporter: Reporter(isQuiet: false, isTerminal: false, hasColor: false) { [self] text in
        lines.withLock { $0.append(text) }
      })
  }

  func edit(_ text: String) throws {
    try text.write(to: root.appending(path: "Sources/double.swift"), atomically: true, encoding: .utf8)
  }

  /// The progress lines since the last call.
  func said() -> [String] {
    lines.withLock { lines in
      defer { lines = [] }
      return lines.map { $0.trimmingCharacters(in: .newlines) }
    }
  }

  /// All files below a folder of the project, relative to it.
  func files(in folder: String) -> [String] {
    let base = root.appending(path: folder)
    let all = FileManager.default.enumerator(atPath: base.path)?.compactMap { $0 as? String } ?? []
    return all.filter { path in
      var isFolder: ObjCBool = false
      return FileManager.default.fileExists(atPath: base.appending(path: path).path, isDirectory: &isFolder)
        && !isFolder.boolValue
    }.sorted()
  }
}

struct Count: Step {
  static let name = "count"
  static let version = 1
  static let sources: [String] = []
  static let determinism = Determinism.exact
  var title: String { "count to \(limit)" }
  var limit: Int
  func run(_ context: StepContext) -> [Int] { Array(1...limit) }
}

struct Double2: Step {
  static let name = "double"
  static let version = 1
  static let sources = ["Sources/double.swift"]
  static let determinism = Determinism.exact
  var title: String { "doubled" }
  let numbers: Artifact<[Int]>
  var offset = 0
  func run(_ context: StepContext) throws -> [Int] { try numbers.value.map { $0 * 2 + offset } }
}

struct Train: Step {
  static let name = "train"
  static let version = 3
  static let sources = ["Sources/double.swift"]
  static let isKeyedByVersionAlone = true
  static let isCommitted = true
  static let determinism = Determinism.exactOn
  var title: String { "trained" }
  let data: Artifact<[Int]>
  func run(_ context: StepContext) throws -> Data { Data("weights \(try data.value.count)".utf8) }
}

struct StoreTests {
  let project: ScratchProject

  init() throws {
    project = try ScratchProject()
  }

  /// Doubled numbers in a new process.
  func doubled(limit: Int = 3, offset: Int = 0, _ change: (inout StoreOptions) -> Void = { _ in }) throws
    -> [Int]
  {
    let store = project.store(change)
    let numbers = Artifact(Count(limit: limit), in: store)
    return try Artifact(Double2(numbers: numbers, offset: offset), in: store).value
  }

  @Test("making an artifact runs nothing")
  func lazy() throws {
    let store = project.store()
    _ = Artifact(Double2(numbers: Artifact(Count(limit: 3), in: store)), in: store)
    #expect(project.said().isEmpty)
    #expect(project.files(in: ".quire").isEmpty)
  }

  @Test("a result is computed once, and later runs hit it")
  func hit() throws {
    #expect(try doubled() == [2, 4, 6])
    let first = project.said()
    #expect(first.contains("run   doubled  because never-run"))
    #expect(first.contains { $0.hasPrefix("done  count to 3") })
    #expect(try doubled() == [2, 4, 6])
    #expect(project.said() == ["hit   count to 3", "hit   doubled"])
  }

  @Test("a comment in a declared source runs nothing, a literal does, and says so")
  func codeChange() throws {
    _ = try doubled()
    try project.edit("let factor =\n  2")
    _ = project.said()
    _ = try doubled()
    #expect(project.said().allSatisfy { $0.hasPrefix("hit") })
    try project.edit("let factor = 3")
    _ = try doubled()
    #expect(project.said().contains("run   doubled  because code-changed(Sources/double.swift)"))
  }

  @Test("a parameter changes the key, and the input of another value does")
  func otherKeys() throws {
    _ = try doubled()
    #expect(try doubled(offset: 1) == [3, 5, 7])
    #expect(project.said().contains("run   doubled  because never-run"))
    #expect(try doubled(limit: 2) == [2, 4])
    #expect(project.said().contains("run   doubled  because input-changed(numbers)"))
  }

  @Test("an input that comes out the same stops the propagation")
  func earlyCutoff() throws {
    _ = try doubled()
    let counts = project.root.appending(path: ".quire/store/count")
    for name in project.files(in: ".quire/store/count") where name.hasSuffix(".trace.json") {
      try FileManager.default.removeItem(at: counts.appending(path: name))
    }
    _ = project.said()
    _ = try doubled()
    let said = project.said()
    #expect(said.contains("run   count to 3  because never-run"))
    #expect(said.contains("hit   doubled"))
  }

  @Test("a damaged or missing result is noticed, named and recomputed", arguments: [true, false])
  func damage(isTruncated: Bool) throws {
    _ = try doubled()
    let name = try #require(project.files(in: ".quire/store/double").first { !$0.hasSuffix(".trace.json") })
    let file = project.root.appending(path: ".quire/store/double/\(name)")
    if isTruncated {
      try Data("[2,4".utf8).write(to: file)
    } else {
      try FileManager.default.removeItem(at: file)
    }
    _ = project.said()
    #expect(try doubled() == [2, 4, 6])
    let word = isTruncated ? "output-damaged" : "output-missing"
    #expect(project.said().contains("run   doubled  because \(word)(\(name))"))
    #expect(try Data(contentsOf: file) == Data("[2,4,6]".utf8))
  }

  @Test("a damaged trace counts as no result")
  func damagedTrace() throws {
    _ = try doubled()
    let name = try #require(project.files(in: ".quire/store/double").first { $0.hasSuffix(".trace.json") })
    try Data("{".utf8).write(to: project.root.appending(path: ".quire/store/double/\(name)"))
    _ = project.said()
    #expect(try doubled() == [2, 4, 6])
    #expect(project.said().contains("run   doubled  because output-damaged(\(name))"))
  }

  @Test("temporary files of a killed run never count")
  func killed() throws {
    let store = project.store()
    let artifact = Artifact(Count(limit: 3), in: store)
    let folder = project.root.appending(path: ".quire/store/count")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let key = try artifact.key()
    try Data("[1".utf8).write(to: folder.appending(path: ".\(key).json.99-1.tmp"))
    // A result without its trace: the kill came between the two.
    try Data("[1,2]".utf8).write(to: folder.appending(path: "\(key).json"))
    #expect(try artifact.value == [1, 2, 3])
    #expect(project.said().contains("run   count to 3  because never-run"))
    #expect(Files.names(in: folder).allSatisfy { !$0.hasSuffix(".tmp") })
  }

  @Test("a trained result is committed, and serves a fresh clone without computing what came before it")
  func freshClone() throws {
    func weights(_ change: (inout StoreOptions) -> Void = { _ in }) throws -> Data {
      let store = project.store(change)
      return try Artifact(Train(data: Artifact(Count(limit: 4), in: store)), in: store).value
    }
    let first = try weights()
    let files = project.files(in: "Results/artifacts/train")
    #expect(files.count == 2)
    #expect(files.allSatisfy { $0.prefix { $0 != "." }.count == 12 })
    try FileManager.default.removeItem(at: project.root.appending(path: ".quire"))
    try project.edit("let factor = 99")
    _ = project.said()
    #expect(try weights { $0.computes = false } == first)
    #expect(project.said() == ["hit   trained"])
  }

  @Test("a rebuild of everything but the trained uses committed results keyed by version alone only")
  func rebuildAll() throws {
    let store = project.store()
    _ = try Artifact(Train(data: Artifact(Count(limit: 4), in: store)), in: store).value
    _ = try doubled(limit: 4)
    _ = project.said()
    let scratch = project.root.appending(path: ".quire/check/store")
    let fresh = project.store {
      $0.local = scratch
      $0.committedUse = .trained
      $0.commits = false
    }
    let count = Artifact(Count(limit: 4), in: fresh)
    _ = try Artifact(Train(data: count), in: fresh).value
    _ = try Artifact(Double2(numbers: count), in: fresh).value
    let said = project.said()
    #expect(said.contains("hit   trained"))
    #expect(said.contains("run   doubled  because never-run"))
  }

  @Test("without leave to compute, a missing result is one sentence")
  func mayNotCompute() throws {
    let error = #expect(throws: ArtifactError.self) { try doubled { $0.computes = false } }
    #expect("\(try #require(error))".contains("the result of count (count to 3) is not in the store"))
  }

  @Test("forcing runs a step once although its result is there")
  func forced() throws {
    _ = try doubled()
    _ = project.said()
    _ = try doubled { $0.forces = true }
    #expect(
      project.said().filter { $0.hasPrefix("run") } == [
        "run   count to 3  because forced", "run   doubled  because forced",
      ])
  }

  @Test("traces name parameters, inputs, code and cost, and no folder of this machine")
  func trace() throws {
    _ = try doubled(offset: 7)
    let name = try #require(project.files(in: ".quire/store/double").first { $0.hasSuffix(".trace.json") })
    let data = try Data(contentsOf: project.root.appending(path: ".quire/store/double/\(name)"))
    let trace = try CanonicalJSON.decode(Trace.self, from: data)
    #expect(trace.parts.parameters == .object(["offset": .integer(7)]))
    #expect(trace.parts.inputs.map(\.name) == ["numbers"])
    #expect(trace.parts.inputs.first?.hash == SHA256.hash(of: "[1,2,3]"))
    #expect(trace.parts.code.keys.sorted() == ["Sources/double.swift"])
    #expect(trace.reason == "never-run" && trace.environment.threads == 2)
    #expect(try trace.parts.key() == trace.key)
    #expect(!String(decoding: data, as: UTF8.self).contains(project.root.path))
  }

  @Test("what a closure used is listed")
  func uses() throws {
    let store = project.store()
    let numbers = Artifact(Count(limit: 3), in: store)
    let double = Artifact(Double2(numbers: numbers), in: store)
    let (sum, uses) = try store.collectingUses { try double.value.reduce(0, +) }
    #expect(sum == 12)
    #expect(try uses == [double.key()])
    #expect(store.nodes.map(\.title) == ["count to 3", "doubled"])
    #expect(store.nodes.map(\.hash) == [SHA256.hash(of: "[1,2,3]"), SHA256.hash(of: "[2,4,6]")])
  }
}

/// A step that reads a file, and may change it while it runs.
struct Reading: Step {
  static let name = "reading"
  static let version = 1
  static let sources: [String] = []
  static let determinism = Determinism.exact
  var title: String { "read" }
  let file: InputFile
  var meddle: Meddler?

  func run(_ context: StepContext) throws -> String {
    let text = String(decoding: try context.read(file), as: UTF8.self)
    try meddle?.act()
    return text
  }
}

/// Something that happens while a step runs; neither parameter nor input.
struct Meddler: Encodable {
  let act: () throws -> Void

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encodeNil()
  }
}

/// A step that is killed the first time, and continues then.
struct Resuming: Step {
  static let name = "resuming"
  static let version = 1
  static let sources: [String] = []
  static let determinism = Determinism.exact
  var title: String { "resuming" }

  func run(_ context: StepContext) throws -> Int {
    let state = context.scratch.appending(path: "state")
    if FileManager.default.fileExists(atPath: state.path) { return 1 }
    try Data("half".utf8).write(to: state)
    Thread.sleep(forTimeInterval: 0.3)
    throw CancellationError()
  }
}

struct InputFileTests {
  let project: ScratchProject
  let file: URL

  init() throws {
    project = try ScratchProject()
    file = project.root.appending(path: "Sources/input.txt")
    try Data("one".utf8).write(to: file)
  }

  func read(_ path: String = "Sources/input.txt", _ meddle: Meddler? = nil) throws -> String {
    try Artifact(Reading(file: InputFile(path), meddle: meddle), in: project.store()).value
  }

  @Test("a file's content is in the key, its name and time are not")
  func content() throws {
    #expect(try read() == "one")
    try Data("one".utf8).write(to: project.root.appending(path: "Sources/copy.txt"))
    try Data("one".utf8).write(to: file)
    _ = project.said()
    #expect(try read("Sources/copy.txt") == "one")
    #expect(project.said() == ["hit   read"])
    try Data("two".utf8).write(to: file)
    #expect(try read() == "two")
    #expect(project.said().contains("run   read  because file-changed(Sources/input.txt)"))
  }

  @Test("a result made while its file changed is not kept")
  func changedMeanwhile() throws {
    let error = #expect(throws: ArtifactError.self) {
      try read("Sources/input.txt", Meddler { try Data("two".utf8).write(to: file) })
    }
    #expect(
      "\(try #require(error))"
        == "Sources/input.txt changed while the step reading ran, so its result was not kept; run it again")
    #expect(project.files(in: ".quire/store/reading").allSatisfy { $0.hasSuffix(".failed") })
    #expect(try read() == "two")
  }

  @Test("a missing file is one sentence, and a file elsewhere leaves no folder of this machine in the trace")
  func elsewhere() throws {
    let error = #expect(throws: ArtifactError.self) { try read("Sources/none.txt") }
    #expect("\(try #require(error))" == "the step reading reads Sources/none.txt, but there is no such file")
    #expect(try read(file.path) == "one")
    for name in project.files(in: ".quire/store/reading") {
      let text = try String(
        contentsOf: project.root.appending(path: ".quire/store/reading/\(name)"), encoding: .utf8)
      #expect(!text.contains(project.root.path))
    }
  }

  @Test("a step that is continued has cost the seconds of all its processes")
  func resumed() throws {
    #expect(throws: ArtifactError.self) { try Artifact(Resuming(), in: project.store()).value }
    #expect(try Artifact(Resuming(), in: project.store()).value == 1)
    let name = try #require(project.files(in: ".quire/store/resuming").first { $0.hasSuffix(".trace.json") })
    let data = try Data(contentsOf: project.root.appending(path: ".quire/store/resuming/\(name)"))
    let trace = try CanonicalJSON.decode(Trace.self, from: data)
    #expect(trace.costSeconds >= 0.3)
    #expect(project.files(in: ".quire/work").isEmpty)
  }
}
