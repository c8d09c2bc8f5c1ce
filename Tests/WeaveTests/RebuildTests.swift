import Artifacts
import Authoring
import Foundation
import Plotting
import Testing
import Weave

struct RebuildTests {
  /// The findings of a rebuild after an edit.
  func rebuild(_ edit: (TinyProject) throws -> Void, power: Double = 1) throws -> CheckReport {
    let project = try TinyProject()
    try project.run()
    try edit(project)
    let state = try needed(try project.project().notebook("01-squares"))
    let request = RunRequest(sections: state.code.sections.map(\.label))
    let outcome = try project.run(request, power: power, commit: false)
    var report = CheckReport()
    compareRebuilt(
      committed: try needed(state.file), rebuilt: try state.merged(outcome, request: request),
      ran: Set(outcome.records.map(\.name)), asked: Set(state.outputs.map(\.label)), path: state.source.path,
      into: &report)
    return report
  }

  @Test("the same code gives identical outputs")
  func identical() throws {
    let report = try rebuild { _ in }
    #expect(report.findings.isEmpty && report.recomputed == 5)
  }

  @Test(
    "an output that was to run and recorded nothing differs, and is not taken for what stayed in the file")
  func missing() throws {
    let project = try TinyProject()
    try project.run()
    let state = try needed(try project.project().notebook("01-squares"))
    let file = try needed(state.file)
    var report = CheckReport()
    compareRebuilt(
      committed: file, rebuilt: file, ran: [], asked: ["largest"], path: state.source.path, into: &report)
    #expect(report.findings.map(\.message) == ["largest is recorded no more"])
    #expect(report.recomputed == 0 && report.outputs.isEmpty && report.exitCode(isStrict: false) == 1)
  }

  @Test("a number within its tolerance is good, one that nearly leaves it is pointed out")
  func tolerance() throws {
    let near = try rebuild({ _ in }, power: 1.002)
    #expect(near.findings.isEmpty && near.withinTolerance == 1 && near.recomputed == 4)
    let edge = try rebuild({ _ in }, power: 1.0045)
    #expect(edge.findings.map(\.message) == ["tenth: within its tolerance, but 90 % of it is used"])
    #expect(edge.exitCode(isStrict: true) == 0)
  }

  @Test("a number beyond its tolerance differs, with how much was allowed")
  func beyond() throws {
    let report = try rebuild({ _ in }, power: 1.01)
    #expect(
      report.findings.map(\.description) == [
        "Notebooks/01-squares.swift:15: tenth: 100.0 -> 101.0 (100.0 -> 101.0, allowed ±0.5)"
      ])
    #expect(report.causes == ["nothing changed in what tenth is made from"])
    #expect(report.exitCode(isStrict: false) == 1)
  }

  @Test("a changed parameter is named as the cause, and what moved is told in terms of the data")
  func parameter() throws {
    let report = try rebuild { try $0.edit("Notebooks/01-squares.swift", "limit: 10", "limit: 12") }
    let messages = report.findings.map(\.message)
    #expect(
      messages.contains(
        "largest: 100 -> 144 (100.0 -> 144.0, class exact)"))
    #expect(messages.contains("fig-curve: \"squares\" had 10 entries, and has 12 now"))
    #expect(report.causes == ["the parameter limit of \"squares to 12\" changed, 10 -> 12"])
  }

  @Test("a change in the notebook's own code is named as the cause")
  func ownCode() throws {
    let report = try rebuild { try $0.edit("Notebooks/01-squares.swift", "half = 2.0", "half = 3.0") }
    #expect(
      report.findings.map(\.message) == [
        "tbl-half: row 1, column Half: 50.0 -> 33.3 (50.0 -> 33.333333333333336, class exact)"
      ])
    #expect(
      report.causes == ["the code of Notebooks/01-squares.swift changed where tbl-half is recorded"])
  }

  func record(_ determinism: Determinism, _ payload: RecordPayload) -> Record {
    Record(name: "a", line: 1, determinism: determinism, payload: payload)
  }

  func value(_ number: Estimate, _ determinism: Determinism) -> Record {
    record(determinism, .value(RecordedValue(number: number, printed: "\(number.value)", format: .automatic)))
  }

  @Test("each promise is compared by its own rule")
  func classes() {
    func agreement(_ determinism: Determinism, _ one: Estimate, _ two: Estimate, _ same: Bool = true)
      -> Agreement
    {
      compare(value(one, determinism), value(two, determinism), sameMachine: same)
    }
    let (one, near) = (Estimate(1), Estimate(1.0000000000000002))
    #expect(agreement(.exact, one, one) == .identical)
    #expect(agreement(.exact, one, near) != .identical)
    #expect(agreement(.volatile, one, near) == .unverified("volatile, never compared"))
    if case .within(let share) = agreement(.exactOn, one, near, false) {
      #expect(share < 1e-12)
    } else {
      Issue.record("exactOn elsewhere, nearly the same")
    }
    #expect(
      agreement(.exactOn, one, Estimate(1.02), false)
        == .unverified(
          "class exactOn of another kind of processor: 1.0 -> 1.02 (1.0 -> 1.02, allowed ±0.006)"))
    if case .differs = agreement(.exactOn, one, near, true) {
    } else {
      Issue.record("exactOn on the same machine")
    }
    #expect(
      agreement(.within(absolute: 0, relative: 0.1), Estimate(10), Estimate(10.5)) == .within(share: 0.5))
    if case .differs = agreement(.within(relative: 0.1), Estimate(10), Estimate(11.5)) {
    } else {
      Issue.record("within")
    }
    if case .differs = agreement(.within(absolute: 1), Estimate(1), Estimate(.nan)) {
    } else {
      Issue.record("nan")
    }
    let (low, high) = (Estimate(1, low: 0, high: 2), Estimate(2.5, low: 1.5, high: 3))
    if case .within = agreement(.statistical(seeds: 3), low, high) {} else { Issue.record("overlap") }
    if case .differs = agreement(.statistical(seeds: 3), low, Estimate(3, low: 2.1, high: 4)) {
    } else {
      Issue.record("no overlap")
    }
  }

  @Test("a moved series is named with how many points moved, and by how much at most")
  func series() {
    func figure(_ y: [Double], _ color: FigureColor = .blue) -> Record {
      let mark = Mark(.line(x: [0, 1, 2], y: y), MarkStyle(color), name: "Fisher")
      return record(
        .within(absolute: 0.01),
        .figure(
          RecordedFigure(
            caption: "c", alternative: "a",
            figure: Figure(height: 100, .chart(Chart(x: Axis(), y: Axis(), marks: [mark]))))))
    }
    #expect(
      compare(figure([1, 2, 3]), figure([1, 2.3, 3.1]), sameMachine: true)
        == .differs("\"Fisher\" moved at 2 numbers, by at most 0.300"))
    #expect(
      compare(figure([1, 2, 3]), figure([1, 2, 3], .green), sameMachine: true)
        == .differs("\"Fisher\" is described otherwise"))
    if case .within(let share) = compare(figure([1, 2, 3]), figure([1, 2.005, 3]), sameMachine: true) {
      #expect(share > 0.4 && share < 0.6)
    } else {
      Issue.record("a move within the tolerance")
    }
  }

  @Test("what stands in the paper is compared too: the printed form of a number, the caption of a table")
  func words() {
    func printed(_ format: NumberFormat) -> Record {
      record(
        .exact, .value(RecordedValue(number: Estimate(2), printed: format.print(Estimate(2)), format: format))
      )
    }
    #expect(
      compare(printed(.digits(0)), printed(.digits(2)), sameMachine: true)
        == .differs("it was printed as 2, and is as 2.00 now"))
    func table(_ caption: String) -> Record {
      record(
        .exact, .table(RecordedTable(caption: caption, table: Table(columns: [.text("A")], rows: [["a"]]))))
    }
    #expect(
      compare(table("One."), table("Two."), sameMachine: true) == .differs("its caption changed"))
  }

  /// What a check says of a number of class `exactOn` that was 100.
  /// - Parameters:
  ///   - number: what it is now, on a processor called Maker 6 143.
  ///   - recorded: changes what is committed, which otherwise is of the same processor.
  func exactOn(_ number: Double, recorded: (inout RecordFile) -> Void) throws -> CheckReport {
    let project = try TinyProject()
    try project.run()
    var rebuilt = try needed(try needed(try project.project().notebook("01-squares")).file)
    rebuilt.provenance.environment.processor = "Maker 6 143"
    var committed = rebuilt
    rebuilt.records = [value(Estimate(number), .exactOn)]
    committed.records = [value(Estimate(100), .exactOn)]
    recorded(&committed)
    var report = CheckReport()
    compareRebuilt(
      committed: committed, rebuilt: rebuilt, ran: ["a"], asked: ["a"], path: "Notebooks/01-squares.swift",
      into: &report)
    return report
  }

  @Test(
    "a number of another processor is good if it is near, and else unverified, which only strict checks mind",
    arguments: ["the file says so", "the record itself says so"])
  func otherProcessor(who: String) throws {
    func move(_ file: inout RecordFile) {
      var elsewhere = file.provenance.environment
      elsewhere.processor = "Maker 6 85"
      if who.hasPrefix("the file") {
        file.provenance.environment = elsewhere
      } else {
        file.records[0].place = RecordPlace(
          section: "", token: 0, code: "", library: "", environment: elsewhere)
      }
    }
    let near = try exactOn(100.01, recorded: move)
    #expect(near.withinTolerance == 1 && near.outputs.map(\.verification) == [.withinTolerance])
    #expect(near.exitCode(isStrict: true) == 0)
    let far = try exactOn(102, recorded: move)
    #expect(far.withinTolerance == 0 && far.outputs.map(\.verification) == [.notComparable])
    #expect(far.findings.contains { $0.level == .unverified && $0.name == "a" })
    #expect(far.exitCode(isStrict: false) == 0 && far.exitCode(isStrict: true) == 3)
  }

  @Test(
    "a number of the same processor has to be the same, and what a record says of itself goes before its file"
  )
  func sameProcessor() throws {
    #expect(try exactOn(100) { _ in }.recomputed == 1)
    #expect(try exactOn(100.01) { _ in }.exitCode(isStrict: false) == 1)
    let own = try exactOn(100.01) { file in
      file.records[0].place = RecordPlace(
        section: "", token: 0, code: "", library: "", environment: file.provenance.environment)
      file.provenance.environment.processor = "Maker 6 85"
    }
    #expect(own.exitCode(isStrict: false) == 1)
  }

  @Test("a changed verdict is said as such")
  func verdict() {
    func claim(_ verdict: Verdict, _ determinism: Determinism = .within(absolute: 5)) -> Record {
      record(
        determinism,
        .claim(RecordedClaim(number: "C1", statement: "s", test: "t", verdict: verdict, restsOn: [])))
    }
    #expect(
      compare(claim(.supported), claim(.inconclusive), sameMachine: true)
        == .differs("the verdict was supported, and is inconclusive now"))
    #expect(
      compare(claim(.supported, .exactOn), claim(.inconclusive, .exactOn), sameMachine: false)
        == .differs("the verdict was supported, and is inconclusive now"))
  }
}
