// The cost of a step over all processes that worked on it: a run that was killed and resumed has cost both parts.
import FoundationEssentials
import Synchronization

/// Measures a run, and leaves beside the work in progress how long it has taken so far.
final class Stopwatch: Sendable {
  private let file: URL
  private let start = ContinuousClock.now
  /// Seconds of earlier processes whose work is being continued.
  let earlier: Double
  private let away = Mutex(0.0)
  private let beats = Mutex<Task<Void, Never>?>(nil)

  /// Starts measuring.
  /// - Parameters:
  ///   - file: where the seconds are left for a process that continues.
  ///   - continues: whether there is work of an earlier process to go on with.
  init(file: URL, continues: Bool) {
    self.file = file
    let left = (try? Files.read(file)).flatMap { Double(String(decoding: $0, as: UTF8.self)) }
    earlier = continues ? max(0, left ?? 0) : 0
    let task = Task.detached { [weak self] in
      while (try? await Task.sleep(for: .seconds(2))) != nil { self?.save() }
    }
    beats.withLock { $0 = task }
  }

  /// Seconds since the start, in this process.
  var elapsed: Double {
    let (whole, fraction) = (ContinuousClock.now - start).components
    return Double(whole) + Double(fraction) * 1e-18
  }

  /// Seconds of the step itself in all processes.
  var own: Double { earlier + elapsed - away.withLock { $0 } }

  /// Counts seconds that went to another step.
  func leaveOut(_ seconds: Double) { away.withLock { $0 += seconds } }

  /// Leaves the seconds so far for a process that continues. A failure costs nothing but their accuracy.
  func save() { try? Files.write("\(own)", to: file) }

  /// Stops.
  /// - Parameter isDone: whether nothing is left to continue.
  func stop(isDone: Bool) {
    beats.withLock { $0 }?.cancel()
    if isDone { Files.remove(file) } else { save() }
  }
}
