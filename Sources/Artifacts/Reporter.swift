// What people see of steps while they run: lines on standard error, a live line on a terminal.
import FoundationEssentials
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// How many steps ran, and the like.
public struct StepTotals: Codable, Sendable, Equatable {
  /// Steps computed.
  public var ran = 0
  /// Steps whose results were there.
  public var hit = 0
  /// Steps that failed.
  public var failed = 0

  /// No steps yet.
  public init() {}
}

/// Writes one line per step: verb, title, reason, seconds, size. On a terminal the running step has a live line;
/// elsewhere there is a sign of life at most every 30 seconds.
public final class Reporter: Sendable {
  private let isQuiet: Bool
  private let isTerminal: Bool
  private let hasColor: Bool
  private let sink: @Sendable (String) -> Void
  private let events: (@Sendable (RunEvent) -> Void)?
  private struct State {
    var totals = StepTotals()
    var seen: Set<String> = []
    /// A step that needs another one runs below it.
    var running: [RunningStep] = []
    var hasLiveLine = false
    var lastSign = ContinuousClock.now
    var beats: Task<Void, Never>?
  }
  private let state = Mutex(State())

  /// A reporter on standard error.
  /// - Parameters:
  ///   - isQuiet: whether lines about steps are left out.
  ///   - emitsEvents: whether standard output gets one JSON object per event instead.
  public convenience init(isQuiet: Bool = false, emitsEvents: Bool = false) {
    let environment = ProcessInfo.processInfo.environment
    let isTerminal = isatty(2) == 1 && environment["TERM"] != "dumb"
    let hasColor = isTerminal && (environment["NO_COLOR"] ?? "").isEmpty
    let events: (@Sendable (RunEvent) -> Void)?
    if emitsEvents { events = { event in _ = writeAll(Data(event.line.utf8), to: 1) } } else { events = nil }
    self.init(
      isQuiet: isQuiet || emitsEvents, isTerminal: isTerminal, hasColor: hasColor, events: events,
      sink: { text in writeToStandardError(text) })
  }

  /// A reporter on something else.
  public init(
    isQuiet: Bool, isTerminal: Bool, hasColor: Bool, events: (@Sendable (RunEvent) -> Void)? = nil,
    sink: @escaping @Sendable (String) -> Void
  ) {
    self.events = events
    self.isQuiet = isQuiet
    self.isTerminal = isTerminal
    self.hasColor = hasColor
    self.sink = sink
  }

  /// What happened so far.
  public var totals: StepTotals { state.withLock { $0.totals } }

  /// A result was there. Said once per key.
  func hit(_ title: String, key: String) {
    let isNew = state.withLock { state in
      guard state.seen.insert(key).inserted else { return false }
      state.totals.hit += 1
      return true
    }
    guard isNew else { return }
    line("hit", title)
    events?(RunEvent("hit", title: title))
  }

  /// A result is not the one that a committed result was made from. Said once per key.
  func differs(_ title: String, _ determinism: Determinism, key: String) {
    let isNew = state.withLock { $0.seen.insert("differs " + key).inserted }
    if isNew {
      note(title, "differs from the value that committed results were made from (class \(determinism.name))")
    }
  }

  /// A second run gave another result under the same key, against the promise of the step.
  func differsFromBefore(_ title: String, _ determinism: Determinism) {
    note(title, "gave another result than before for the same key (class \(determinism.name)); both are kept")
  }

  private func note(_ title: String, _ message: String) {
    line("note", "\(title)  \(message)")
    var event = RunEvent("note", title: title)
    event.message = message
    events?(event)
  }

  /// Another process computes the same thing.
  func wait(_ title: String) {
    line("wait", "\(title)  another process is at it")
    events?(RunEvent("wait", title: title))
  }

  /// A step begins.
  /// - Parameter expectedSeconds: how long it took the last time.
  func begin(_ title: String, reason: Reason, expectedSeconds: Double? = nil) {
    if !isTerminal {
      let time = expectedSeconds.map { $0 < 10 ? "" : "  about \(shortSeconds($0))" } ?? ""
      line("run", "\(title)  because \(reason)\(time)")
    }
    if let events {
      var event = RunEvent("begin", title: title)
      event.reason = "\(reason)"
      event.expectedSeconds = expectedSeconds
      events(event)
    }
    state.withLock { state in
      state.running.append(
        RunningStep(title: title, reason: "\(reason)", expectedSeconds: expectedSeconds))
      state.lastSign = .now
      if state.beats == nil && (!isQuiet || events != nil) {
        state.beats = Task.detached { [weak self] in
          while (try? await Task.sleep(for: .seconds(1))) != nil { self?.beat() }
        }
      }
    }
    showLiveLine()
  }

  /// A running step says how far it is.
  func progress(_ title: String, _ message: String, fraction: Double?) {
    let share = fraction.flatMap { Int(exactly: ($0 * 100).rounded(.down)) }.map { " \($0) %" } ?? ""
    let isDue = state.withLock { state in
      if let top = state.running.indices.last { state.running[top].tell(message + share, fraction) }
      let wait: Duration = isTerminal ? .milliseconds(100) : .seconds(30)
      return ContinuousClock.now - state.lastSign >= wait
    }
    if isDue { beat() }
  }

  /// A step has succeeded.
  func end(_ title: String, reason: Reason, seconds: Double, bytes: Int) {
    finish { $0.ran += 1 }
    let because = isTerminal ? "  because \(reason)" : ""
    line(isTerminal ? "run" : "done", "\(title)\(because)  \(shortSeconds(seconds))  \(shortBytes(bytes))")
    guard let events else { return }
    var event = RunEvent("end", title: title)
    (event.reason, event.seconds, event.bytes) = ("\(reason)", seconds, bytes)
    events(event)
  }

  /// A step has failed.
  func fail(_ title: String, seconds: Double) {
    finish { $0.failed += 1 }
    line("fail", "\(title)  \(shortSeconds(seconds))")
    guard let events else { return }
    var event = RunEvent("fail", title: title)
    event.seconds = seconds
    events(event)
  }

  /// The line with the totals.
  public static func totalsLine(_ totals: StepTotals, seconds: Double) -> String {
    "\(totals.ran) ran, \(totals.hit) hit, \(totals.failed) failed, \(shortSeconds(seconds))"
  }

  private func finish(_ count: (inout StepTotals) -> Void) {
    let beats: Task<Void, Never>? = state.withLock { state in
      count(&state.totals)
      _ = state.running.popLast()
      guard state.running.isEmpty else { return nil }
      defer { state.beats = nil }
      return state.beats
    }
    beats?.cancel()
  }

  /// A sign of life, where it is time for one.
  private func beat() {
    if isTerminal && events == nil { return showLiveLine() }
    let sign: (text: String, event: RunEvent)? = state.withLock { state in
      guard let step = state.running.last, ContinuousClock.now - state.lastSign >= .seconds(30) else {
        return nil
      }
      state.lastSign = .now
      var event = RunEvent("progress", title: step.title)
      event.message = step.message
      event.fraction = step.fraction
      event.seconds = step.seconds()
      event.expectedSeconds = step.expectedSeconds
      event.bytes = residentBytes()
      return ("\(step.title)  " + signOfLife(step), event)
    }
    guard let sign else { return }
    line("...", sign.text)
    events?(sign.event)
  }

  /// Time taken, time left, memory, and what the step says.
  private func signOfLife(_ step: RunningStep) -> String {
    var parts = [shortSeconds(step.seconds())]
    if let left = step.secondsLeft(), left > 0 { parts.append("about \(shortSeconds(left.rounded())) left") }
    let memory = residentBytes()
    if memory > 0 { parts.append(shortBytes(memory)) }
    if !step.message.isEmpty { parts.append(step.message) }
    return parts.joined(separator: "  ")
  }

  private func showLiveLine() {
    guard isTerminal && !isQuiet else { return }
    state.withLock { state in
      guard let step = state.running.last else { return }
      state.lastSign = .now
      state.hasLiveLine = true
      let text = "\(step.title)  because \(step.reason)  \(signOfLife(step))"
      // A line that wraps cannot be written over.
      sink("\r\u{1B}[K" + verb("run") + String(text.prefix(max(20, (terminalColumns(of: 2) ?? 80) - 7))))
    }
  }

  private func line(_ verb: String, _ text: String) {
    if isQuiet { return }
    state.withLock { state in
      let start = state.hasLiveLine ? "\r\u{1B}[K" : ""
      state.hasLiveLine = false
      sink(start + self.verb(verb) + text + "\n")
    }
  }

  private func verb(_ word: String) -> String {
    let padded = word + String(repeating: " ", count: max(1, 6 - word.count))
    guard hasColor else { return padded }
    let colors = ["run": "33", "done": "32", "hit": "32", "fail": "31", "wait": "36"]
    return "\u{1B}[\(colors[word] ?? "0")m\(padded)\u{1B}[0m"
  }
}

/// The width in characters of the terminal that a descriptor leads to; nothing where it leads to none, or nobody tells.
public func terminalColumns(of descriptor: Int32) -> Int? {
  #if canImport(Glibc)
    var size = winsize()
    if ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 { return Int(size.ws_col) }
  #endif
  return nil
}

/// Seconds for people: `0.42 s`, `41.2 s`, `12 min 5 s`.
public func shortSeconds(_ seconds: Double) -> String {
  if seconds < 10 { return "\((seconds * 100).rounded() / 100) s" }
  guard seconds >= 120, seconds < 1e12 else { return "\((seconds * 10).rounded() / 10) s" }
  let whole = Int(seconds.rounded())
  if whole < 7200 { return "\(whole / 60) min \(whole % 60) s" }
  return "\(whole / 3600) h \(whole % 3600 / 60) min"
}

/// A size for people: `312 B`, `3.1 MB`.
public func shortBytes(_ bytes: Int) -> String {
  if bytes < 1000 { return "\(bytes) B" }
  if bytes < 1_000_000 { return "\((Double(bytes) / 100).rounded() / 10) kB" }
  return "\((Double(bytes) / 100_000).rounded() / 10) MB"
}

/// Writes text to standard error at once.
public func writeToStandardError(_ text: String) {
  // Nobody may be listening.
  _ = writeAll(Data(text.utf8), to: 2)
}

/// Ends the process with a sentence on standard error.
public func exitWithMessage(_ message: String, code: Int32 = 2) -> Never {
  writeToStandardError("error: \(message)\n")
  exit(code)
}
