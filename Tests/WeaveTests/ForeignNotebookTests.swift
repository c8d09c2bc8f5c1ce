import Foundation
import TestSupport
import Testing
import Weave

@Suite struct ForeignNotebookTests {
  private static let text = """
    //: # Title {#sec-title}
    //:
    //: First {{one}}.
    let notebook = Notebook()
    notebook.value("one") { 1 }

    //: ## Own {#sec-own .embedded}
    //:
    //: Second {{two}}.
    notebook.value("two") { 2 }

    //: ### Deeper {#sec-deeper}
    notebook.value("three") { 3 }

    //: ## Last {#sec-last}
    //:
    //: Fourth {{four}}.
    notebook.value("four") { 4 }

    """

  @Test("marked sections are left out with all below them, and no lines of theirs are run")
  func sections() throws {
    let whole = try parseNotebook(Self.text, name: "01-test")
    #expect(whole.sections.map(\.title) == ["Title", "Own", "Deeper", "Last"])
    #expect(whole.sections.map(\.label) == ["sec-title", "sec-own", "sec-deeper", "sec-last"])
    let rest = try #require(whole.withoutEmbeddedSections)
    #expect(rest.sections.map(\.title) == ["Title", "Last"])
    #expect(rest.omitted.map(\.title) == ["Own", "Deeper"])
    let map = CodeMap(rest)
    #expect(map.writtenOutputs.map(\.label) == ["one", "four"])
    #expect(map.sections.map(\.label) == ["sec-title", "sec-last"])
    #expect(map.sections.map(\.lines) == [1...6, 15...18])
    #expect(map.code == CodeMap(whole).code)
    let prose = rest.chunks.filter { $0.kind == .prose }.map(\.text).joined()
    #expect(prose.contains("First") && !prose.contains("Second") && prose.contains("Fourth"))
  }

  @Test("a notebook whose title is marked is left out as a whole")
  func title() throws {
    let text = Self.text.replacing("{#sec-title}", with: "{#sec-title .embedded}")
    #expect(try parseNotebook(text, name: "01-test").withoutEmbeddedSections == nil)
  }

  @Test("what is left of the report for other data refers to nothing that is left out")
  func references() throws {
    let folder = Fixtures.root.appending(path: "Notebooks")
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter {
      $0.hasSuffix(".swift")
    }.sorted()
    let rests = try names.compactMap { name in
      try parseNotebook(
        String(contentsOf: folder.appending(path: name), encoding: .utf8), name: String(name.dropLast(6))
      ).withoutEmbeddedSections
    }
    try #require(rests.count > 3)
    let prose = rests.map { $0.chunks.filter { $0.kind == .prose }.map(\.text).joined(separator: "\n") }
    var known = Set(rests.flatMap { rest in rest.sections.compactMap(\.label) })
    known.formUnion(rests.flatMap { CodeMap($0).writtenOutputs.map(\.label) })
    for text in prose { known.formUnion(text.matches(of: #/\{#(eq-[a-z0-9-]+)\}/#).map { String($0.1) }) }
    let references = prose.flatMap { text in
      text.matches(of: #/@((?:sec|tbl|fig|eq)-[a-z0-9-]+)/#).map { String($0.1) }
        + text.matches(of: #/\{\{([a-z0-9-]+)\}\}/#).map { String($0.1) }
    }
    try #require(references.count > 30)
    for reference in references { #expect(known.contains(reference), "\(reference) refers to nothing") }
  }
}
