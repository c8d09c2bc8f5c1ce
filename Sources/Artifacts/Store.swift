// The store: looks results up, and runs steps whose results are not there.
import FoundationEssentials
import Synchronization

/// A step with its key.
public struct PreparedStep: Sendable {
  /// What the key is made of.
  public let parts: KeyParts
  /// The key.
  public let key: String
}

/// A step that this process had to do with, and the value it stands for.
public struct StepNode: Codable, Sendable, Equatable {
  /// What its key is made of.
  public let parts: KeyParts
  /// The key.
  public let key: String
  /// What people call it.
  public let title: String
  /// Its promise about running again.
  public let determinism: Determinism
  /// The hash of its value; empty until something needed it.
  public var hash: String
  /// Whether it is data of the experiment; nothing stands for no.
  public var isData: Bool?

  /// A step from its parts.
  package init(
    parts: KeyParts, key: String, title: String, determinism: Determinism, hash: String, isData: Bool? = nil
  ) {
    self.parts = parts
    self.key = key
    self.title = title
    self.determinism = determinism
    self.hash = hash
    self.isData = isData
  }
}

/// Results of steps in two layers: the committed folder `Results/artifacts`, and the local store in front of it.
public final class Store: Sendable {
  /// How it behaves.
  public let options: StoreOptions
  /// The local layer.
  public let local: StoreLayer
  /// The committed layer.
  public let committed: StoreLayer
  /// Tells people what happens.
  public let reporter: Reporter
  /// Knows which functions changed.
  public let history: CodeHistory

  struct Frame {
    let step: String
    let inputs: Set<String>
    let watch: Stopwatch
  }
  struct State {
    var libraries: [String: String] = [:]
    var nodes: [String: StepNode] = [:]
    var kinds: [String: StepKind] = [:]
    var uses: [String] = []
    var frames: [Frame] = []
    var place: FileLock?
    var forced: Set<String> = []
    var recordedHashes: [String: String]?
    var code: [String: String] = [:]
    var files: [String: String] = [:]
    var planned: [String: PlannedStep] = [:]
    var traces: [String: [Trace]] = [:]
    var costs: StepCosts?
  }
  let state = Mutex(State())

  /// A store with given options.
  public init(_ options: StoreOptions, reporter: Reporter? = nil) {
    self.options = options
    self.reporter = reporter ?? Reporter(isQuiet: options.isQuiet, emitsEvents: options.emitsEvents)
    local = StoreLayer(folder: options.local)
    history = CodeHistory(root: options.root)
    committed = StoreLayer.committed(root: options.root)
  }

  /// The store of this process, as its environment says.
  public static let shared: Store = {
    do {
      return Store(
        try StoreOptions(
          environment: ProcessInfo.processInfo.environment,
          from: FileManager.default.currentDirectoryPath))
    } catch {
      exitWithMessage("\(error)")
    }
  }()

  /// Names a library whose version is to stand in traces, for example `libtorch`.
  public func declare(library: String, version: String) {
    state.withLock { $0.libraries[library] = version }
  }

  /// The environment that traces record.
  public var environment: RunEnvironment {
    RunEnvironment(threads: options.threads, libraries: state.withLock { $0.libraries })
  }

  /// All steps this process has looked at, with the values found, sorted by name and key.
  public var nodes: [StepNode] {
    state.withLock { state in
      state.nodes.values.sorted { ($0.parts.step, $0.key) < ($1.parts.step, $1.key) }
    }
  }

  /// Runs a closure and lists the keys of the artifacts whose values it used itself, sorted.
  public func collectingUses<Result>(_ body: () throws -> Result) rethrows -> (Result, [String]) {
    state.withLock { $0.uses = [] }
    let result = try body()
    return (result, state.withLock { Set($0.uses).sorted() })
  }

  /// The keys of the artifacts whose values were used since `collectingUses` began, sorted.
  package var usesSoFar: [String] { state.withLock { Set($0.uses).sorted() } }

  /// Makes the key of a step. The values its inputs stand for must be known for that, which may run the steps before it.
  func prepare(_ step: some Step) throws -> PreparedStep {
    let type = type(of: step)
    guard isStepName(type.name) else { throw ArtifactError.badStepName(type.name) }
    let inputs = try inputs(of: step)
    let parts = KeyParts(
      step: type.name, version: type.version, code: try code(of: type, isFresh: false),
      isKeyedByVersionAlone: type.isKeyedByVersionAlone,
      parameters: try parameters(of: step, inputs: inputs.map(\.name)),
      inputs: try inputs.map { name, input in
        switch input {
        case .artifact(let artifact):
          KeyParts.Input(
            name: name, step: artifact.stepName, key: try artifact.key(), hash: try artifact.valueHash())
        case .file(let file):
          KeyParts.Input(
            name: name, step: KeyParts.Input.fileStep, key: file.name,
            hash: try hash(of: file, for: type.name, isFresh: false))
        }
      })
    let prepared = PreparedStep(parts: parts, key: try parts.key())
    let node = StepNode(
      parts: parts, key: prepared.key, title: step.title, determinism: type.determinism, hash: "",
      isData: type.isData ? true : nil)
    state.withLock { state in
      guard state.nodes[prepared.key] == nil else { return }
      state.nodes[prepared.key] = node
      state.kinds[prepared.key] = StepKind(of: parts) { state.kinds[$0.key] }
    }
    return prepared
  }

  /// What a step does; it and all behind it have been prepared.
  func kind(of prepared: PreparedStep) -> StepKind {
    state.withLock { $0.kinds[prepared.key] } ?? StepKind(of: prepared.parts) { _ in nil }
  }

  /// Notes that a value is used by whoever is on top, and refuses if that is a step which did not declare it.
  func noteUse(of prepared: PreparedStep) throws {
    let stranger: String? = state.withLock { state in
      guard let frame = state.frames.last else {
        state.uses.append(prepared.key)
        return nil
      }
      return frame.inputs.contains(prepared.key) ? nil : frame.step
    }
    if let stranger {
      throw ArtifactError.undeclaredInput(step: stranger, input: prepared.parts.step)
    }
  }

  /// The value of a step: read, or computed.
  func value<S: Step>(of step: S, _ prepared: PreparedStep) throws -> S.Output {
    let (trace, data) = try ensure(step, prepared)
    if let hash = recordedHash(of: prepared.key), hash != trace.output.hash {
      reporter.differs(step.title, trace.determinism, key: prepared.key)
      note(hash: hash, of: prepared.key)
    } else {
      note(hash: trace.output.hash, of: prepared.key)
    }
    return try S.Output(decoding: data)
  }

  /// The hash that stands for the value of a step. A committed result that was made from this value remembers its
  /// hash, so that a fresh clone needs to compute nothing before it.
  func valueHash<S: Step>(of step: S, _ prepared: PreparedStep) throws -> String {
    if options.again != prepared.key, let hash = recordedHash(of: prepared.key) {
      note(hash: hash, of: prepared.key)
      return hash
    }
    do {
      let (trace, _) = try ensure(step, prepared)
      note(hash: trace.output.hash, of: prepared.key)
      return trace.output.hash
    } catch is WouldRun {
      // Nobody has this value yet: a hash that no stored result can have been made from.
      return "planned " + prepared.key
    }
  }

  /// The identities of a step's source files.
  /// - Parameters:
  ///   - type: the step.
  ///   - isFresh: whether files are read anew, and not only once in a process.
  func code(of type: any Step.Type, isFresh: Bool) throws -> [String: String] {
    var code: [String: String] = [:]
    for path in type.sources {
      guard let identity = self.code(at: path, isFresh: isFresh) else {
        throw ArtifactError.missingSource(step: type.name, path: path)
      }
      code[path] = identity
    }
    return code
  }

  /// The identity of a source file; nothing if there is none.
  func code(at path: String, isFresh: Bool = false) -> String? {
    if !isFresh, let known = state.withLock({ $0.code[path] }) { return known }
    let identity = codeIdentity(ofFile: path, in: options.root)
    if let identity { state.withLock { $0.code[path] = identity } }
    return identity
  }

  /// The hash of a file's content.
  func hash(of file: InputFile, for step: String, isFresh: Bool) throws -> String {
    if !isFresh, let known = state.withLock({ $0.files[file.path] }) { return known }
    let url = file.url(in: options.root)
    guard Files.exists(url) else { throw ArtifactError.missingFile(step: step, path: file.name) }
    let hash = SHA256.hash(of: try Files.read(url))
    state.withLock { $0.files[file.path] = hash }
    return hash
  }

  private func note(hash: String, of key: String) {
    state.withLock { $0.nodes[key]?.hash = hash }
  }

  func recordedHash(of key: String) -> String? {
    if let hashes = state.withLock({ $0.recordedHashes }) { return hashes[key] }
    var hashes: [String: String] = [:]
    for step in committed.steps {
      for trace in committed.traces(step: step) where options.uses(committed: trace.parts) {
        for input in trace.parts.inputs where hashes[input.key] == nil { hashes[input.key] = input.hash }
      }
    }
    state.withLock { $0.recordedHashes = hashes }
    return hashes[key]
  }

  private func isStepName(_ name: String) -> Bool {
    !name.isEmpty && name != KeyParts.Input.fileStep
      && name.utf8.allSatisfy { byte in
        (byte >= 0x61 && byte <= 0x7A) || (byte >= 0x30 && byte <= 0x39) || byte == 0x2D
      }
  }
}
