import Artifacts
import Authoring
import Foundation
import Plotting
import Testing

struct NotebookTests {
  let project: ScratchProject
  var records: URL { project.root.appending(path: "records") }

  init() throws {
    project = try ScratchProject()
  }

  /// The lines a notebook leaves, run in this process.
  func lines(
    _ environment: [String: String] = [:], rehearsalShare: Double = 1,
    _ body: (Notebook, Store) throws -> Void
  ) throws -> [RunLine] {
    let store = project.store { $0.rehearsalShare = rehearsalShare }
    var environment = environment
    environment["QUIRE_RECORDS"] = records.path
    try? FileManager.default.removeItem(at: records)
    try body(Notebook(environment: environment, store: { store }), store)
    guard let data = try? Data(contentsOf: records) else { return [] }
    return try data.split(separator: UInt8(ascii: "\n")).map {
      try CanonicalJSON.decode(RunLine.self, from: $0)
    }
  }

  func names(_ lines: [RunLine]) -> [String] {
    lines.compactMap { if case .record(let record) = $0 { record.name } else { nil } }
  }

  func everything(_ notebook: Notebook, _ store: Store) {
    let numbers = Artifact(Count(limit: 4), in: store)
    notebook.value("sum", .count, line: 10) { try numbers.value.reduce(0, +) }
    notebook.value("mean", .digits(1), class: .within(absolute: 0.1), line: 11) { 2.5 }
    notebook.text("best", line: 20) { "stem" }
    notebook.table("tbl-a", caption: "A table.", line: 21) {
      Table(
        columns: [.text("Row"), .number("AP", .points(digits: 1))],
        rows: [["uniform", 0.314], ["none", .missing("–")]])
    }
    notebook.figure("fig-a", caption: "A figure.", alt: "A line.", line: 30) {
      Figure(
        height: 100, .chart(Chart(x: Axis("x"), y: Axis("y"), marks: [Mark(.line(x: [0, 1], y: [0, 0.1]))])))
    }
    notebook.claim("C1", "It grows.", test: "sum above 5", restsOn: ["sum"], line: 31) {
      try numbers.value.count > 5 ? .supported : .notSupported
    }
    notebook.note("note-coco", skipped: "COCO", because: "no data set was given", line: 32)
  }

  @Test("every kind of record survives its JSON line")
  func roundTrip() throws {
    let lines = try lines { everything($0, $1) }
    #expect(names(lines) == ["sum", "mean", "best", "tbl-a", "fig-a", "claim-c1", "note-coco"])
    for line in lines {
      let again = try CanonicalJSON.decode(RunLine.self, from: CanonicalJSON.encode(line))
      #expect(again == line)
    }
  }

  @Test("a record names the steps it was made from, and the steps come with it")
  func steps() throws {
    let lines = try lines { everything($0, $1) }
    let steps = lines.compactMap { if case .step(let node) = $0 { node } else { nil } }
    #expect(steps.map(\.title) == ["count to 4"])
    #expect(steps.map(\.hash) == [SHA256.hash(of: "[1,2,3,4]")])
    guard case .record(let sum) = lines[1] else { Issue.record("the second line is no record"); return }
    #expect(sum.artifacts == steps.map(\.name))
    #expect(sum.determinism == .exact)
    guard case .value(let value) = sum.payload else { Issue.record("no value"); return }
    #expect(value.printed == "10")
  }

  @Test("the totals of the steps are handed on")
  func totals() throws {
    let lines = try lines { everything($0, $1) }
    guard case .status(let status) = lines.last else { Issue.record("the last line is no status"); return }
    #expect(status.totals.ran == 1)
  }

  @Test(
    "only what is asked for runs, by label or by line",
    arguments: [
      (["QUIRE_LABELS": "best,fig-a"], ["best", "fig-a"]),
      (["QUIRE_LINES": "20-21,31-31"], ["best", "tbl-a", "claim-c1"]),
      (["QUIRE_LABELS": "sum", "QUIRE_LINES": "30-30"], ["sum", "fig-a"]),
    ])
  func selection(environment: [String: String], expected: [String]) throws {
    #expect(names(try lines(environment) { everything($0, $1) }) == expected)
  }

  @Test("a section run records the same lines as the full run")
  func sectionEqualsFull() throws {
    let full = try lines { everything($0, $1) }
    for (first, last) in [(30, 32), (10, 11), (20, 21)] {
      let part = try lines(["QUIRE_LINES": "\(first)-\(last)"]) { everything($0, $1) }
      let records = part.filter { if case .record = $0 { true } else { false } }
      #expect(records.allSatisfy(full.contains) && records.count >= 2)
    }
  }

  @Test("outputs that are not asked for cost nothing")
  func lazy() throws {
    let lines = try lines(["QUIRE_LABELS": "best"]) { everything($0, $1) }
    #expect(project.said().isEmpty)
    #expect(lines.allSatisfy { if case .step = $0 { false } else { true } })
  }

  /// What a notebook that fails says, in a process of its own.
  static func failing(_ body: (Notebook) -> Void) {
    let store = Store(StoreOptions(root: FileManager.default.temporaryDirectory))
    body(Notebook(environment: [:], store: { store }))
  }

  @Test("recording a name twice is one sentence with both lines")
  func twice() async throws {
    let result = try await #require(processExitsWith: .exitCode(2), observing: [\.standardErrorContent]) {
      NotebookTests.failing { notebook in
        notebook.text("a", line: 3, fileID: "x/05-bits.swift") { "" }
        notebook.text("a", line: 7, fileID: "x/05-bits.swift") { "" }
      }
    }
    let said = String(decoding: result.standardErrorContent, as: UTF8.self)
    #expect(
      said.contains(
        "error: Notebooks/05-bits.swift:7: \"a\" is recorded a second time; the first is on line 3"))
  }

  @Test("in a rehearsal a number that is not finite stops nothing: zero stands for it, a dash in a table")
  func nonFiniteInRehearsal() throws {
    let lines = try lines(rehearsalShare: 0.1) { notebook, _ in
      notebook.value("a", .digits(1), line: 3) { Double.nan }
      notebook.table("tbl-a", caption: "A table.", line: 4) {
        Table(columns: [.number("AP", .digits(1))], rows: [[.number(.nan)], [2.5]])
      }
    }
    let payloads = lines.compactMap { if case .record(let record) = $0 { record.payload } else { nil } }
    guard case .value(let value)? = payloads.first, case .table(let recorded)? = payloads.last else {
      Issue.record("no value or no table")
      return
    }
    #expect(value.number == Estimate(0) && value.printed == "0.0")
    #expect((0..<2).map { recorded.table.printed(row: $0, column: 0) } == ["–", "2.5"])
  }

  @Test("a number that is not finite is one sentence")
  func nonFinite() async throws {
    let result = try await #require(processExitsWith: .exitCode(2), observing: [\.standardErrorContent]) {
      NotebookTests.failing { $0.value("a", line: 3, fileID: "x/05-bits.swift") { Double.nan } }
    }
    let said = String(decoding: result.standardErrorContent, as: UTF8.self)
    #expect(said.contains("05-bits.swift:3: the value \"a\" is nan, expected a finite number"))
  }

  @Test("a failing closure is one sentence with the label")
  func failingClosure() async throws {
    let result = try await #require(processExitsWith: .exitCode(2), observing: [\.standardErrorContent]) {
      NotebookTests.failing { notebook in
        notebook.value("a", line: 3, fileID: "x/05-bits.swift") { () throws -> Double in
          throw CancellationError()
        }
      }
    }
    #expect(
      String(decoding: result.standardErrorContent, as: UTF8.self).contains(
        "05-bits.swift:3: \"a\": CancellationError"))
  }

  @Test("bad labels, tables and texts are refused", arguments: 0..<7)
  func refusals(number: Int) async throws {
    let result = try await #require(processExitsWith: .exitCode(2), observing: [\.standardErrorContent]) {
      [number] in
      NotebookTests.failing { notebook in
        switch number {
        case 0: notebook.text("Upper") { "" }
        case 1: notebook.text("fig-a") { "" }
        case 2: notebook.table("a", caption: "") { Table(columns: [.text("a")], rows: []) }
        case 3: notebook.table("tbl-a", caption: "") { Table(columns: [.text("a")], rows: [["x", "y"]]) }
        case 4:
          notebook.table("tbl-a", caption: "") { Table(columns: [.number("a")], rows: [[.number(.nan)]]) }
        case 5:
          notebook.table("tbl-a", caption: "") {
            Table(
              columns: [.text("a")], rows: [["x"]], emphasized: [CellPlace(row: 1, column: 0)])
          }
        default: notebook.figure("fig-a", caption: "", alt: "") { Figure(height: 100, panels: []) }
        }
      }
    }
    let said = String(decoding: result.standardErrorContent, as: UTF8.self)
    let expected = [
      "must be made of lower-case", "must not begin with sec-", "must begin with tbl-",
      "has 2 cells in row 1, expected 1",
      "has the number nan in row 1, column a",
      "emphasizes row 2, column 1, which it does not have", "has no alternative text",
    ]
    #expect(said.contains(expected[number]), "\(said)")
  }
}
