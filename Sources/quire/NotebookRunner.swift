// Building a notebook, running it, and reading what it recorded.
import Artifacts
import Authoring
import Foundation
import Weave

/// Runs notebooks of a project.
struct NotebookRunner {
  let root: URL
  /// Executables of notebooks, built elsewhere; nothing to build them here.
  var binaries: URL?
  /// Variables for the notebook on top of those that name records and lines.
  var environment: [String: String] = [:]

  /// Runs what is asked for, and joins it with the records there are.
  /// - Parameters:
  ///   - state: the notebook.
  ///   - request: what to run of it.
  /// - Returns: the new records, and the labels of those that ran. Nothing is written.
  func run(_ state: NotebookState, _ request: RunRequest) throws -> (
    state: NotebookState, outcome: RunOutcome
  ) {
    let name = state.source.name
    let binary = try build(name)
    let lines = root.appending(path: ".quire/runs/\(name).\(ProcessInfo.processInfo.processIdentifier).jsonl")
    try Files.makeFolder(lines.deletingLastPathComponent())
    Files.remove(lines)
    defer { Files.remove(lines) }
    let code = try Subprocess(
      program: binary, environment: variables(state, request, lines), folder: root
    ).run()
    let outcome = RunOutcome((try? Files.read(lines)) ?? Data())
    guard code == 0 else {
      let message = failure(state, outcome, code)
      try Files.write(message + "\n", to: failureMark(name))
      throw CommandFailure(description: message)
    }
    Files.remove(failureMark(name))
    try refuseChange(of: state)
    return (state, outcome)
  }

  /// Joins a run with the records on disk and writes them. Two runs at once do not lose each other's records.
  func commit(_ state: NotebookState, _ request: RunRequest, _ outcome: RunOutcome) throws {
    let name = state.source.name
    let lock = try FileLock(root.appending(path: ".quire/locks/records-\(name)"))
    try withExtendedLifetime(lock) {
      let folder = Project.records(in: root)
      let present = NotebookState(
        source: state.source, file: try Project.recordFile(name, in: folder), index: SourceIndex(root: root))
      let file = try present.merged(outcome, request: request)
      try Files.write(try file.encoded(), to: folder.appending(path: "\(name).jsonl"))
    }
  }

  private func build(_ name: String) throws -> URL {
    if let binaries { return binaries.appending(path: name) }
    guard let swift = findProgram("swift") else {
      throw CommandFailure(description: "there is no swift on PATH to build \(name) with")
    }
    let code = try Subprocess(
      program: swift, arguments: ["build", "--quiet", "-c", "release", "--product", name], folder: root
    ).run()
    guard code == 0 else { throw CommandFailure(description: "\(name) does not build") }
    return root.appending(path: ".build/release/\(name)")
  }

  private func variables(_ state: NotebookState, _ request: RunRequest, _ lines: URL) -> [String: String] {
    let spans = state.code.sections.filter { request.sections.contains($0.label) }
      .map { "\($0.lines.lowerBound)-\($0.lines.upperBound)" }
    var variables = environment
    variables["QUIRE_ROOT"] = root.path
    variables["QUIRE_RECORDS"] = lines.path
    variables["QUIRE_LABELS"] = request.labels.joined(separator: ",")
    variables["QUIRE_LINES"] = spans.joined(separator: ",")
    return variables
  }

  /// The records belong to the code that was read before; they are not kept if it changed meanwhile.
  private func refuseChange(of state: NotebookState) throws {
    let text = String(decoding: try Files.read(root.appending(path: state.source.path)), as: UTF8.self)
    let now = NotebookState(
      source: try parseNotebook(text, name: state.source.name), file: nil, index: SourceIndex(root: root))
    guard now.code.code == state.code.code, now.library == state.library else {
      throw CommandFailure(
        description: "\(state.source.path) or a module it imports changed while it ran; run it again")
    }
  }

  /// What failed, with the code around it.
  private func failure(_ state: NotebookState, _ outcome: RunOutcome, _ code: Int32) -> String {
    guard let failure = outcome.failure else {
      return "\(state.source.path) ended with exit code \(code); its records stay as they were"
    }
    let chunk = state.source.chunks.first { $0.span.contains(failure.line) && $0.kind != .prose }
    let quoted = (chunk?.lines ?? []).map { line in
      "  \(line.number == failure.line ? ">" : " ") \(line.number)  \(line.text)"
    }
    return (["\(state.source.path) failed, its records stay as they were; the code:"] + quoted)
      .joined(separator: "\n")
  }

  private func failureMark(_ name: String) -> URL {
    root.appending(path: ".quire/failed/\(name).txt")
  }
}
