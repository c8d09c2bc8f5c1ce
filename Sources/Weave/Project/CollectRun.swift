// Joining what a run handed over with the records there were.
import Artifacts
import Authoring
import FoundationEssentials

/// What was asked of a run.
public struct RunRequest: Sendable, Equatable {
  /// Labels of outputs.
  public var labels: [String]
  /// Labels of sections that run as a whole; empty text for what stands before the first.
  public var sections: [String]

  /// A request of some outputs and whole sections.
  public init(labels: [String] = [], sections: [String] = []) {
    self.labels = labels
    self.sections = sections
  }
}

/// What a run left in its file of lines.
public struct RunOutcome: Sendable {
  /// The records, without places.
  public var records: [Record] = []
  /// The steps.
  public var steps: [StepNode] = []
  /// How it went, as last said.
  public var status: RunStatus?
  /// Why it failed, if it did.
  public var failure: RunFailure?
  /// What would be recorded, if the run was only planned.
  public var plannedOutputs: [PlannedOutput] = []
  /// What would run.
  public var plannedSteps: [PlannedStep] = []

  /// Whether the run said nothing at all.
  public var isEmpty: Bool { records.isEmpty && steps.isEmpty && status == nil }

  /// What a run left that said nothing.
  public init() {}

  /// Reads the lines; the last may be cut off by a kill.
  /// - Throws: an error if another line cannot be read: what it recorded would be lost.
  public init(_ data: Data) throws {
    let newline = UInt8(ascii: "\n")
    let lines = data.split(separator: newline)
    for (index, line) in lines.enumerated() {
      switch try? CanonicalJSON.decode(RunLine.self, from: line) {
      case .record(let record): records.append(record)
      case .step(let node): steps.append(node)
      case .status(let status): self.status = status
      case .failure(let failure): self.failure = failure
      case .plannedOutput(let output): plannedOutputs.append(output)
      case .plannedStep(let step): plannedSteps.append(step)
      case nil:
        guard index == lines.count - 1, data.last != newline else {
          throw WeaveProblem(
            .error, file: "", line: 0,
            "line \(index + 1) of what the notebook handed over cannot be read; notebook and quire must be built from one checkout"
          )
        }
      }
    }
  }

  /// Adds what another run of the same notebook left.
  public mutating func add(_ other: RunOutcome) {
    records += other.records
    steps += other.steps
    status = other.status ?? status
    failure = other.failure ?? failure
    plannedOutputs += other.plannedOutputs
    plannedSteps += other.plannedSteps
  }
}

extension NotebookState {
  /// The records after a run: those that ran are new, the others stay; places follow the present code.
  /// - Parameters:
  ///   - outcome: what the run left.
  ///   - request: what was asked of it.
  ///   - file: the records that there are by now, if another run may have left some since the state was read.
  /// - Returns: the file as a run of everything would leave it, as far as everything is up to date.
  public func merged(
    _ outcome: RunOutcome, request: RunRequest, into file: RecordFile?
  ) throws -> RecordFile {
    // A run of code without outputs says nothing about itself.
    let status =
      outcome.status ?? file.map { lastStatus(of: $0) }
      ?? RunStatus(environment: RunEnvironment(threads: 2), totals: StepTotals())
    var fresh: [Record] = []
    for var record in outcome.records {
      guard let section = code.section(ofLine: record.line), let place = code.place(ofLine: record.line)
      else {
        throw WeaveProblem(
          .error, file: source.path, line: record.line,
          "\"\(record.name)\" was recorded from a line that is not in the notebook; "
            + "helpers hand line and fileID on to the notebook's methods")
      }
      let mentions = code.mentions(code: place.code) ?? []
      record.place = RecordPlace(
        section: section.label, token: place.token, code: place.code,
        library: library.identity(reachedBy: mentions),
        parameters: parameters.isEmpty ? nil : parameters)
      fresh.append(record)
    }
    let ran = Set(fresh.map(\.name))
    let kept = (file?.records ?? []).filter { record in
      // Of a section that ran as a whole nothing stays that was not recorded again.
      !ran.contains(record.name) && !request.sections.contains(presentSection(of: record) ?? "\u{0}")
    }.map { from(file?.provenance.environment, to: status.environment, moved($0)) }
    var sections =
      file?.provenance.sections.filter { entry in code.sections.contains { $0.label == entry.key } } ?? [:]
    for section in code.sections where section.hasCode && request.sections.contains(section.label) {
      sections[section.label] = Provenance.SectionCode(
        code: section.code, library: library.identity(reachedBy: section.mentions),
        parameters: parameters.isEmpty ? nil : parameters)
    }
    var steps = file?.steps ?? [:]
    for node in outcome.steps {
      if node.hash.isEmpty, let known = steps[node.name], known.parts == node.parts { continue }
      steps[node.name] = node
    }
    return RecordFile(
      provenance: Provenance(
        notebook: source.name, environment: status.environment, sections: sections,
        library: library.files(reachedBy: Set(code.sections.flatMap(\.mentions)))),
      steps: steps, records: inOrder(kept: kept, fresh: fresh, as: file))
  }

  /// The records after a run, joined with those of the state.
  public func merged(_ outcome: RunOutcome, request: RunRequest) throws -> RecordFile {
    try merged(outcome, request: request, into: file)
  }

  /// The recorded outputs that a run of what is asked for must record again: the notebook still has their calls.
  public func lasting(_ request: RunRequest) -> [String] {
    let written = Set(code.writtenOutputs.map(\.label))
    return (file?.records ?? []).filter { record in
      written.contains(record.name)
        && (request.labels.contains(record.name)
          || request.sections.contains(presentSection(of: record) ?? "\u{0}"))
    }.map(\.name)
  }

  /// A record that stays when its notebook ran elsewhere keeps where it was computed.
  private func from(_ old: RunEnvironment?, to new: RunEnvironment, _ record: Record) -> Record {
    var record = record
    let environment = record.place?.environment ?? old
    record.place?.environment = environment == new ? nil : environment
    return record
  }

  private func lastStatus(of file: RecordFile) -> RunStatus {
    RunStatus(
      environment: file.provenance.environment, totals: StepTotals())
  }

  /// Where a record stands now.
  func presentLine(of record: Record) -> Int { code.presentLine(of: record) }

  private func presentSection(of record: Record) -> String? {
    code.section(ofLine: presentLine(of: record))?.label
  }

  /// A record with its line and section as they are now, unless its code is gone.
  private func moved(_ record: Record) -> Record {
    guard var place = record.place, let line = code.line(code: place.code, token: place.token) else {
      return record
    }
    var moved = record
    moved.line = line
    place.section = code.section(ofLine: line)?.label ?? place.section
    moved.place = place
    return moved
  }

  /// Records by line; those of one line in the order they were recorded in.
  private func inOrder(kept: [Record], fresh: [Record], as file: RecordFile?) -> [Record] {
    var order: [String: Int] = [:]
    for record in (file?.records ?? []) + fresh where order[record.name] == nil {
      order[record.name] = order.count
    }
    var freshOrder: [String: Int] = [:]
    for record in fresh { freshOrder[record.name] = freshOrder.count }
    return (kept + fresh).sorted { first, second in
      if first.line != second.line { return first.line < second.line }
      if let one = freshOrder[first.name], let two = freshOrder[second.name] { return one < two }
      return order[first.name, default: 0] < order[second.name, default: 0]
    }
  }
}
