// Does the committed paper follow from its records? Nothing is computed anew.
import Artifacts
import Authoring
import FoundationEssentials

extension Project {
  /// Compares `paper.md` and `Figures/` with what prose and records give, and records with the code.
  /// - Parameters:
  ///   - drawer: draws figures for comparison.
  ///   - staleLevel: what it means that an output was recorded by other code than the present: a difference, unless
  ///     it is computed again right after.
  public func checkRecords(drawer: FigureDrawer, staleLevel: Finding.Level = .differs) throws -> CheckReport {
    var report = CheckReport()
    let lock = try LockFile.read(root: root)
    checkArtifacts(&report)
    let isComplete = checkStates(staleLevel, &report)
    let paperURL = root.appending(path: "paper.md")
    guard isComplete else { return report }
    guard Files.exists(paperURL) else {
      report.findings.append(
        Finding(.unknown, file: "paper.md", "there is none yet; ./quire weave writes it"))
      return report
    }
    do {
      let woven = try weave(self)
      check(woven, committed: String(decoding: try Files.read(paperURL), as: UTF8.self), lock: lock, &report)
      for warning in woven.warnings where warning.severity == .unboundNumber {
        report.findings.append(
          Finding(.unverified, file: warning.file, line: warning.line, warning.message))
      }
    } catch let error as WeaveProblems {
      for problem in error.problems {
        report.findings.append(Finding(.unknown, file: problem.file, line: problem.line, problem.message))
      }
    }
    checkLock(lock, &report)
    try checkFigures(drawer: drawer, lock: lock, &report)
    return report
  }

  /// Committed results are what fresh clones compute from: they must be what their traces say, and what records name.
  private func checkArtifacts(_ report: inout CheckReport) {
    let layer = StoreLayer.committed(root: root)
    let nodes = notebooks.compactMap(\.file).flatMap(\.steps.values)
    let index = SourceIndex(root: root)
    for entry in layer.entries {
      let step = String(entry.name.prefix { $0 != "/" })
      guard let trace = entry.trace else {
        let file = "Results/artifacts/\(step)/\(entry.files.first ?? "")"
        guard !entry.isLeftover || nodes.contains(where: { $0.name == entry.name }) else {
          report.findings.append(
            Finding(
              .notice, file: file,
              "left by a run that was cut off; nothing refers to it, and ./quire gc removes it"))
          continue
        }
        report.damaged += 1
        report.findings.append(
          Finding(
            .differs, file: file, "there is no readable trace of this result",
            cause: "\(file) is damaged: its trace is missing or cannot be read; git restores it"))
        continue
      }
      let file = "Results/artifacts/\(step)/\(trace.output.file)"
      let users = nodes.filter { $0.key == trace.key }
      let older = olderCode(of: trace, index)
      if !older.isEmpty {
        report.findings.append(
          Finding(
            .notice, file: file,
            "\(trace.title): the committed result was made by other code than the present one (\(older))"))
      }
      if case .broken(let reason) = layer.lookup(step: step, key: trace.key) {
        report.damaged += 1
        report.findings.append(
          Finding(
            .differs, file: file, "\(trace.title): \(reason)",
            cause: "\(file) is damaged: its content is not the one that its trace names; git restores it"))
      } else if let user = users.first(where: { !$0.hash.isEmpty && $0.hash != trace.output.hash }) {
        report.findings.append(
          Finding(
            .differs, file: file, "\(trace.title): the records were made from another result",
            cause:
              "\(file) was exchanged since the records were made (\(user.hash.prefix(12)) -> \(trace.output.hash.prefix(12)))"
          ))
      }
    }
  }

  /// Where the code changed since a result was made whose key does not hold it; empty if it did not.
  func olderCode(of trace: Trace, _ index: SourceIndex) -> String {
    guard trace.parts.isKeyedByVersionAlone else { return "" }
    let changed = trace.parts.code.keys.sorted().filter { index.identity(of: $0) != trace.parts.code[$0] }
    let places = changed.prefix(3).map { index.history.place(of: $0, since: trace.parts.code[$0]) }
    return places.joined(separator: "; ")
      + (changed.count > 3 ? "; and \(changed.count - 3) other file\(changed.count == 4 ? "" : "s")" : "")
  }

  /// Records are written by runs, and each run writes the lock file.
  private func checkLock(_ lock: LockFile?, _ report: inout CheckReport) {
    guard let lock else {
      report.findings.append(
        Finding(.unknown, file: LockFile.path, "there is none yet; ./quire weave writes it"))
      return
    }
    for (notebook, record) in records where lock.outputs[record.name]?.data != dataHash(record) {
      report.findings.append(
        Finding(
          .differs, file: "Results/records/\(notebook.source.name).jsonl", name: record.name,
          "the record of \(record.name) is not the one in \(LockFile.path): one of the two was edited, "
            + "or comes from another run; ./quire run --force \(record.name) makes both anew",
          cause: "the record of \(record.name) or \(LockFile.path) was edited by hand"))
    }
  }

  /// Whether every output was recorded, and by the present code.
  private func checkStates(_ staleLevel: Finding.Level, _ report: inout CheckReport) -> Bool {
    var isComplete = true
    if notebooks.isEmpty {
      report.findings.append(Finding(.unknown, file: "Notebooks", "there are no notebooks"))
      isComplete = false
    }
    for notebook in notebooks {
      let path = notebook.source.path
      if notebook.file == nil, notebook.neededRun != nil {
        report.findings.append(
          Finding(.unknown, file: path, "it has no records; ./quire run \(notebook.source.name) makes them"))
        isComplete = false
        continue
      }
      let stale = notebook.outputs.filter { if case .stale = $0.state { true } else { false } }
      let bySection = Dictionary(grouping: stale) { "\($0.section)\u{0}\($0.state)" }
      for key in bySection.keys.sorted(by: { first, second in
        (bySection[first]?.first?.line ?? 0) < (bySection[second]?.first?.line ?? 0)
      }) {
        guard let outputs = bySection[key], let first = outputs.first, case .stale(let reason) = first.state
        else {
          continue
        }
        let names = outputs.map(\.label).joined(separator: ", ")
        let section =
          first.section.isEmpty ? notebook.source.name : "\(notebook.source.name)#\(first.section)"
        report.findings.append(
          Finding(
            staleLevel, file: path, line: first.line, name: names,
            "out of date in \(section): \(names); \(reason)", cause: "\(reason)"))
      }
      for output in notebook.outputs where output.state == .missing {
        report.findings.append(
          Finding(
            .unknown, file: path, line: output.line, name: output.label,
            "\"\(output.label)\" is not recorded; ./quire run \(output.label) makes it"))
        isComplete = false
      }
    }
    return isComplete
  }

  private func check(_ woven: WovenPaper, committed: String, lock: LockFile?, _ report: inout CheckReport) {
    let comparison = PaperComparison(woven: woven, committed: committed, path: "paper.md")
    report.numbers = woven.numbers.count
    report.identical = comparison.identical
    guard !comparison.findings.isEmpty else { return }
    let isAsWoven = lock?.paper == SHA256.hash(of: committed)
    report.findings += comparison.findings.map { finding in
      var finding = finding
      finding.cause =
        isAsWoven
        ? "prose or records changed since paper.md was woven"
        : "paper.md was edited by hand since it was woven"
      return finding
    }
    report.findings.append(
      Finding(
        .notice, file: "paper.md",
        isAsWoven
          ? "cause: prose or records changed since the paper was woven; ./quire weave writes it anew"
          : "cause: the file was edited since it was woven; ./quire weave writes it anew"))
  }

  private func checkFigures(drawer: FigureDrawer, lock: LockFile?, _ report: inout CheckReport) throws {
    var expected: Set<String> = []
    for (label, figure, record) in figures {
      report.figures += 1
      let drawn: DrawnFigureFiles
      do {
        drawn = try drawer.draw(label, figure)
      } catch {
        report.findings.append(Finding(.unknown, name: label, "\(label) cannot be drawn: \(error)"))
        continue
      }
      for ending in drawn.files.keys.sorted() {
        let path = figurePath(label, ending)
        expected.insert(String(path.dropFirst("Figures/".count)))
        guard let committed = FileManager.default.contents(atPath: root.appending(path: path).path) else {
          report.findings.append(
            Finding(
              .differs, file: path, name: label, "the file is missing; ./quire figures draws it",
              cause: "\(path) is missing"))
          continue
        }
        if committed == drawn.files[ending] { continue }
        let hash = String(SHA256.hash(of: committed).prefix(16))
        report.findings.append(
          difference(label, path, hash: hash, drawn, record, locked: lock?.outputs[label], drawer, lock))
      }
    }
    for name in Files.names(in: root.appending(path: "Figures"))
    where name.hasPrefix("fig-") && !expected.contains(name) {
      report.findings.append(Finding(.notice, file: "Figures/\(name)", "no record draws this file"))
    }
  }

  /// Data first, then drawing, then bytes: the first that explains why a file is not as drawn now.
  private func difference(
    _ label: String, _ path: String, hash: String, _ drawn: DrawnFigureFiles, _ record: Record,
    locked: LockedOutput?, _ drawer: FigureDrawer, _ lock: LockFile?
  ) -> Finding {
    guard let locked, locked.files?[path] == hash else {
      return Finding(
        .differs, file: path, name: label,
        "\(label) was edited since it was drawn; ./quire figures draws it from its record",
        cause: "\(path) was edited by hand since it was drawn")
    }
    let before = lock?.environment.drawing ?? [:]
    let changed = Set(before.keys).union(drawer.versions.keys).sorted().filter {
      before[$0] != drawer.versions[$0]
    }
    if locked.drawnFrom != dataHash(record) {
      return Finding(
        .differs, file: path, name: label,
        "\(label) shows other data than its record; ./quire figures draws it anew",
        cause: "the record of \(label) changed since it was drawn")
    }
    let fonts = changed.filter { $0.hasSuffix(".otf") }
    if !fonts.isEmpty {
      let names = fonts.joined(separator: ", ")
      return Finding(
        .differs, file: path, name: label,
        "\(label) has the same data, but is set in another typeface now; ./quire figures draws it anew",
        cause: "the font \(names) changed since the figures were drawn")
    }
    if locked.drawing != drawn.drawing {
      return Finding(
        .differs, file: path, name: label,
        "\(label) has the same data, but is drawn otherwise now; ./quire figures draws it anew",
        cause: "the code that draws figures changed")
    }
    let versions = changed.map { "\($0) \(before[$0] ?? "?") -> \(drawer.versions[$0] ?? "?")" }
    return Finding(
      .notice, file: path, name: label,
      "same data, same drawing, bytes differ\(versions.isEmpty ? "" : " (\(versions.joined(separator: ", ")))"); accepted"
    )
  }
}
