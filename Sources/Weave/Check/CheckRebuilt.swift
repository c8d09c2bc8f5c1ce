// Records computed again against the committed ones, notebook by notebook.
import Artifacts
import Authoring

/// Compares what was computed again with what is committed.
/// - Parameters:
///   - committed: the records as they are.
///   - rebuilt: the records after the new run.
///   - names: the outputs that ran.
///   - path: the notebook, for findings.
///   - report: receives what was found.
public func compareRebuilt(
  committed: RecordFile, rebuilt: RecordFile, names: Set<String>, path: String, into report: inout CheckReport
) {
  let sameMachine =
    committed.provenance.environment.fingerprint == rebuilt.provenance.environment.fingerprint
  let before = Dictionary(committed.records.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
  for record in rebuilt.records where names.contains(record.name) {
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
    switch compare(old, record, sameMachine: sameMachine) {
    case .identical: report.recomputed += 1
    case .within(let share):
      report.withinTolerance += 1
      if share > 0.8 {
        report.findings.append(
          finding(.notice, "within its tolerance, but \(Int((share * 100).rounded())) % of it is used"))
      }
    case .differs(let words):
      report.findings.append(finding(.differs, words + cause(old, record, committed, rebuilt)))
    case .unverified(let words): report.findings.append(finding(.unverified, words))
    }
  }
  for record in committed.records
  where names.contains(record.name) && !rebuilt.records.contains(where: { $0.name == record.name }) {
    report.findings.append(
      Finding(
        .differs, file: path, line: record.line, name: record.name, "\(record.name) is recorded no more"))
  }
}

/// The first steps whose values differ while their inputs do not, and what changed in their keys.
private func cause(_ old: Record, _ new: Record, _ committed: RecordFile, _ rebuilt: RecordFile) -> String {
  let before = committed.steps(behind: old.artifacts).compactMap { committed.steps[$0] }
  let after = rebuilt.steps(behind: new.artifacts).compactMap { rebuilt.steps[$0] }
  var causes: [String] = []
  for node in after where !before.contains(where: { $0.key == node.key && $0.hash == node.hash }) {
    if let same = before.first(where: { $0.key == node.key }) {
      causes.append("\(node.title) gave another value for the same key (class \(same.determinism.name))")
    } else if let kin = before.first(where: {
      $0.parts.step == node.parts.step && $0.parts.parameters == node.parts.parameters
    }) {
      // A step whose input changed is not the frontier.
      if let reason = Reason.difference(from: kin.parts, to: node.parts) {
        if case .inputChanged = reason { continue }
        causes.append("\(node.title): \(reason)")
      }
    } else if let kin = before.first(where: { $0.parts.step == node.parts.step }) {
      causes.append("\(node.title): " + parameterChange(kin.parts.parameters, node.parts.parameters))
    } else {
      causes.append("\(node.title) was not used before")
    }
  }
  if causes.isEmpty, old.place?.code != new.place?.code { causes.append("the notebook's own code changed") }
  if causes.isEmpty, old.place?.library != new.place?.library {
    let changed = Set(committed.provenance.library.keys).union(rebuilt.provenance.library.keys).sorted()
      .filter { committed.provenance.library[$0] != rebuilt.provenance.library[$0] }
    causes.append(
      changed.isEmpty ? "a module it imports changed" : "\(changed.prefix(3).joined(separator: ", ")) changed"
    )
  }
  return causes.isEmpty
    ? "; nothing changed in what it is made from" : "; cause: " + causes.joined(separator: "; ")
}

private func parameterChange(_ old: JSONValue, _ new: JSONValue) -> String {
  guard case .object(let one) = old, case .object(let two) = new,
    let name = Set(one.keys).union(two.keys).sorted().first(where: { one[$0] != two[$0] })
  else { return "other parameters" }
  func text(_ value: JSONValue?) -> String {
    guard let value, let data = try? CanonicalJSON.encode(value) else { return "nothing" }
    return String(decoding: data.prefix(60), as: UTF8.self)
  }
  return "parameter-changed(\(name), \(text(one[name])), \(text(two[name])))"
}
