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
}
