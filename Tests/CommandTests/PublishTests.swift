// The web page and the PDF, by the command with the pandoc and typst of the set-up.
import Foundation
import TestSupport
import Testing

@Suite(.enabled(if: CommandProject.command != nil, CommandProject.reason))
struct PublishTests {
  let project: CommandProject

  static let hasTools: Bool = ["pandoc/pandoc", "typst/typst/__init__.py"].allSatisfy {
    FileManager.default.fileExists(atPath: Fixtures.root.appending(path: ".deps/\($0)").path)
  }
  static let reason: Comment = "pandoc or typst is not in .deps; make setup installs them"

  init() throws {
    project = try CommandProject()
    #expect(try project.quire("run", "--binaries", project.binaries).code == 0)
  }

  @Test("the web page is one file with its numbers linked to the code on it", .enabled(if: hasTools, reason))
  func page() throws {
    try project.edit("Notebooks/01-answer.swift", "It is {{answer}}.", "It is {{answer}}, $x^2$.")
    let woven = try project.quire("weave", "--to", "html")
    #expect(woven.code == 0 && woven.messages == "quire: build/paper.html\n", "\(woven.messages)")
    let page = try project.text("build/paper.html")
    #expect(page.contains("<a class=\"number\" href=\"#code-01-answer-"))
    #expect(page.contains("><data value=\"10.0\">10</data></a>, <math display=\"inline\""))
    #expect(page.contains("id=\"sec-twice\"") && page.contains("href=\"#sec-twice\""))
    #expect(page.contains("2 numbers are bound to records (2 exact)"))
    for target in page.matches(of: #/href="#([^"]+)"/#).map(\.1) {
      #expect(page.contains("id=\"\(target)\""), "nothing on the page is called \(target)")
    }
    #expect(!page.contains("src=\"http") && !page.contains("$body$"))
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: project.root.appending(path: "build").path) == [
        "paper.html"
      ])
  }

  @Test("the PDF is the same file each time, and holds the text", .enabled(if: hasTools, reason))
  func document() throws {
    let url = project.root.appending(path: "build/paper.pdf")
    #expect(try project.quire("weave").code == 0)
    let first = try Data(contentsOf: url)
    try FileManager.default.removeItem(at: url)
    #expect(try project.quire("weave", "--to", "pdf").code == 0)
    #expect(try Data(contentsOf: url) == first)
    #expect(first.starts(with: Data("%PDF-".utf8)))
    #expect(first.range(of: Data("CreationDate".utf8)) == nil)
  }

  @Test("without pandoc the paper is woven, and one sentence says what is missing")
  func missing() throws {
    let bare = ["QUIRE_ENGINE": "", "PATH": "/nowhere"]
    let all = try project.quire(["weave"], environment: bare)
    #expect(all.code == 0, "\(all.messages)")
    #expect(
      all.messages.contains("quire: no web page: there is no pandoc")
        && all.messages.contains("quire: no PDF: "))
    #expect(try project.quire(["weave", "--to", "html"], environment: bare).code == 2)
    let asked = try project.quire(["weave", "--to", "md,html,pdf"], environment: bare)
    #expect(asked.code == 2 && asked.messages.contains("no web page") && asked.messages.contains("no PDF"))
    #expect(asked.messages.contains("paper.md: "), "what can be made is made")
  }
}
