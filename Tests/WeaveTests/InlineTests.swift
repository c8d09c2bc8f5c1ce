import Testing
import Weave

/// Inline constructs, seen through a woven notebook.
struct InlineTests {
  /// The woven paragraph that a prose line becomes.
  func woven(_ prose: String) throws -> String {
    let project = try TinyProject()
    try project.run()
    try project.edit(
      "Notebooks/01-squares.swift", "//: See @fig-curve.", "//: @@\(prose)@@\n//:\n//: See @fig-curve.")
    try project.edit("Notebooks/01-squares.swift", "@@\(prose)@@", "BEGIN \(prose)")
    let paper = try weave(try project.project())
    let line = paper.markdown.split(separator: "\n").first { $0.hasPrefix("BEGIN ") } ?? ""
    return String(line.dropFirst(6))
  }

  func problem(_ prose: String) -> String {
    do {
      return "woven: " + (try woven(prose))
    } catch {
      return "\(error)"
    }
  }

  @Test(
    "references, citations and values are resolved",
    arguments: [
      ("{{tenth}}", "100.0"), ("@fig-curve", "[Figure 1](#fig-curve)"), ("[-@fig-curve]", "[1](#fig-curve)"),
      ("@sec-half.", "[Section 1.2](#sec-half)."), ("(@tbl-half)", "([Table 1](#tbl-half))"),
      ("@eq-square, and", "[Equation 1](#eq-square), and"), ("@claim-c1", "[Claim C1](#claim-c1)"),
      ("[@sec-curve; @sec-half]", "[Sections 1.1](#sec-curve) and [1.2](#sec-half)"),
      ("[@sec-half; @tbl-half]", "[Section 1.2](#sec-half) and [Table 1](#tbl-half)"),
      ("[@kuhn1955]", "\\[[1](#ref-kuhn1955)\\]"), ("[@kuhn1955, p. 3]", "\\[[1](#ref-kuhn1955), p. 3\\]"),
      ("@kuhn1955", "Kuhn \\[[1](#ref-kuhn1955)\\]"), ("[-@kuhn1955]", "\\[[1](#ref-kuhn1955)\\]"),
      ("{{claim-c1}}", "supported"),
    ])
  func resolved(prose: String, expected: String) throws {
    #expect(try woven(prose) == expected)
  }

  @Test(
    "code, mathematics, links and addresses are left alone",
    arguments: [
      "`{{tenth}} @fig-x`", "``a ` @b``", "$x_{@i} = {{y}}$", "[text](http://a.b/@c)", "a@b.org", "\\@kuhn",
      "<b title=\"@a\">",
      "$5 and $6",
    ])
  func leftAlone(prose: String) throws {
    #expect(try woven(prose) == prose)
  }

  @Test(
    "what cannot be resolved is an error with its line and names that are near",
    arguments: [
      ("{{tent}}", "01-squares.swift:14: there is no value \"tent\"; did you mean tenth?"),
      ("@fig-curv", "14: @fig-curv refers to nothing; did you mean fig-curve?"),
      ("[@kuhn1956]", "14: there is no work \"kuhn1956\" in references.bib; did you mean @kuhn1955?"),
      ("[@kuhn1955; @fig-curve]", "14: references and citations do not stand in one pair of brackets"),
      ("so {{fig-curve}} so", "14: {{fig-curve}} places a figure or table, so it stands alone on its line"),
    ])
  func errors(prose: String, expected: String) {
    #expect(problem(prose).contains(expected), "\(problem(prose))")
  }

  @Test(
    "numerals that are bound to nothing are found",
    arguments: [
      ("It gains 3.1 points.", ["3.1"]), ("about 1,000 of 12", ["1,000", "12"]),
      ("in 2024, R50 and layer4.0", []),
      ("`8` bits, $3$ more", []), ("4-bit", ["4"]), ("(7)", ["7"]), ("value {{tenth}}", []), ("1. item", []),
      ("they are 8 <!-- number: a definition -->", []),
    ])
  func unbound(prose: String, expected: [String]) throws {
    let project = try TinyProject()
    try project.run()
    try project.edit(
      "Notebooks/01-squares.swift", "//: See @fig-curve.", "//: \(prose)\n//:\n//: See @fig-curve.")
    let warnings = try weave(try project.project()).warnings.filter { $0.severity == .unboundNumber }
    #expect(warnings.map { $0.message.split(separator: " ")[2] } == expected.map { Substring($0) })
    #expect(warnings.allSatisfy { $0.line == 14 })
  }

  @Test("a value that nothing mentions, and a claim on nothing, stop the weave")
  func unused() throws {
    let project = try TinyProject()
    try project.run()
    try project.edit("Notebooks/01-squares.swift", "the tenth is {{tenth}} ", "the tenth is large ")
    let error = #expect(throws: WeaveProblems.self) { try weave(try project.project()) }
    #expect("\(try needed(error))".contains("01-squares.swift:15: the value \"tenth\" is mentioned nowhere"))
  }

  @Test("a figure that nothing refers to is a warning")
  func unreferred() throws {
    let project = try TinyProject()
    try project.run()
    try project.edit("Notebooks/01-squares.swift", "See @fig-curve.", "See.")
    let warnings = try weave(try project.project()).warnings
    #expect(warnings.map(\.message) == ["nothing refers to @fig-curve"])
  }
}
