// Whether an output is up to date: the one answer that `list`, `run` and `check` share.
import Artifacts
import Authoring

/// Why an output is out of date.
public enum StaleReason: Sendable, Equatable, CustomStringConvertible {
  /// The notebook's own code that makes it is another one.
  case notebookChanged
  /// A module of the project that the notebook rests on is another one; the files that changed, with the functions
  /// where they are known.
  case libraryChanged([String])
  /// A step behind it has other code; the file, with the functions where they are known.
  case stepChanged(title: String, path: String)
  /// A file that a step behind it reads has another content, or is gone.
  case fileChanged(title: String, path: String)
  /// It was recorded with other values of the notebook's parameters; these, as recorded.
  case parametersChanged([String: JSONValue])

  /// Why, as a sentence without its beginning.
  public var description: String {
    switch self {
    case .notebookChanged: "code in the notebook changed since the record"
    case .libraryChanged(let paths):
      paths.isEmpty
        ? "a module that the notebook rests on changed since the record"
        : "\(paths.prefix(3).joined(separator: ", "))\(paths.count > 3 ? " and others" : "") changed since the record"
    case .stepChanged(let title, let path):
      "\(path), on which the step \"\(title)\" rests, changed since the record"
    case .fileChanged(let title, let path):
      "the file \(path), which the step \"\(title)\" reads, changed since the record"
    case .parametersChanged(let recorded):
      recorded.isEmpty
        ? "it was recorded without the parameters asked for"
        : "it was recorded with "
          + recorded.keys.sorted().map { "\($0) = \(ParameterChange.text(recorded[$0]))" }.joined(
            separator: ", ")
    }
  }
}

/// Whether an output is up to date.
public enum OutputState: Sendable, Equatable {
  /// Recorded by the present code.
  case fresh
  /// Recorded by other code.
  case stale(StaleReason)
  /// Not recorded.
  case missing

  /// `fresh`, `stale` or `missing`.
  public var name: String {
    switch self {
    case .fresh: "fresh"
    case .stale: "stale"
    case .missing: "missing"
    }
  }
}

/// An output of a notebook with its state.
public struct OutputStatus: Sendable {
  /// Its label.
  public let label: String
  /// `value`, `table`, `figure`, `claim` or `note`.
  public let kind: String
  /// The label of its section; empty before the first.
  public let section: String
  /// The line of its call.
  public let line: Int
  /// Whether it is up to date.
  public let state: OutputState
}

/// A notebook with its records, and what they are worth now.
public struct NotebookState: Sendable {
  /// The notebook's text.
  public let source: NotebookSource
  /// The identities of its code.
  public let code: CodeMap
  /// The modules it rests on.
  public let library: LibraryState
  /// Those of its parameters that have other values than its own.
  public let parameters: [String: JSONValue]
  /// What it recorded; nothing if it never ran.
  public let file: RecordFile?
  /// Its outputs in order, with their states.
  public let outputs: [OutputStatus]
  /// Labels of the sections that must run as a whole: they never did, or not with their present code.
  public let staleSections: [String]

  /// The state of a notebook.
  /// - Parameter parameters: values for parameters of the notebooks; those that this one does not have are left out.
  public init(
    source: NotebookSource, file: RecordFile?, index: SourceIndex, parameters: [String: JSONValue] = [:]
  ) {
    let code = CodeMap(source)
    let library = LibraryState(imports: code.imports, index: index)
    let parameters = parameters.filter { code.parameters.contains($0.key) }
    let judge = OutputJudge(code: code, library: library, file: file, index: index, parameters: parameters)
    self.source = source
    self.code = code
    self.library = library
    self.file = file
    self.parameters = parameters
    outputs = judge.outputs()
    staleSections = code.sections.filter { section in
      guard section.hasCode else { return false }
      guard let ran = file?.provenance.sections[section.label] else { return true }
      return ran.code != section.code || ran.library != library.identity(reachedBy: section.mentions)
        || ran.parameters ?? [:] != parameters
    }.map(\.label)
  }

  /// Whether nothing is to be done.
  public var isFresh: Bool {
    staleSections.isEmpty && outputs.allSatisfy { $0.state == .fresh }
  }

  /// Whether a record was made by the present code of the notebook and of the modules it imports, as far as it reaches
  /// these, with the present parameters.
  func isByPresentCode(_ record: Record) -> Bool {
    guard let place = record.place, let mentions = code.mentions(code: place.code) else { return false }
    return place.library == library.identity(reachedBy: mentions) && place.parameters ?? [:] == parameters
  }

  /// Whether another state has the same code in the notebook and in what its sections reach of the modules it imports.
  public func hasCode(of other: NotebookState) -> Bool {
    code.code == other.code.code
      && code.sections.allSatisfy { section in
        library.identity(reachedBy: section.mentions) == other.library.identity(reachedBy: section.mentions)
      }
  }

  /// What is to be run to bring everything up to date; nothing if all is.
  public var neededRun: RunRequest? {
    if isFresh { return nil }
    let labels = outputs.filter { $0.state != .fresh && !staleSections.contains($0.section) }.map(\.label)
    return RunRequest(labels: labels, sections: staleSections)
  }
}

struct OutputJudge {
  let code: CodeMap
  let library: LibraryState
  let file: RecordFile?
  let index: SourceIndex
  let parameters: [String: JSONValue]

  func outputs() -> [OutputStatus] {
    let records = file?.records ?? []
    let recorded = Set(records.map(\.name))
    var outputs = records.map { record in
      let line = code.presentLine(of: record)
      return OutputStatus(
        label: record.name, kind: record.payload.kind, section: code.section(ofLine: line)?.label ?? "",
        line: line, state: state(of: record))
    }
    for output in code.writtenOutputs where !recorded.contains(output.label) {
      outputs.append(
        OutputStatus(
          label: output.label, kind: output.kind, section: code.section(ofLine: output.line)?.label ?? "",
          line: output.line, state: .missing))
    }
    return outputs.enumerated().sorted { ($0.element.line, $0.offset) < ($1.element.line, $1.offset) }.map(
      \.element)
  }

  func state(of record: Record) -> OutputState {
    guard let place = record.place, let mentions = code.mentions(code: place.code) else {
      return .stale(.notebookChanged)
    }
    for name in file?.steps(behind: record.artifacts) ?? [] {
      guard let node = file?.steps[name], !node.parts.isKeyedByVersionAlone else { continue }
      if let path = changedSource(of: node) {
        let place = index.history.place(of: path, since: node.parts.code[path])
        return .stale(.stepChanged(title: node.title, path: place))
      }
    }
    for name in file?.steps(behind: record.artifacts) ?? [] {
      if let node = file?.steps[name], let path = changedFile(of: node) {
        return .stale(.fileChanged(title: node.title, path: path))
      }
    }
    if place.parameters ?? [:] != parameters { return .stale(.parametersChanged(place.parameters ?? [:])) }
    if place.library != library.identity(reachedBy: mentions) {
      return .stale(.libraryChanged(changedPlaces(reachedBy: mentions)))
    }
    return .fresh
  }

  /// Where the modules behind the notebook changed since the last run: of the files that still hold what the code reaches those
  /// that did, or all where none of these did.
  private func changedPlaces(reachedBy mentions: Set<String>) -> [String] {
    let before = file?.provenance.library ?? [:]
    let reached = library.paths(reachedBy: mentions)
    let changed = reached.union(before.keys).filter { before[$0] != library.files[$0] }
    let own = changed.intersection(reached)
    return (own.isEmpty ? changed : own).sorted().map {
      index.history.place(of: $0, since: before[$0])
    }
  }

  /// A file outside of the project is known by its last name only, and cannot be looked at.
  private func changedFile(of node: StepNode) -> String? {
    node.parts.inputs.first { input in
      input.isFile && (input.key.contains("/") || index.hash(ofFile: input.key) != nil)
        && index.hash(ofFile: input.key) != input.hash
    }?.key
  }

  private func changedSource(of node: StepNode) -> String? {
    node.parts.code.keys.sorted().first { index.identity(of: $0) != node.parts.code[$0] }
  }
}
