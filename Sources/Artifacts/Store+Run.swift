// Finding a result, or making it.
import FoundationEssentials

extension Store {
  /// The trace and the bytes of a step's result. Two processes that want the same one compute it once.
  func ensure(_ step: some Step, _ prepared: PreparedStep) throws -> (Trace, Data) {
    let type = type(of: step)
    let isForced = options.forces && !type.isKeyedByVersionAlone && !wasForced(prepared.key)
    if !isForced, let found = try find(prepared, commits: type.isCommitted) {
      reporter.hit(step.title, key: prepared.key)
      return found
    }
    if options.plans, options.again != prepared.key, !isWithinStep {
      try plan(step, prepared, because: isForced ? .forced : reason(for: prepared))
      throw WouldRun()
    }
    guard options.computes else {
      throw ArtifactError.notStored(step: type.name, title: step.title, key: prepared.key)
    }
    let lock = try FileLock(work(prepared, in: "locks")) {
      reporter.wait(step.title)
      leavePlace()
    }
    return try withExtendedLifetime(lock) {
      if !isForced, let found = try find(prepared, commits: type.isCommitted) {
        reporter.hit(step.title, key: prepared.key)
        if isWithinStep { try takePlace() }
        return found
      }
      try takePlace()
      defer { if !isWithinStep { leavePlace() } }
      let reason =
        isForced || options.again == prepared.key
        ? .forced : options.reasons[prepared.key] ?? reason(for: prepared)
      return try run(step, prepared, because: reason)
    }
  }

  /// Waits until this process is one of the few that may compute. Whoever waits for the step of another process leaves its
  /// place, so that all places are with processes that go on.
  private func takePlace() throws {
    guard let count = options.stepsAtOnce, state.withLock({ $0.place == nil }) else { return }
    let folder = options.local.deletingLastPathComponent().appending(path: "locks/places")
    let place = try FileLock.oneOf((1...count).map { folder.appending(path: String($0)) })
    state.withLock { $0.place = place }
  }

  private func leavePlace() { state.withLock { $0.place = nil } }

  /// Why a step without a usable result has none.
  func reason(for prepared: PreparedStep) -> Reason {
    let name = prepared.parts.step
    for layer in [local, committed] {
      if case .broken(let reason) = layer.lookup(step: name, key: prepared.key) { return reason }
    }
    if Files.exists(failureMark(prepared)) { return .previousFailed }
    for layer in [local, committed] {
      for trace in layer.traces(step: name) where trace.parts.parameters == prepared.parts.parameters {
        if let reason = Reason.difference(from: trace.parts, to: prepared.parts, history: history) {
          return reason
        }
      }
    }
    return .neverRun
  }

  func find(_ prepared: PreparedStep, commits: Bool) throws -> (Trace, Data)? {
    let name = prepared.parts.step
    if options.again != prepared.key, options.uses(committed: prepared.parts),
      case .found(let trace, let data) = committed.lookup(step: name, key: prepared.key)
    {
      return (trace, data)
    }
    guard case .found(let trace, let data) = local.lookup(step: name, key: prepared.key) else { return nil }
    if commits && options.commits {
      // Made while committing was off, by a check for example.
      try committed.store(renamed(trace, for: committed), data)
    }
    return (trace, data)
  }

  private func run(_ step: some Step, _ prepared: PreparedStep, because reason: Reason) throws -> (
    Trace, Data
  ) {
    let type = type(of: step)
    let scratch = work(prepared, in: "work")
    try Files.makeFolder(scratch)
    let expected = expectedCost(of: prepared.parts, key: prepared.key, kind: kind(of: prepared))
    reporter.begin(step.title, reason: reason, expectedSeconds: expected?.seconds)
    let watch = Stopwatch(
      file: scratch.appendingPathExtension("seconds"), continues: !Files.names(in: scratch).isEmpty)
    state.withLock { state in
      state.frames.append(
        Frame(step: type.name, inputs: Set(prepared.parts.inputs.map(\.key)), watch: watch))
    }
    let result = Result { try output(of: step, scratch: scratch) }
    let elapsed = watch.elapsed
    state.withLock { state in
      state.frames.removeLast()
      state.frames.last?.watch.leaveOut(elapsed)
    }
    let data: Data
    do {
      data = try result.get()
      try refuseChangedSources(of: type, prepared)
      try refuseChangedFiles(of: step, prepared)
    } catch {
      watch.stop(isDone: false)
      reporter.fail(step.title, seconds: elapsed)
      // A mark that cannot be written must not hide what failed.
      try? Files.write("\(error)\n", to: failureMark(prepared))
      if let error = error as? ArtifactError { throw error }
      throw ArtifactError.failed(step: type.name, title: step.title, cause: "\(error)")
    }
    let own = watch.own
    let layer = type.isCommitted && options.commits ? committed : local
    let trace = Trace(
      key: prepared.key, parts: prepared.parts, title: step.title, determinism: type.determinism,
      output: Trace.Output(
        file: layer.fileName(key: prepared.key, fileExtension: outputExtension(of: step)),
        hash: SHA256.hash(of: data), bytes: data.count),
      costSeconds: rounded(own), environment: environment, reason: reason.description)
    if try layer.store(trace, data) { reporter.differsFromBefore(step.title, type.determinism) }
    Files.remove(failureMark(prepared))
    Files.remove(scratch)
    watch.stop(isDone: true)
    reporter.end(step.title, reason: reason, seconds: elapsed, bytes: data.count)
    if options.forces { state.withLock { _ = $0.forced.insert(prepared.key) } }
    return (trace, data)
  }

  private func output<S: Step>(of step: S, scratch: URL) throws -> Data {
    let title = step.title
    let context = StepContext(scratch: scratch, threads: options.threads, root: options.root) {
      [reporter] message, fraction in
      reporter.progress(title, message, fraction: fraction)
    }
    return try step.run(context).encoded()
  }

  private func outputExtension<S: Step>(of step: S) -> String {
    S.Output.fileExtension
  }

  /// A key that covers the code must not name a result of other code. Without code in the key the trace says which code
  /// there was at the start, and hours of training survive an edit made meanwhile.
  private func refuseChangedSources(of type: any Step.Type, _ prepared: PreparedStep) throws {
    guard !type.isKeyedByVersionAlone else { return }
    let now = try code(of: type, isFresh: true)
    if let path = now.keys.sorted().first(where: { now[$0] != prepared.parts.code[$0] }) {
      throw ArtifactError.sourceChanged(step: type.name, path: path)
    }
  }

  /// A result belongs to the content that was hashed before; a file that was edited meanwhile may have been read either
  /// way.
  private func refuseChangedFiles(of step: some Step, _ prepared: PreparedStep) throws {
    let name = type(of: step).name
    for case (let input, .file(let file)) in try inputs(of: step) {
      let before = prepared.parts.inputs.first { $0.name == input }?.hash
      guard try hash(of: file, for: name, isFresh: true) == before else {
        throw ArtifactError.sourceChanged(step: name, path: file.name)
      }
    }
  }

  /// Keeps a result that was made elsewhere: among the committed ones if it was trained or results of its step are there, else
  /// in the local store.
  public func take(_ trace: Trace, _ data: Data) throws {
    let isCommitted = trace.parts.isKeyedByVersionAlone || committed.steps.contains(trace.parts.step)
    let layer = isCommitted ? committed : local
    try layer.store(renamed(trace, for: layer), data)
  }

  private func renamed(_ trace: Trace, for layer: StoreLayer) -> Trace {
    let ending = trace.output.file.drop { $0 != "." }.dropFirst()
    return Trace(
      key: trace.key, parts: trace.parts, title: trace.title, determinism: trace.determinism,
      output: Trace.Output(
        file: layer.fileName(key: trace.key, fileExtension: String(ending)),
        hash: trace.output.hash, bytes: trace.output.bytes),
      costSeconds: trace.costSeconds, environment: trace.environment, reason: trace.reason)
  }

  /// Whether a step is running, so that what is asked for is what it needs.
  private var isWithinStep: Bool { state.withLock { !$0.frames.isEmpty } }

  private func wasForced(_ key: String) -> Bool {
    state.withLock { $0.forced.contains(key) }
  }

  private func work(_ prepared: PreparedStep, in folder: String) -> URL {
    options.local.deletingLastPathComponent()
      .appending(path: folder).appending(path: prepared.parts.step).appending(path: prepared.key)
  }

  private func failureMark(_ prepared: PreparedStep) -> URL {
    local.url(step: prepared.parts.step, key: prepared.key, ending: "failed")
  }

  /// Milliseconds are enough for a cost.
  private func rounded(_ seconds: Double) -> Double {
    (seconds * 1000).rounded() / 1000
  }
}
