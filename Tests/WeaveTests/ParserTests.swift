import Testing
import Weave

struct ParserTests {
  func parse(_ text: String) throws -> NotebookSource {
    try parseNotebook("//: # Title {#sec-title}\n" + text, name: "01-test")
  }

  func code(_ text: String) throws -> [String] {
    try parse(text).chunks.filter { $0.kind != .prose }.map(\.text)
  }

  func message(_ text: String) -> String {
    do {
      _ = try parse(text)
      return "no error"
    } catch {
      return "\(error)"
    }
  }

  @Test("prose and code alternate, and blank lines at the ends of chunks are dropped")
  func chunks() throws {
    let notebook = try parse("//:\n//: one\n  //:  two\n\nlet a = 1\n\nlet b = 2\n\n//:\n//: three\n//:\n")
    #expect(
      notebook.chunks.map(\.text) == ["# Title {#sec-title}\n\none\n two", "let a = 1\n\nlet b = 2", "three"])
    #expect(notebook.chunks.map(\.span.lowerBound) == [1, 6, 10])
  }

  @Test("lines may end as on Windows")
  func carriageReturns() throws {
    let text = "//: # Title {#sec-title}\n//:\n//: one\nlet a = \"\"\"\n  x\n  \"\"\"\nlet b = 2\n"
    let (plain, other) = (
      try parseNotebook(text, name: "01-test"),
      try parseNotebook(text.replacing("\n", with: "\r\n"), name: "01-test")
    )
    #expect(plain.chunks == other.chunks && plain.lineCount == other.lineCount && plain.lineCount == 7)
  }

  @Test("//- splits prose and code")
  func split() throws {
    let notebook = try parse("//-\n//: more\nlet a = 1\n//-\nlet b = 2\n")
    #expect(notebook.chunks.map(\.text) == ["# Title {#sec-title}", "more", "let a = 1", "let b = 2"])
  }

  @Test("ordinary comments are code that is shown")
  func comments() throws {
    #expect(try code("// why\nlet a = 1") == ["// why\nlet a = 1"])
  }

  @Test("hidden lines are not shown, but their chunk is there")
  func hidden() throws {
    #expect(try code("let a = 1\nlet b = 2  // hide\nlet c = 3") == ["let a = 1\nlet c = 3"])
    #expect(
      try code("let a = 1\n// snippet.hide\nlet b = 2\n// snippet.show\nlet c = 3") == [
        "let a = 1\nlet c = 3"
      ])
    #expect(try code("// snippet.hide\nlet a = 1\n\nlet b = 2") == [""])
  }

  @Test(
    "a prose marker inside a multi-line string or a block comment is code", arguments: ["\"\"\"", "#\"\"\"#"])
  func markersInStrings(quotes: String) throws {
    let close = quotes == "\"\"\"" ? quotes : "\"\"\"#"
    let open = quotes == "\"\"\"" ? quotes : "#\"\"\""
    let text =
      "let a = \(open)\n//: no prose\n//| no: option\n//-\n\(close)\n/* note\n//: no prose\n*/\nlet b = 1"
    #expect(try code(text) == [text])
  }

  @Test("an unbalanced quote in prose or comments changes nothing")
  func quotesInProse() throws {
    let notebook = try parse("//: it's \"\"\" open\nlet a = 1 // \"\"\"\n//: end")
    #expect(
      notebook.chunks.map(\.text) == ["# Title {#sec-title}\nit's \"\"\" open", "let a = 1 // \"\"\"", "end"])
  }

  @Test("display options belong to the next code chunk only")
  func options() throws {
    let notebook = try parse(
      "//| echo: false\n//| code-fold: show\n//| code-summary: \"Look\"\nlet a = 1\n//: p\nlet b = 1")
    var expected = CodeOptions()
    #expect(notebook.chunks[3].kind == .code(expected))
    expected.isShown = false
    expected.fold = .open
    expected.summary = "Look"
    #expect(notebook.chunks[1].kind == .code(expected))
  }

  @Test(
    "what the grammar does not know is an error with its line",
    arguments: [
      ("//| eval: false\nlet a = 1", "01-test.swift:2: unknown display option \"eval\""),
      ("//| echo: maybe\nlet a = 1", "2: echo is true or false"),
      ("//| echo\nlet a = 1", "2: expected //| key: value"),
      ("//| code-fold: no\nlet a = 1", "2: code-fold is true, false or show"),
      ("//| code-summary: Look\nlet a = 1", "2: code-summary is a text in double quotes"),
      ("//| echo: false\n", "2: this display option has no code after it"),
      ("/*: block */\nlet a = 1", "2: prose stands in lines that begin with //:"),
      ("//: ## Bad {#bits}", "2: the label of a section begins with sec-"),
      ("//: ## Bad {#sec-Bits_1}", "2: the label of a section begins with sec-"),
    ])
  func errors(text: String, expected: String) {
    #expect(message(text).contains(expected), "\(message(text))")
  }

  @Test(
    "the first prose line is a heading of the highest level",
    arguments: ["//: Words.", "let a = 1", "//: ## Two"])
  func firstHeading(text: String) {
    #expect(throws: WeaveProblems.self) { try parseNotebook(text, name: "01-test") }
  }

  @Test("headings in fences are none")
  func fences() throws {
    let notebook = try parse("//: ```\n//: # not a heading\n//: ```\n//: ## One {#sec-one}\n")
    #expect(notebook.headings.map(\.title) == ["Title", "One"])
  }

  @Test("a section reaches to the next heading of its level or above")
  func sections() throws {
    let notebook = try parse(
      "//: ## A {#sec-a}\nlet a = 1\n//: ### B {#sec-b}\nlet b = 1\n//: ## C {#sec-c}\nlet c = 1\n")
    #expect(notebook.lines(ofSection: "sec-a") == 2...5)
    #expect(notebook.lines(ofSection: "sec-b") == 4...5)
    #expect(notebook.lines(ofSection: "sec-c") == 6...7)
    #expect(notebook.lines(ofSection: "sec-title") == 1...7)
    #expect(notebook.lines(ofSection: "sec-none") == nil)
  }
}
