// Running notebooks again for a check, several processes side by side.
import Artifacts
import Foundation
import Synchronization
import Weave

/// A part of a check: outputs of one notebook that one process computes again.
struct CheckTask {
  let notebook: NotebookState
  let request: RunRequest
  /// What the outputs were chosen as; nothing if they did not have to be chosen.
  var batch: OutputChooser.Batch?
}

/// Hands out what a check computes again.
protocol CheckSupply: Sendable {
  /// The next part; nothing if that was all.
  mutating func next() -> CheckTask?
  /// Says that a part has run, and how long that took; or that it failed.
  mutating func finish(_ task: CheckTask, seconds: Double, failed: Bool)
}

/// All of given parts in their order.
struct WholeNotebooks: CheckSupply {
  private var tasks: [CheckTask]

  init(_ tasks: [CheckTask]) { self.tasks = tasks.reversed() }

  mutating func next() -> CheckTask? { tasks.popLast() }

  mutating func finish(_ task: CheckTask, seconds: Double, failed: Bool) {}
}

/// Outputs that verify most numbers, as long as there is time.
///
/// Costs on record come from another machine or a busy one: how long parts really took says what still fits.
struct TimedOutputs: CheckSupply {
  private let notebooks: [String: NotebookState]
  private var chooser: OutputChooser
  private let budgetSeconds: Double
  private let start = ContinuousClock.now
  private var expectedSeconds = 0.0
  private var spentSeconds = 0.0

  init(_ notebooks: [NotebookState], within seconds: Double, cost: (StepNode, StepKind) -> Double?) {
    self.notebooks = Dictionary(
      notebooks.map { ($0.source.name, $0) }, uniquingKeysWith: { first, _ in first })
    chooser = OutputChooser(notebooks, cost: cost)
    budgetSeconds = seconds
  }

  mutating func next() -> CheckTask? {
    let left = budgetSeconds - (ContinuousClock.now - start) / .seconds(1)
    // Until something has run, costs are believed; a minute's worth of belief stays.
    let pace = (expectedSeconds + 60) / (spentSeconds + 60)
    // Single costs scatter about the pace, and the last part must not end late.
    guard left > 0,
      let batch = chooser.next(within: 0.9 * left * pace, batchSeconds: budgetSeconds * pace / 20),
      let notebook = notebooks[batch.notebook]
    else { return nil }
    return CheckTask(notebook: notebook, request: RunRequest(labels: batch.labels), batch: batch)
  }

  mutating func finish(_ task: CheckTask, seconds: Double, failed: Bool) {
    guard let batch = task.batch else { return }
    chooser.finish(batch, failed: failed)
    // Waiting says nothing about the pace.
    if failed || batch.waits { return }
    expectedSeconds += batch.seconds
    spentSeconds += seconds
  }
}

/// Runs the parts of a check.
struct Recomputation {
  let runner: NotebookRunner
  /// How many threads steps use; nothing for as many as when they were recorded.
  let threads: Int?
  /// How many processes run at once.
  let jobs: Int

  /// What of a notebook ran to its end, and what it recorded; and why the rest failed.
  struct Run {
    let notebook: NotebookState
    var request = RunRequest()
    var outcome = RunOutcome()
    var failures: [CommandFailure] = []
  }

  /// Runs all parts that a supply hands out.
  /// - Returns: what ran of each notebook, by its name.
  func run(_ supply: some CheckSupply) -> [String: Run] {
    let state = Mutex((supply: supply, running: 0, runs: [String: Run]()))
    @Sendable func work() {
      while true {
        let (task, others) = state.withLock { state in
          let task = state.supply.next()
          if task != nil { state.running += 1 }
          return (task, state.running)
        }
        guard let task else {
          if others == 0 { return }
          // What does not fit now may when another part has taken less time than expected.
          Thread.sleep(forTimeInterval: 0.5)
          continue
        }
        let start = ContinuousClock.now
        let result = Result { try runner(for: task.notebook).run(task.notebook, task.request) }
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        state.withLock { state in
          state.running -= 1
          let name = task.notebook.source.name
          var run = state.runs[name] ?? Run(notebook: task.notebook)
          switch result {
          case .success(let outcome):
            state.supply.finish(task, seconds: seconds, failed: false)
            run.request.labels += task.request.labels
            run.request.sections += task.request.sections
            run.outcome.add(outcome)
          case .failure(let error):
            state.supply.finish(task, seconds: seconds, failed: true)
            run.failures.append(error as? CommandFailure ?? CommandFailure(description: "\(error)"))
          }
          state.runs[name] = run
        }
      }
    }
    let queue = OperationQueue()
    queue.maxConcurrentOperationCount = jobs
    for _ in 0..<jobs { queue.addOperation { work() } }
    queue.waitUntilAllOperationsAreFinished()
    return state.withLock { $0.runs }
  }

  private func runner(for notebook: NotebookState) -> NotebookRunner {
    var runner = runner
    if let threads = threads ?? notebook.file?.provenance.environment.threads {
      runner.environment["QUIRE_THREADS"] = String(threads)
    }
    if jobs > 1 { runner.sharesTerminal = true }
    return runner
  }
}
