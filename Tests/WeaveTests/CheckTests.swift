import Artifacts
import Authoring
import Foundation
import Testing
import Weave

struct CheckTests {
  let project: TinyProject

  init() throws {
    project = try TinyProject()
    try project.run()
    try project.weaveAll()
  }

  func findings(_ drawer: FigureDrawer = TinyProject.drawer()) throws -> [String] {
    try project.check(drawer).findings.map(\.description)
  }

  @Test("what was just woven is good, to the last number")
  func good() throws {
    let report = try project.check()
    #expect(report.findings.isEmpty)
    #expect(report.numbers == 6 && report.identical == 6 && report.figures == 1)
    #expect(report.exitCode(isStrict: true) == 0)
  }

  @Test("a number edited by hand is named with its line")
  func editedNumber() throws {
    try project.edit("paper.md", "the tenth is 100.0", "the tenth is 100.1")
    let findings = try findings()
    #expect(
      findings[0].hasPrefix(
        "paper.md:11: tenth is printed as 100.1, but its record says 100.0 (Notebooks/01-squares.swift:15"))
    #expect(
      findings[1] == "paper.md: cause: the file was edited since it was woven; ./quire weave writes it anew")
    #expect(try project.check().exitCode(isStrict: false) == 1)
    #expect(try project.check().identical == 5)
  }

  @Test("an edited cell is named by row and column, an edited verdict by its claim")
  func editedCell() throws {
    try project.edit("paper.md", "| ten | 50.0 |", "| ten | 51.0 |")
    try project.edit("paper.md", "which is supported", "which is inconclusive")
    let findings = try findings()
    #expect(
      findings[0].hasPrefix("paper.md:56: claim-c1 is printed as inconclusive, but its record says supported")
    )
    #expect(
      findings[1].hasPrefix(
        "paper.md:74: tbl-half, row “ten”, column Half is printed as 51.0, but its record says 50.0"))
  }

  @Test(
    "edited words, added and removed lines are found",
    arguments: [
      ("See [Figure", "Look at [Figure", "paper.md:35: this line is \"Look at [Figure"),
      ("## References\n", "", "a line is missing here: \"## References\""),
      ("## References\n", "## References\n\nMore.\n", "this line is not woven from anything: \"More.\""),
    ])
  func editedWords(old: String, new: String, expected: String) throws {
    try project.edit("paper.md", old, new)
    let findings = try findings()
    #expect(findings.contains { $0.contains(expected) }, "\(findings)")
    #expect(try project.check().exitCode(isStrict: false) == 1)
  }

  @Test("an edited figure is named")
  func editedFigure() throws {
    try project.edit("Figures/fig-curve.svg", "<svg>", "<svg >")
    #expect(
      try findings() == [
        "Figures/fig-curve.svg: fig-curve was edited since it was drawn; ./quire figures draws it from its record"
      ])
    #expect(try project.check().exitCode(isStrict: false) == 1)
  }

  @Test("a missing figure is named, and a file that no record draws")
  func missingFigure() throws {
    try FileManager.default.moveItem(
      at: project.root.appending(path: "Figures/fig-curve.svg"),
      to: project.root.appending(path: "Figures/fig-old.svg"))
    #expect(
      try findings() == [
        "Figures/fig-curve.svg: the file is missing; ./quire figures draws it",
        "Figures/fig-old.svg: no record draws this file",
      ])
  }

  @Test("a restyled figure differs, other bytes for the same drawing are accepted and explained")
  func restyled() throws {
    #expect(
      try findings(TinyProject.drawer(style: "bold")) == [
        "Figures/fig-curve.svg: fig-curve has the same data, but is drawn otherwise now; ./quire figures draws it anew"
      ])
    let accepted = try project.check(TinyProject.drawer(version: "2", bytes: " "))
    #expect(
      accepted.findings.map(\.description) == [
        "Figures/fig-curve.svg: same data, same drawing, bytes differ (pen 1 -> 2); accepted"
      ])
    #expect(accepted.exitCode(isStrict: true) == 0)
  }

  @Test("a changed parameter in the notebook names the outputs of its section")
  func changedNotebook() throws {
    try project.edit("Notebooks/01-squares.swift", "half = 2.0", "half = 3.0")
    let findings = try findings()
    #expect(
      findings[0]
        == "Notebooks/01-squares.swift:22: out of date in 01-squares#sec-half: tbl-half; code in the notebook changed since the record"
    )
    #expect(findings.contains { $0.contains("cause: prose or records changed since the paper was woven") })
    #expect(try project.check().exitCode(isStrict: false) == 1)
  }

  @Test("a changed source of a step names the file, the step and the outputs")
  func changedStep() throws {
    try project.edit("Sources/Toys/squares.swift", "power = 2", "power = 3")
    let findings = try findings()
    #expect(
      findings[0] == "Notebooks/01-squares.swift:15: out of date in 01-squares#sec-curve: tenth, fig-curve; "
        + "Sources/Toys/squares.swift, on which the step \"squares to 10\" rests, changed since the record")
  }

  @Test("a record edited by hand does not agree with the lock file, nor the paper with it")
  func editedRecord() throws {
    try project.edit("Results/records/01-squares.jsonl", "\"printed\":\"100.0\"", "\"printed\":\"100.2\"")
    let findings = try findings()
    #expect(findings[0].hasPrefix("paper.md:11: tenth is printed as 100.0, but its record says 100.2"))
    #expect(
      findings.contains { $0.contains("the record of tenth is not the one in Results/quire.lock.json") })
    try project.write("paper.md", try weave(try project.project()).markdown)
    #expect(try project.check().exitCode(isStrict: false) == 1)
  }

  @Test("records of data that a figure was not drawn from are told from an edit")
  func otherData() throws {
    try project.edit("Notebooks/01-squares.swift", "limit: 10", "limit: 12")
    let svg = try project.text("Figures/fig-curve.svg")
    let outcome = try project.run(commit: false)
    let state = try needed(try project.project().notebook("01-squares"))
    try Files.write(
      try state.merged(outcome, request: RunRequest(sections: state.code.sections.map(\.label))).encoded(),
      to: project.root.appending(path: "Results/records/01-squares.jsonl"))
    #expect(try project.text("Figures/fig-curve.svg") == svg)
    #expect(
      try findings().contains(
        "Figures/fig-curve.svg: fig-curve shows other data than its record; ./quire figures draws it anew"))
  }

  @Test("without records, without a paper, with an output that never ran: could not tell")
  func couldNotTell() throws {
    try project.edit("Notebooks/01-squares.swift", "let half", "notebook.value(\"new\") { 1 }\nlet half")
    #expect(
      try findings().contains(
        "Notebooks/01-squares.swift:10: \"new\" is not recorded; ./quire run new makes it"))
    #expect(try project.check().exitCode(isStrict: false) == 2)
    try project.write("Notebooks/01-squares.swift", TinyProject.notebook)
    try FileManager.default.removeItem(at: project.root.appending(path: "paper.md"))
    #expect(try project.check().exitCode(isStrict: false) == 2)
    try FileManager.default.removeItem(at: project.root.appending(path: "Results/records"))
    #expect(
      try findings() == ["Notebooks/01-squares.swift: it has no records; ./quire run 01-squares makes them"])
  }

  @Test("an unbound number counts with --strict only")
  func strict() throws {
    try project.edit("Notebooks/01-squares.swift", "//: See", "//: Of 7. See")
    try project.weaveAll()
    let report = try project.check()
    #expect(report.exitCode(isStrict: false) == 0 && report.exitCode(isStrict: true) == 3)
  }
}
