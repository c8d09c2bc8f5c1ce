// Building a notebook, running it, and reading what it recorded.
import Artifacts
import Authoring
import Foundation
import Synchronization
import Weave

/// Runs notebooks of a project.
struct NotebookRunner {
  let root: URL
  private let built = BuiltNotebooks()
  private let shared: SharedFolder
  /// Executables of notebooks, built elsewhere; nothing to build them here.
  var binaries: URL?
  /// Variables for the notebook on top of those that name records and lines.
  var environment: [String: String] = [:]
  /// Whether others run at the same time: lines that are written over would hide each other.
  var sharesTerminal = false
  /// Receives what happens to steps, instead of lines on standard error.
  var events: (@Sendable (RunEvent) -> Void)?

  init(root: URL, binaries: URL? = nil, environment: [String: String] = [:]) {
    self.root = root
    shared = SharedFolder(root: root)
    self.binaries = binaries
    self.environment = environment
  }

  /// Runs what is asked for.
  /// - Parameters:
  ///   - state: the notebook.
  ///   - request: what to run of it.
  /// - Returns: what the run left; nothing is written.
  func run(_ state: NotebookState, _ request: RunRequest) throws -> RunOutcome {
    let (code, outcome) = try start(state, request, environment)
    guard code == 0 else {
      throw CommandFailure(description: failure(state, outcome, code))
    }
    guard !outcome.isEmpty || state.lasting(request).isEmpty else {
      throw CommandFailure(
        description: "\(state.source.path) ended without recording anything; its records stay as they were")
    }
    try refuseChange(of: state)
    return outcome
  }

  /// Which steps the outputs asked for rest on, and which of them would run: the notebook is started, but computes
  /// nothing.
  func graph(_ state: NotebookState, _ request: RunRequest) throws -> NotebookGraph {
    let plans = environment.merging(["QUIRE_PLAN": "1", "QUIRE_QUIET": "1", "QUIRE_EVENTS": "0"]) { $1 }
    let (code, outcome) = try start(state, request, plans)
    guard code == 0 else {
      throw CommandFailure(
        description: outcome.failure?.message ?? "\(state.source.path) ended with exit code \(code)")
    }
    return NotebookGraph(outcome, of: state)
  }

  /// Lets steps be computed as the environment says; what outputs there are is recorded nowhere.
  func compute(_ state: NotebookState, _ request: RunRequest) throws {
    let (code, outcome) = try start(state, request, environment)
    guard code == 0 else { throw CommandFailure(description: failure(state, outcome, code)) }
  }

  private func start(_ state: NotebookState, _ request: RunRequest, _ environment: [String: String]) throws
    -> (
      code: Int32, outcome: RunOutcome
    )
  {
    let name = state.source.name
    let binary = try build(name)
    guard FileManager.default.isExecutableFile(atPath: binary.path) else {
      throw CommandFailure(
        description: "\(binary.path) is no program; it should be the built \(state.source.path)")
    }
    // A check may run parts of one notebook side by side.
    let lines = root.appending(path: ".quire/runs/\(name).\(UUID().uuidString).jsonl")
    try Files.makeFolder(lines.deletingLastPathComponent())
    Files.remove(lines)
    defer { Files.remove(lines) }
    let code = try Subprocess(
      program: binary, environment: try variables(state, request, lines, environment), folder: root
    ).run(lines: events.map { events in { line in forward(line, of: name, to: events) } })
    return (code, try RunOutcome((try? Files.read(lines)) ?? Data()))
  }

  /// Joins a run with the records on disk and writes them. Two runs at once do not lose each other's records.
  func commit(_ state: NotebookState, _ request: RunRequest, _ outcome: RunOutcome) throws {
    let name = state.source.name
    let lock = try FileLock(root.appending(path: ".quire/locks/records-\(name)"))
    try withExtendedLifetime(lock) {
      let folder = Project.records(in: root)
      let file = try state.merged(outcome, request: request, into: Project.recordFile(name, in: folder))
      try Files.write(try file.encoded(), to: folder.appending(path: "\(name).jsonl"))
    }
  }

  private func build(_ name: String) throws -> URL {
    if let binaries { return binaries.appending(path: name) }
    let checkout = sourceCheckout(of: root)
    let binary = checkout.appending(path: ".build/release/\(name)")
    try built.once(name) {
      guard let swift = findProgram("swift") else {
        throw CommandFailure(description: "there is no swift on PATH to build \(name) with")
      }
      let code = try Subprocess(
        program: swift, arguments: ["build", "--quiet", "-c", "release", "--product", name], folder: checkout
      ).run()
      guard code == 0 else { throw CommandFailure(description: "\(name) does not build") }
    }
    return binary
  }

  private func variables(
    _ state: NotebookState, _ request: RunRequest, _ lines: URL, _ environment: [String: String]
  ) throws -> [String: String] {
    let spans = state.code.sections.filter { request.sections.contains($0.label) }
      .map { "\($0.lines.lowerBound)-\($0.lines.upperBound)" }
    var variables = environment
    variables["QUIRE_ROOT"] = root.path
    variables["QUIRE_RECORDS"] = lines.path
    variables["QUIRE_PARENT"] = String(ProcessInfo.processInfo.processIdentifier)
    variables["QUIRE_SHARED"] = shared.url.path
    variables["QUIRE_LABELS"] = request.labels.joined(separator: ",")
    variables["QUIRE_LINES"] = spans.joined(separator: ",")
    if sharesTerminal { variables["TERM"] = "dumb" }
    if events != nil, variables["QUIRE_EVENTS"] == nil { variables["QUIRE_EVENTS"] = "1" }
    if !state.parameters.isEmpty {
      variables["QUIRE_PARAMETERS"] = String(
        decoding: try CanonicalJSON.encode(state.parameters), as: UTF8.self)
    }
    return variables
  }

  /// The records belong to the code that was read before; they are not kept if it changed meanwhile.
  private func refuseChange(of state: NotebookState) throws {
    let text = String(decoding: try Files.read(root.appending(path: state.source.path)), as: UTF8.self)
    // Sections may be left out of the report; what matters is all code.
    let now = NotebookState(
      source: try parseNotebook(text, name: state.source.name), file: nil, index: SourceIndex(root: root))
    guard now.hasCode(of: state) else {
      throw CommandFailure(
        description: "\(state.source.path) or what it uses of a module changed while it ran; run it again")
    }
  }

  /// What failed, with the code around it.
  private func failure(_ state: NotebookState, _ outcome: RunOutcome, _ code: Int32) -> String {
    guard let failure = outcome.failure else {
      let how = code > 128 ? "was ended by signal \(code - 128)" : "ended with exit code \(code)"
      let after = outcome.records.last.map { " after \"\($0.name)\"" } ?? ""
      return "\(state.source.path) \(how)\(after); its records stay as they were"
    }
    let chunk = state.source.chunks.first { $0.span.contains(failure.line) && $0.kind != .prose }
    let quoted = (chunk?.lines ?? []).map { line in
      "  \(line.number == failure.line ? ">" : " ") \(line.number)  \(line.text)"
    }
    let sentence =
      failure.message.hasPrefix(state.source.path)
      ? failure.message : "\(state.source.path): \(failure.message)"
    return (["\(sentence); its records stay as they were; the code:"] + quoted)
      .joined(separator: "\n")
  }
}

/// The notebooks that this process has built: planning and running need it once.
private final class BuiltNotebooks: Sendable {
  private let names = Mutex<Set<String>>([])

  /// Builds a notebook unless that was done; SwiftPM builds one thing at a time in a folder, so others wait here.
  func once(_ name: String, build: () throws -> Void) rethrows {
    try names.withLock { names in
      guard !names.contains(name) else { return }
      try build()
      names.insert(name)
    }
  }
}

/// Hands an event of a notebook on; what else the notebook prints is for people.
private func forward(_ line: String, of notebook: String, to events: (RunEvent) -> Void) {
  guard line.hasPrefix("{"), var event = try? CanonicalJSON.decode(RunEvent.self, from: Data(line.utf8))
  else {
    return writeToStandardError(line + "\n")
  }
  event.notebook = notebook
  events(event)
}
