import Foundation
import TestSupport
import Testing
import Weave

struct BibliographyTests {
  func entry(_ text: String) throws -> BibliographyEntry {
    try needed(try Bibliography(text, path: "references.bib").entries.values.first)
  }

  @Test("fields in braces, in quotes and bare are read, comments are skipped")
  func fields() throws {
    let entry = try entry(
      "% a comment\n@Comment{x}\n@Article{a1,\n  Title = {A {Big} {\"O}},\n  year = 1999,\n  note = \"say {\"}hi\", \n}\n"
    )
    #expect(entry.kind == "article" && entry.key == "a1" && entry.line == 3)
    #expect(entry.fields["year"] == "1999")
    #expect(entry.fields["title"] == "A {Big} {\"O}")
    #expect(entry.fields["note"] == "say {\"}hi")
  }

  @Test(
    "TeX becomes plain text",
    arguments: [
      ("Doll{\\'a}r", "Dollár"), ("{\\L}ukasz", "Łukasz"), ("K{\\\"o}pf", "Köpf"), ("L\\\"{u}", "Lü"),
      ("pp. 1--2", "pp. 1–2"),
      ("Chapman \\& Hall", "Chapman & Hall"), ("{\\v{S}}", "Š"), ("a~b", "a b"),
      ("Fran{\\c{c}}ois", "François"),
      ("{\\o}re", "øre"), ("{HERO}: {Hessian}", "HERO: Hessian"),
    ])
  func plain(tex: String, expected: String) throws {
    #expect(try entry("@a{k, title = {\(tex)}}").text("title") == expected)
  }

  @Test(
    "what is broken is refused with its line",
    arguments: [
      ("@a{k, title = {x}\n", "references.bib:2"), ("@a{k, title {x}}", "expected a field"),
      ("@a k", "expected { after @a"),
      ("@a{k, title = {x}}\n@a{k, title = {y}}", "references.bib:2: the key k is used already on line 1"),
      ("@a{, b = {c}}", "has no key"), ("@a{k, title = \"x}", "is not closed"),
    ])
  func broken(text: String, expected: String) {
    let error = #expect(throws: WeaveProblem.self) { try Bibliography(text, path: "references.bib") }
    #expect(error.map { "\($0)".contains(expected) } == true, "\(String(describing: error))")
  }

  @Test("the project's own references can be read and named")
  func own() throws {
    let text = String(
      decoding: try Data(contentsOf: Fixtures.root.appending(path: "references.bib")), as: UTF8.self)
    let entries = try Bibliography(text, path: "references.bib").entries
    #expect(entries.count >= 20)
    #expect(entries.values.allSatisfy { $0.text("title")?.isEmpty == false && $0.text("year")?.count == 4 })
  }
}
