// Records computed again against the committed ones, notebook by notebook.
import Artifacts
import Authoring

/// Compares what was computed again with what is committed.
/// - Parameters:
///   - committed: the records as they are.
///   - rebuilt: the records after the new run.
///   - ran: the outputs that were recorded anew; what else `rebuilt` holds is what was there before.
///   - asked: those that were to be.
///   - path: the notebook, for findings.
///   - history: knows which functions changed.
///   - report: receives what was found.
public func compareRebuilt(
  committed: RecordFile, rebuilt: RecordFile, ran: Set<String>, asked: Set<String>, path: String,
  history: CodeHistory? = nil, into report: inout CheckReport
) {
  let machine = rebuilt.provenance.environment.fingerprint
  let before = Dictionary(committed.records.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
  func verified(_ record: Record, _ how: CheckedOutput.Verification) {
    report.outputs.append(
      CheckedOutput(
        name: record.name, notebook: rebuilt.provenance.notebook, kind: record.payload.kind, verification: how
      ))
  }
  for record in rebuilt.records where ran.contains(record.name) {
    guard let old = before[record.name] else {
      report.findings.append(
        Finding(
          .differs, file: path, line: record.line, name: record.name, "\(record.name) was not recorded before"
        ))
      continue
    }
    let finding = { (level: Finding.Level, message: String) in
      Finding(level, file: path, line: record.line, name: record.name, "\(record.name): \(message)")
    }
    let recordedOn = old.place?.environment ?? committed.provenance.environment
    switch compare(old, record, sameMachine: recordedOn.fingerprint == machine) {
    case .identical:
      report.recomputed += 1
      verified(record, .identical)
    case .within(let share):
      report.withinTolerance += 1
      verified(record, .withinTolerance)
      if share > 0.8 {
        report.findings.append(
          finding(.notice, "within its tolerance, but \(Int((share * 100).rounded())) % of it is used"))
      }
    case .differs(let words):
      var found = finding(.differs, words)
      found.cause = causes(old, record, committed, rebuilt, history: history).joined(separator: "; ")
      if found.cause?.isEmpty != false { found.cause = "nothing changed in what \(record.name) is made from" }
      (found.expected, found.actual) = (shown(old), shown(record))
      report.findings.append(found)
      verified(record, .differs)
    case .unverified(let words):
      report.findings.append(finding(.unverified, words))
      verified(record, .notComparable)
    }
  }
  let changes = environmentChanges(committed.provenance.environment, rebuilt.provenance.environment)
  if !changes.isEmpty, !ran.isEmpty {
    report.findings.append(
      Finding(
        .notice, file: path,
        "computed with other versions than recorded (\(changes.joined(separator: ", "))); accepted where the data agree"
      ))
  }
  for record in committed.records where asked.contains(record.name) && !ran.contains(record.name) {
    report.findings.append(
      Finding(
        .differs, file: path, line: record.line, name: record.name, "\(record.name) is recorded no more"))
  }
}

/// An output in few words, to be set beside another.
private func shown(_ record: Record) -> String {
  switch record.payload {
  case .value(let value): value.printed
  case .claim(let claim): claim.verdict.rawValue
  case .note(let note): note.because
  case .table(let recorded):
    ([recorded.table.columns.map(\.title)]
      + recorded.table.rows.indices.map { row in
        recorded.table.columns.indices.map { recorded.table.printed(row: row, column: $0) }
      }).map { $0.joined(separator: "  ") }.joined(separator: "\n")
  case .figure: "figure of data \(dataHash(record))"
  }
}
