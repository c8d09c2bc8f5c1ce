// How many numbers a record shows, and what a check says of those that it did not compute again.
import Artifacts
import Authoring
import Foundation
import Plotting
import Testing
import Weave

struct CoverageTests {
  private func count(_ payload: RecordPayload) -> Int {
    Record(name: "a", line: 1, determinism: .exact, payload: payload).numberCount
  }

  private func value(_ number: Estimate?) -> RecordPayload {
    .value(RecordedValue(number: number, printed: "7", format: nil))
  }

  @Test("a value is one number unless it is words, even where these are digits")
  func values() {
    #expect(count(value(Estimate(7))) == 1)
    #expect(count(value(Estimate(7, low: 6, high: 8))) == 1)
    #expect(count(value(nil)) == 0)
  }

  @Test("a table has the numbers of its numeric cells, nothing else has any")
  func tables() {
    let columns: [Column] = [.text("Of"), .number("One"), .number("Other")]
    let table = Table(
      columns: columns,
      rows: [
        [.text("ten"), .number(1), .missing("–")], [.text("20"), .missing("0"), .text("5")],
        [.number(3), .number(Estimate(2, low: 1, high: 3)), .count(4)],
      ])
    #expect(count(.table(RecordedTable(caption: "c", table: table))) == 4)
    #expect(count(.table(RecordedTable(caption: "c", table: Table(columns: columns, rows: [])))) == 0)
    let mark = Mark(.line(x: [0, 1], y: [2, 3]), MarkStyle(.blue), name: "a")
    let figure = Figure(height: 100, .chart(Chart(x: Axis(), y: Axis(), marks: [mark])))
    #expect(count(.figure(RecordedFigure(caption: "c", alternative: "a", figure: figure))) == 0)
    #expect(
      count(
        .claim(RecordedClaim(number: "C1", statement: "s", test: "t", verdict: .supported, restsOn: ["a"])))
        == 0)
    #expect(count(.note(RecordedNote(skipped: "3 scenes", because: "b"))) == 0)
  }

  /// The report of a check that computed some outputs of the tiny project again.
  /// - Parameters:
  ///   - names: the outputs.
  ///   - covers: whether the share of the numbers is to be told.
  ///   - edit: changes what is committed, and what comes out now.
  private func check(
    _ names: Set<String>, covers: Bool = true,
    _ edit: (inout [String: Record], inout [String: Record]) -> Void = { _, _ in }
  ) throws -> CheckReport {
    let project = try TinyProject()
    try project.run()
    let file = try needed(try project.project().notebook("01-squares")?.file)
    var (before, after) = (try project.records(), try project.records())
    edit(&before, &after)
    var (committed, rebuilt) = (file, file)
    committed.records = file.records.compactMap { before[$0.name] }
    rebuilt.records = file.records.compactMap { after[$0.name] }
    try Files.write(
      try committed.encoded(), to: project.root.appending(path: "Results/records/01-squares.jsonl"))
    var report = CheckReport()
    compareRebuilt(
      committed: committed, rebuilt: rebuilt, ran: names, asked: names, path: "Notebooks/01-squares.swift",
      into: &report)
    report.addUntouched(try project.project(), covers: covers)
    return report
  }

  private func verifications(_ report: CheckReport) -> [String: CheckedOutput.Verification] {
    Dictionary(report.outputs.map { ($0.name, $0.verification) }) { first, _ in first }
  }

  /// The tiny notebook has three numbers: two values, and one in a table. One of them is computed again and one is not
  /// comparable, so the share is one of three.
  @Test("what was not computed again is verified by hash, and the share counts numbers")
  func untouched() throws {
    let report = try check(["tenth", "largest"]) { before, after in
      before["largest"]?.determinism = .volatile
      after["largest"]?.payload = value(Estimate(7))
    }
    #expect(
      verifications(report) == [
        "tenth": .identical, "largest": .notComparable, "fig-curve": .byHash, "tbl-half": .byHash,
        "claim-c1": .byHash,
      ])
    #expect(report.outputs.count == 5)
    let kinds = Dictionary(report.outputs.map { ($0.name, $0.kind) }) { first, _ in first }
    #expect(kinds["tbl-half"] == "table" && kinds["fig-curve"] == "figure" && kinds["claim-c1"] == "claim")
    #expect(report.outputs.allSatisfy { $0.notebook == "01-squares" })
    // Figures and claims have no numbers that could be missed.
    #expect(
      report.findings.filter { $0.message.contains("by hash") }.map(\.message) == [
        "tbl-half was not computed again; verified by hash only"
      ])
    #expect(report.coverage?.recomputed == 1 && report.coverage?.numbers == 3)
    #expect(
      report.coverage?.description
        == "1 of 3 recorded numbers computed again (33 %), the others by hash")
    #expect(report.exitCode(isStrict: false) == 0 && report.exitCode(isStrict: true) == 3)
  }

  @Test("what came out otherwise was computed again; what may vary is not missed")
  func different() throws {
    let report = try check(["largest"]) { before, after in
      before["tenth"]?.determinism = .volatile
      after["largest"]?.payload = value(Estimate(7))
    }
    #expect(verifications(report)["largest"] == .differs && verifications(report)["tenth"] == .byHash)
    #expect(report.coverage?.recomputed == 1 && report.coverage?.numbers == 3)
    #expect(report.findings.filter { $0.level == .unverified }.map(\.name) == ["tbl-half"])
  }

  @Test("where no share is asked for, outputs are told and nothing is found missing")
  func uncovered() throws {
    let report = try check([], covers: false)
    #expect(report.outputs.map(\.name) == ["tenth", "fig-curve", "largest", "tbl-half", "claim-c1"])
    #expect(report.outputs.allSatisfy { $0.verification == .byHash })
    #expect(report.findings.isEmpty && report.coverage == nil)
    #expect(report.exitCode(isStrict: true) == 0)
  }
}
