// quire run: bring outputs up to date.
import ArgumentParser
import Artifacts
import Foundation
import Synchronization
import Weave

/// `quire run`.
struct RunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Bring notebooks, sections or outputs up to date, with only the steps they need.")

  @OptionGroup var options: RunOptions

  @Flag(help: "Go on with the next notebook after a failure.")
  var keepGoing = false

  @Flag(help: "Only say what would run, as quire plan does.")
  var dryRun = false

  @Flag(help: "No lines about steps.")
  var quiet = false

  @Flag(help: "Print what happens on standard output, one JSON object per line.")
  var json = false

  @Option(
    name: .customLong("jobs"),
    help:
      "How many notebooks may compute at once, each in a process of its own; one, and from scratch as many as there are processors, up to four."
  )
  var givenJobs: Int?

  @Option(help: "Threads for each step; by default as many as when it was recorded, else two.")
  var threads: Int?

  func validate() throws {
    if let threads, threads < 1 { throw ValidationError("--threads is \(threads), expected at least 1") }
    if let givenJobs, givenJobs < 1 {
      throw ValidationError("--jobs is \(givenJobs), expected at least 1")
    }
  }

  private var jobs: Int { givenJobs ?? options.jobs }

  func run() throws {
    try reporting {
      if dryRun { return try showPlan(options, jobs: jobs, asJSON: json) }
      let session = try Session(options.subject)
      let project = try options.project(session)
      let planner = RunPlanner(project: project, options: options, runner: runner(session))
      let (needed, fresh) = try planner.requests()
      for name in fresh { tell("fresh", name) { "fresh \(name)" } }
      guard !needed.isEmpty else { return }
      let locks = session.root.appending(path: ".quire/locks")
      // Two runs from scratch would remove each other's results.
      let alone =
        try options.fromScratch
        ? FileLock(locks.appending(path: "scratch")) { say("waiting for another run from scratch to end") }
        : nil
      if options.fromScratch { tellWhatIsLeft(session) }
      try withExtendedLifetime(alone) { try session.keepingResults { try run(needed, planner, session) } }
    }
  }

  /// A run from scratch that was broken off goes on with what it had made, which whoever waits should know.
  private func tellWhatIsLeft(_ session: Session) {
    let folder = options.storeOptions(root: session.root).local
    let count = StoreLayer(folder: folder).entries.count
    guard count > 0 else { return }
    tell("resumed", nil) {
      "going on with \(count) results of a run from scratch that was broken off; remove .quire/scratch to begin anew"
    }
  }

  private struct Progress {
    var totals = StepTotals()
    var redrawn: Set<String> = []
    var failures: [CommandFailure] = []
    /// How many notebooks were not started after a failure.
    var skipped = 0
    /// What a run from scratch recorded: it replaces what is committed once everything has run.
    var waiting: [(notebook: NotebookState, request: RunRequest, outcome: RunOutcome)] = []
  }

  private func run(_ needed: [(NotebookState, RunRequest)], _ planner: RunPlanner, _ session: Session) throws
  {
    let start = ContinuousClock.now
    let plans = needed.map { notebook, request in announce(notebook, request, planner) }
    if !quiet, plans.contains(where: { $0?.steps.isEmpty == false }) {
      say(costLine(plans.compactMap { $0 }, jobs: jobs))
    }
    let progress = Mutex(Progress())
    let queue = OperationQueue()
    // From scratch they wait for each other's trainings: all are started, and as many as may compute.
    queue.maxConcurrentOperationCount = options.fromScratch ? needed.count : jobs
    for ((notebook, request), plan) in zip(needed, plans) {
      queue.addOperation { [self] in
        let isSkipped = progress.withLock { progress in
          guard !progress.failures.isEmpty, !keepGoing else { return false }
          progress.skipped += 1
          return true
        }
        if isSkipped { return tell("skipped", notebook.source.name) { "skip \(notebook.source.name)" } }
        do {
          let outcome = try run(notebook, request, plan, planner.runner, session)
          progress.withLock { progress in
            if options.fromScratch { progress.waiting.append((notebook, request, outcome)) }
            progress.totals = progress.totals + (outcome.status?.totals ?? StepTotals())
            for case (let name, .figure) in outcome.records.map({ ($0.name, $0.payload) }) {
              progress.redrawn.insert(name)
            }
          }
        } catch {
          let failure = error as? CommandFailure ?? CommandFailure(description: "\(error)")
          tell("failed", notebook.source.name, failure.description) { failure.description }
          progress.withLock { $0.failures.append(failure) }
        }
      }
    }
    queue.waitUntilAllOperationsAreFinished()
    let (totals, redrawn, failed, skipped) = progress.withLock {
      ($0.totals, $0.redrawn, $0.failures.count, $0.skipped)
    }
    if options.fromScratch, failed == 0 {
      try keepScratch(session)
      for (notebook, request, outcome) in progress.withLock({ $0.waiting }) {
        try planner.runner.commit(notebook, request, outcome)
      }
    }
    let present = try session.project()
    let drawn = try session.draw(present, redrawn, paper: nil)
    let lock = try FileLock(session.root.appending(path: ".quire/locks/lock-file"))
    try withExtendedLifetime(lock) {
      // Another run may have recorded something while figures were drawn.
      let present = try session.project()
      try writeCosts(present, session)
      try present.keepCode()
    }
    let seconds = Double((ContinuousClock.now - start).components.seconds)
    tell("totals", nil, totals: totals) {
      let notebooks =
        failed == 0
        ? ""
        : "; \(failed) of \(needed.count) notebooks failed"
          + (skipped == 0 ? "" : ", and \(skipped) were not started, which --keep-going does")
      return "\(Reporter.totalsLine(totals, seconds: seconds)); \(drawn) figures drawn\(notebooks)"
    }
    if failed > 0 { throw ExitCode(2) }
    if options.fromScratch { Files.remove(session.root.appending(path: ".quire/scratch")) }
  }

  /// Says what will run. A plan that fails says nothing: the run itself will.
  private func announce(_ notebook: NotebookState, _ request: RunRequest, _ planner: RunPlanner)
    -> NotebookPlan?
  {
    let plan = try? planner.plan(notebook, request)
    let bare = NotebookPlan(notebook, request)
    let headline = (plan ?? bare).headline
    tell("run", notebook.source.name, headline) { "run \(notebook.source.name): \(headline)" }
    return plan
  }

  private func run(
    _ notebook: NotebookState, _ request: RunRequest, _ plan: NotebookPlan?, _ runner: NotebookRunner,
    _ session: Session
  ) throws -> RunOutcome {
    var runner = runner
    let reasons = session.root.appending(
      path: ".quire/runs/\(notebook.source.name).\(ProcessInfo.processInfo.processIdentifier).reasons.json")
    if let plan, !plan.steps.isEmpty {
      let byKey = Dictionary(
        plan.steps.map { ($0.node.key, $0.reason) }, uniquingKeysWith: { first, _ in first })
      try Files.write(CanonicalJSON.encode(byKey), to: reasons)
      runner.environment["QUIRE_REASONS"] = reasons.path
    }
    defer { Files.remove(reasons) }
    // As before where nobody says: results of another number of threads cannot be compared digit by digit.
    if threads == nil, let recorded = notebook.file?.provenance.environment.threads {
      runner.environment["QUIRE_THREADS"] = String(recorded)
    }
    let outcome = try runner.run(notebook, request)
    if !options.fromScratch { try runner.commit(notebook, request, outcome) }
    return outcome
  }

  private func runner(_ session: Session) -> NotebookRunner {
    var runner = options.runner(root: session.root)
    if quiet { runner.environment["QUIRE_QUIET"] = "1" }
    runner.sharesTerminal = jobs > 1
    if options.fromScratch { runner.environment["QUIRE_STEPS_AT_ONCE"] = String(jobs) }
    if let threads { runner.environment["QUIRE_THREADS"] = String(threads) }
    if json { runner.events = { printEvent($0) } }
    return runner
  }

  /// Results of a run from scratch serve later runs like any others.
  private func keepScratch(_ session: Session) throws {
    let store = Store(StoreOptions(root: session.root), reporter: Reporter(isQuiet: true))
    let scratch = StoreLayer(folder: options.storeOptions(root: session.root).local)
    for trace in scratch.entries.compactMap(\.trace) {
      if case .found(let trace, let data) = scratch.lookup(step: trace.parts.step, key: trace.key) {
        try store.take(trace, data)
      }
    }
  }

  private func writeCosts(_ project: Project, _ session: Session) throws {
    let before = StepCosts.read(root: session.root)
    let store = Store(options.storeOptions(root: session.root))
    let after = before.updated(nodes: project.steps, store: store)
    if after != before { try after.write(root: session.root) }
  }

  /// A message for people, or an event for programs.
  private func tell(
    _ event: String, _ notebook: String?, _ message: String? = nil, totals: StepTotals? = nil,
    _ words: () -> String
  ) {
    guard json else { return say(words()) }
    var record = RunEvent(event)
    (record.notebook, record.message, record.totals) = (notebook, message, totals)
    printEvent(record)
  }
}

/// One line on standard output, at once.
private func printEvent(_ event: RunEvent) {
  FileHandle.standardOutput.write(Data(event.line.utf8))
}

private func + (first: StepTotals, second: StepTotals) -> StepTotals {
  var sum = first
  sum.ran += second.ran
  sum.hit += second.hit
  sum.failed += second.failed
  return sum
}
