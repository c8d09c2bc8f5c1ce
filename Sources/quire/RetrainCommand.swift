// quire retrain: does the present code still train what is committed?
import ArgumentParser
import Artifacts
import Foundation
import Synchronization
import Weave

/// `quire retrain`.
struct RetrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "retrain",
    abstract: "Train again, from the first step to the last, what is committed, and compare byte by byte.",
    discussion: """
      Without names it takes what was trained by other code than the present one, the quickest first. Where the result is \
      equal, the trace beside the committed one is replaced by that of the new run, and so names the present code. Where it \
      differs, nothing committed changes, and what came out stays in .quire/retrained. A training that is stopped goes on \
      from its last state. Trainings whose bits follow from measurements that are not committed are named and left.
      """)

  @Argument(help: ArgumentHelp("Committed trainings, as check and gc print them.", valueName: "step/key"))
  var names: [String] = []

  @Option(
    help: ArgumentHelp(
      "Begin only what by its last run ends within this time: 90s, 15m, 2h.", valueName: "time"))
  var budget: TimeBudget?

  @Option(help: "How many may train at once, each in a process of its own; as many as processors, up to 4.")
  var jobs: Int?

  @Option(help: ArgumentHelp("Run executables that are built already.", valueName: "folder"))
  var binaries: String?

  private enum Outcome {
    case equal(seconds: Double)
    case different(isSameKind: Bool)
    case failed(String)
  }

  private static let folder = ".quire/retrained"

  func validate() throws {
    if let jobs, jobs < 1 { throw ValidationError("--jobs is \(jobs), expected at least 1") }
  }

  func run() throws {
    try reporting {
      let session = try Session()
      let trainings = try chosen(of: session.project())
      guard !trainings.isEmpty else { return print("all of it was trained by the present code") }
      let locks = session.root.appending(path: ".quire/locks")
      let alone = try FileLock(locks.appending(path: "retrain")) { say("waiting for another one to end") }
      let outcomes = try withExtendedLifetime(alone) {
        try session.keepingResults { try train(trainings, session) }
      }
      let code = exitCode(outcomes)
      print(summary(outcomes, of: trainings.count))
      tidyUp(session)
      if code != 0 { throw ExitCode(code) }
    }
  }

  /// Removes what nobody goes on from and nobody asked to keep: all of it unless a training stopped or came out otherwise.
  private func tidyUp(_ session: Session) {
    let folder = session.root.appending(path: Self.folder)
    let work = folder.appending(path: "work")
    let isStopped = Files.names(in: work).contains { !Files.names(in: work.appending(path: $0)).isEmpty }
    let hasTraining = StoreLayer(folder: folder.appending(path: "store")).entries.contains {
      $0.trace?.parts.isKeyedByVersionAlone ?? true
    }
    if !isStopped, !hasTraining { Files.remove(folder) }
  }

  private func chosen(of project: Project) throws -> [StoredTraining] {
    let all = project.trainings
    if names.isEmpty { return all.filter(\.isByOtherCode) }
    return try names.map { name in
      guard let training = all.first(where: { $0.name == name }) else {
        throw UnknownTarget(name, kind: "committed training", among: all.map(\.name), listedBy: "quire gc")
      }
      return training
    }
  }

  /// Trains what is chosen, as long as the time lasts, and says of each how it came out.
  private func train(_ trainings: [StoredTraining], _ session: Session) throws -> [Outcome] {
    let start = ContinuousClock.now
    let limit = budget?.seconds ?? .infinity
    let expected = trainings.reduce(0) { $0 + $1.trace.costSeconds }
    say("\(trainings.count) trainings, \(shortSeconds(expected)) one after the other by their last runs")
    let outcomes = Mutex<[Outcome]>([])
    let queue = OperationQueue()
    queue.maxConcurrentOperationCount = jobs ?? mostNotebooksAtOnce
    for training in trainings {
      queue.addOperation {
        let left = limit - (ContinuousClock.now - start) / .seconds(1)
        guard training.trace.costSeconds <= left else { return }
        let outcome: Outcome
        do {
          outcome = try train(training, session)
        } catch {
          outcome = .failed("\(error)")
        }
        outcomes.withLock { outcomes in
          outcomes.append(outcome)
          // At once: the next line may be hours away.
          FileHandle.standardOutput.write(Data((line(training, outcome) + "\n").utf8))
        }
      }
    }
    queue.waitUntilAllOperationsAreFinished()
    return outcomes.withLock { $0 }
  }

  private func train(_ training: StoredTraining, _ session: Session) throws -> Outcome {
    let scratch = StoreLayer(folder: session.root.appending(path: "\(Self.folder)/store"))
    var runner = NotebookRunner(root: session.root, binaries: binaries.map { URL(filePath: $0) })
    var store = StoreOptions(root: session.root)
    (store.local, store.commits, store.again) = (scratch.folder, false, training.trace.key)
    runner.environment = store.variables
    runner.environment["QUIRE_THREADS"] = String(training.trace.environment.threads)
    // An output ends where it first needs what is not computed here, which may be before it asks for the training.
    var found: (trace: Trace, data: Data)?
    for place in training.places where found == nil {
      try runner.compute(place.notebook, RunRequest(labels: [place.label]))
      let lookup = scratch.lookup(step: training.trace.parts.step, key: training.trace.key)
      if case .found(let trace, let data) = lookup { found = (trace, data) }
    }
    guard let (trace, data) = found else {
      return .failed(
        "its bits rest on results that would have to be computed first; a run from scratch trains it")
    }
    guard trace.output.hash == training.trace.output.hash else {
      let (now, then) = (trace.environment, training.trace.environment)
      return .different(isSameKind: then.processor != nil && now.fingerprint == then.fingerprint)
    }
    try Store(StoreOptions(root: session.root), reporter: Reporter(isQuiet: true)).take(trace, data)
    scratch.entries.first { $0.trace?.key == trace.key }?.remove()
    return .equal(seconds: trace.costSeconds)
  }

  private func line(_ training: StoredTraining, _ outcome: Outcome) -> String {
    let words =
      switch outcome {
      case .equal(let seconds): ("equal       ", "trained again in \(shortSeconds(seconds))")
      case .different(true): ("differs     ", "the present code trains other weights")
      case .different(false):
        ("unknown     ", "other weights, which on another kind of processor says nothing about the code")
      case .failed(let message): ("unknown     ", message)
      }
    return "\(words.0)\(training.name): \(training.trace.title): \(words.1)"
  }

  private func exitCode(_ outcomes: [Outcome]) -> Int32 {
    var code: Int32 = 0
    for outcome in outcomes {
      switch outcome {
      case .equal: continue
      case .different(true): return 1
      case .different(false), .failed: code = 2
      }
    }
    return code
  }

  private func summary(_ outcomes: [Outcome], of count: Int) -> String {
    let equal = outcomes.count { if case .equal = $0 { true } else { false } }
    let failed = outcomes.count { if case .failed = $0 { true } else { false } }
    let rest = count - outcomes.count
    return "\(equal) of \(outcomes.count - failed) trained again came out equal, byte by byte"
      + (failed > 0 ? "; \(failed) could not be trained" : "")
      + (rest > 0 ? "; \(rest) did not fit into the time" : "")
  }
}
