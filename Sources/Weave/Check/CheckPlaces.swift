// From a difference down to the places of the paper that it moves, and to what was not computed again.
import Artifacts
import Authoring

extension CheckReport {
  /// Names the lines of the paper that show what differs.
  public mutating func locate(in project: Project) {
    guard findings.contains(where: { $0.level == .differs && !$0.name.isEmpty }),
      let paper = try? weave(project)
    else { return }
    let numbers = paper.map
    let lines = paper.markdown.split(separator: "\n", omittingEmptySubsequences: false)
    for index in findings.indices
    where findings[index].level == .differs && findings[index].file != "paper.md" {
      let name = findings[index].name
      guard !name.isEmpty, !name.contains(", ") else { continue }
      var places = numbers.filter { $0.name == name || $0.name.hasPrefix(name + ",") }.map(\.line)
      places += lines.indices.filter { lines[$0].contains("id=\"\(name)\"") }.map { $0 + 1 }
      findings[index].moves = Set(places).sorted().map { "paper.md:\($0)" }
    }
  }

  /// Adds the outputs that were not computed again, and how many numbers were.
  /// - Parameter covers: whether the share of the numbers is to be told.
  public mutating func addUntouched(_ project: Project, covers: Bool) {
    let touched = Set(outputs.map(\.name))
    let again = Set(
      outputs.filter { $0.verification != .byHash && $0.verification != .notComparable }.map(\.name))
    var coverage = CheckCoverage(recomputed: 0, numbers: 0)
    for (notebook, record) in project.records {
      coverage.numbers += record.numberCount
      if again.contains(record.name) { coverage.recomputed += record.numberCount }
      guard !touched.contains(record.name) else { continue }
      outputs.append(
        CheckedOutput(
          name: record.name, notebook: notebook.source.name, kind: record.payload.kind, verification: .byHash)
      )
      if covers, record.numberCount > 0, record.determinism != .volatile {
        findings.append(
          Finding(
            .unverified, file: notebook.source.path, line: record.line, name: record.name,
            "\(record.name) was not computed again; verified by hash only"))
      }
    }
    if covers { self.coverage = coverage }
  }
}
