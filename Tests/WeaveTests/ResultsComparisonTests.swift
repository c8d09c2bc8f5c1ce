import Artifacts
import Authoring
import Plotting
import Testing
import Weave

struct ResultsComparisonTests {
  func value(_ name: String, _ number: Estimate, _ format: NumberFormat = .digits(1)) -> Record {
    record(name, .value(RecordedValue(number: number, printed: format.print(number), format: format)))
  }

  func record(_ name: String, _ payload: RecordPayload) -> Record {
    Record(name: name, line: 1, determinism: .exact, payload: payload)
  }

  func table(_ rows: [[Cell]]) -> Record {
    record(
      "tbl-ap",
      .table(
        RecordedTable(
          caption: "AP.",
          table: Table(
            columns: [.number("Size", .count), .text("Row"), .number("AP", .digits(1))], rows: rows))))
  }

  @Test("a state is the same as itself, whatever it holds")
  func same() {
    let records = [
      value("ap", Estimate(31.2, low: 30, high: 32)),
      table([[.count(2), "uniform", 3.5], [.count(2), "uniform", 4.5], [.count(1), .missing("–"), 1]]),
      record("claim-one", .claim(claim(.supported))),
    ]
    let found = ResultsComparison(before: records, after: records)
    #expect(found.isSame && found.numberCount == 7 && found.sameNumbers == 7 && found.sameVerdicts == 1)
  }

  @Test("numbers that print alike are the same, whatever their further digits")
  func printed() {
    let found = ResultsComparison(
      before: [value("ap", Estimate(31.21))], after: [value("ap", Estimate(31.19))])
    #expect(found.isSame && found.sameNumbers == 1)
  }

  @Test("intervals that touch overlap; those apart come in the order of their gap in lengths of intervals")
  func intervals() {
    func number(_ name: String, _ low: Double, _ high: Double) -> Record {
      value(name, Estimate((low + high) / 2, low: low, high: high))
    }
    let found = ResultsComparison(
      before: [number("touching", 1, 2), number("near", 1, 2), number("far", 10, 10.5)],
      after: [number("touching", 2, 3), number("near", 2.5, 4), number("far", 11, 11.5)])
    #expect(found.overlapping == [ChangedResult(name: "touching", before: "1.5", after: "2.5")])
    #expect(found.apart.map(\.name) == ["far", "near"])
  }

  @Test("numbers without an interval come in the order of their relative change")
  func bare() {
    let found = ResultsComparison(
      before: [value("large", Estimate(100)), value("small", Estimate(0)), value("sign", Estimate(1))],
      after: [value("large", Estimate(110)), value("small", Estimate(0.5)), value("sign", Estimate(-1))])
    #expect(found.withoutInterval.map(\.name) == ["sign", "small", "large"])
  }

  @Test("rows that were sorted otherwise are found by their words, and a cell is named by row and column")
  func rows() {
    let found = ResultsComparison(
      before: [table([[.count(1), "uniform", 3], [.count(1), "random", 2]])],
      after: [table([[.count(1), "random", 2.5], [.count(1), "uniform", 3], [.count(1), "Fisher", 4]])])
    #expect(
      found.withoutInterval == [ChangedResult(name: "tbl-ap, random, AP", before: "2.0", after: "2.5")])
    #expect(found.onlyAfter == ["tbl-ap, Fisher"] && found.onlyBefore.isEmpty && found.sameNumbers == 3)
  }

  @Test("rows and columns of the same name are told apart by their order")
  func repeated() {
    func pair(_ one: Double, _ other: Double) -> Record {
      let columns: [Column] = [.text("Row"), .number("AP", .digits(1)), .number("AP", .digits(1))]
      return record(
        "tbl-pair",
        .table(
          RecordedTable(
            caption: "AP.",
            table: Table(columns: columns, rows: [["a", .number(one), 2], ["a", 3, .number(other)]]))))
    }
    #expect(ResultsComparison(before: [pair(1, 4)], after: [pair(1, 4)]).isSame)
    let found = ResultsComparison(before: [pair(1, 4)], after: [pair(1, 5)])
    #expect(
      found.withoutInterval == [ChangedResult(name: "tbl-pair, a (2), AP (2)", before: "4.0", after: "5.0")])
  }

  @Test("a number that is missing on one side is a matter of words")
  func missing() {
    let found = ResultsComparison(
      before: [table([[.count(1), "uniform", 3]])], after: [table([[.count(1), "uniform", .missing("–")]])])
    #expect(found.words == [ChangedResult(name: "tbl-ap, uniform, AP", before: "3.0", after: "–")])
  }

  func claim(_ verdict: Verdict) -> RecordedClaim {
    RecordedClaim(number: "C1", statement: "It helps.", test: "AP", verdict: verdict, restsOn: [])
  }

  @Test("another verdict, another figure, and outputs that only one state has are told each in its own list")
  func others() {
    func figure(_ y: Double) -> Record {
      let mark = Mark(.line(x: [0, 1], y: [2, y]), MarkStyle(.blue), name: "a")
      let drawing = Figure(height: 100, .chart(Chart(x: Axis(), y: Axis(), marks: [mark])))
      return record("fig-a", .figure(RecordedFigure(caption: "A.", alternative: "B.", figure: drawing)))
    }
    let found = ResultsComparison(
      before: [record("claim-one", .claim(claim(.supported))), figure(1), value("old", Estimate(1))],
      after: [record("claim-one", .claim(claim(.inconclusive))), figure(2), value("new", Estimate(1))])
    #expect(
      found.verdicts == [ChangedResult(name: "C1 (claim-one)", before: "supported", after: "inconclusive")])
    #expect(found.figures == ["fig-a"] && found.onlyBefore == ["old"] && found.onlyAfter == ["new"])
    #expect(!found.isSame && found.numberCount == 0)
  }
}
