import Foundation
import Testing

@Suite(.enabled(if: ToyProject.isThere, ToyProject.reason))
struct CheckReportTests {
  @Test("page, JUnit, Markdown and JSON tell the same difference")
  func reports() throws {
    let project = try ToyProject.woven()
    try project.edit("Sources/Toys/limited.swift", "offset = 0", "offset = 1")
    let path = { (name: String) in project.root.appending(path: name).path }
    let check = try project.quire(
      "check", "--report", path("check.html"), "--junit", path("check.xml"), "--markdown", path("check.md"),
      "--json")
    #expect(check.code == 1, "\(check.messages)")
    let cause = "the code of offset in Sources/Toys/limited.swift changed, on which"
    let json = try #require(
      try JSONSerialization.jsonObject(with: Data(check.output.utf8)) as? [String: Any])
    #expect(json["exit"] as? Int == 1)
    #expect((json["causes"] as? [String])?.first?.hasPrefix(cause) == true)
    let page = try project.text("check.html")
    #expect(page.contains("<figcaption>expected</figcaption><pre>20.0</pre>"))
    #expect(page.contains("<figcaption>actual</figcaption><pre>24.0</pre>"))
    #expect(page.components(separatedBy: "<svg").count == 3, "the figure as it was and as it is")
    let junit = try project.text("check.xml")
    #expect(
      junit.contains("<testcase name=\"sum\" classname=\"01-toy\"><failure message=\"sum: 20.0 -&gt; 24.0"))
    #expect(junit.contains("<testcase name=\"drawn\" classname=\"01-toy\""))
    let parser = XMLCheck(junit)
    #expect(parser.isWellFormed)
    let markdown = try project.text("check.md")
    #expect(markdown.contains("**it does not reproduce: ") && markdown.contains("- cause: \(cause)"))
  }

  @Test("a budget buys the numbers that cost least, and the share computed again is told")
  func budget() throws {
    let project = try ToyProject.woven()
    let all = try project.quire("check", "--budget", "15m")
    #expect(all.code == 0, "\(all.output)\(all.messages)")
    #expect(
      all.output.contains("4 of 4 recorded numbers computed again (100 %), the others by hash"),
      "\(all.output)")
    let none = try project.quire("check", "--budget", "0s", "--strict")
    #expect(none.code == 3 && none.output.contains("verified by hash only"), "\(none.output)")
    #expect(try project.quire("check", "--budget", "soon").code == 64)
    #expect(try project.quire("check", "--budget", "1m", "--rebuild", "none").code == 64)
  }

  @Test("with a budget too, records that are out of date make a check fail")
  func staleWithBudget() throws {
    let project = try ToyProject.woven()
    try project.edit("Sources/Toys/limited.swift", "offset = 0", "offset = 0.0")
    for (option, value) in [("--rebuild", "none"), ("--budget", "0s"), ("--budget", "15m")] {
      let check = try project.quire("check", option, value)
      #expect(
        check.code == 1 && check.output.contains("out of date in 01-toy#sec-sum: sum"), "\(check.output)")
    }
    #expect(
      try project.quire("check", "--rebuild", "changed").code == 0, "there its values are computed again")
  }

  @Test("what was not computed again stands in JUnit as skipped, and a hand-edited number is one difference")
  func skipped() throws {
    let project = try ToyProject.woven()
    let file = project.root.appending(path: "check.xml").path
    #expect(try project.quire("check", "--rebuild", "none", "--junit", file).code == 0)
    let good = try project.text("check.xml")
    #expect(good.contains("tests=\"5\" failures=\"0\" errors=\"0\" skipped=\"5\""), "\(good)")
    let drawn = try #require(try project.text("paper.md").firstMatch(of: /Drawn ([0-9.]+),/)).1
    try project.edit("paper.md", "Drawn \(drawn),", "Drawn \(drawn)1,")
    let check = try project.quire("check", "--rebuild", "none", "--junit", file)
    #expect(
      check.code == 1 && check.output.contains("it does not reproduce: 1 difference\n"), "\(check.output)")
    #expect(check.output.contains("cause: paper.md was edited by hand"), "\(check.output)")
    #expect(try project.text("check.xml").contains("failures=\"1\" errors=\"0\""))
  }

  @Test("--strict ends with 3 if nothing differs but something is unverified")
  func strict() throws {
    let project = try ToyProject.woven()
    try project.edit("Notebooks/01-toy.swift", "The sum is", "Of 7, the sum is")
    #expect(try project.quire("weave", "--to", "md").code == 0)
    #expect(try project.quire("check", "--rebuild", "none").code == 0)
    #expect(try project.quire("check", "--rebuild", "none", "--strict").code == 3)
  }
}

/// Whether a text is XML.
final class XMLCheck {
  let isWellFormed: Bool

  init(_ text: String) {
    var open: [Substring] = []
    var isGood = true
    for match in text.matches(of: /<(\/?)([a-z?]+)[^>]*?(\/?)>/) {
      if match.2.hasPrefix("?") || match.3 == "/" { continue }
      if match.1 == "/" { isGood = isGood && open.popLast() == match.2 } else { open.append(match.2) }
    }
    isWellFormed = isGood && open.isEmpty
  }
}
