import Testing
import Weave

struct CodeMapTests {
  static let text = """
    //: # Title {#sec-title}
    import Toys
    let notebook = Notebook()
    let bits = allocation(averageBits: 4)
    let seeds = [1, 2]
    //: ## A {#sec-a}
    notebook.value("a") { try bits.value.mean }
    notebook.figure(
      "fig-a", caption: "…", alt: "…"
    ) { try plot(bits.value) }
    //: ## B {#sec-b}
    for seed in seeds {
      notebook.value("b-\\(seed)") { 1 }
    }
    notebook.claim("C5", "…", test: "…", restsOn: []) { .supported }
    //: ## C {#sec-c}
    //: words
    """

  func map(_ text: String = Self.text) throws -> CodeMap {
    CodeMap(try parseNotebook(text, name: "01-test"))
  }

  func changed(_ old: String, _ new: String) throws -> [String] {
    let text = Self.text.replacing(old, with: new)
    #expect(text != Self.text)
    let (before, after) = (try map(), try map(text))
    return zip(before.sections, after.sections).filter { $0.code != $1.code }.map(\.0.label)
  }

  @Test("a change reaches the sections that use what changed, and no others")
  func dependencies() throws {
    #expect(try changed("averageBits: 4", "averageBits: 5") == ["sec-title", "sec-a"])
    #expect(try changed("[1, 2]", "[1, 3]") == ["sec-title", "sec-b"])
    #expect(try changed("{ 1 }", "{ 2 }") == ["sec-b"])
    #expect(try changed("mean }", "median }") == ["sec-a"])
    #expect(try changed("import Toys", "import Games") == ["sec-title", "sec-a", "sec-b"])
    #expect(try changed("Notebook()", "Notebook(1)") == ["sec-title", "sec-a", "sec-b"])
  }

  @Test("prose, comments and white space change nothing")
  func cosmetics() throws {
    #expect(try changed("//: words", "//: other words\n//: more") == [])
    #expect(try changed("let seeds", "// why\nlet   seeds") == [])
    #expect(try changed("import Toys", "//: prose\n\n\nimport Toys") == [])
  }

  @Test("whoever mentions a variable may change it")
  func variables() throws {
    let text =
      "//: # T {#sec-t}\nvar n = 1\n//: ## A {#sec-a}\nn += 1\n//: ## B {#sec-b}\nnotebook.value(\"b\") { n }\n"
    let before = try map(text)
    let after = try map(text.replacing("n += 1", with: "n += 2"))
    #expect(before.sections.last?.code != after.sections.last?.code)
  }

  @Test("a name in an interpolation is a use")
  func interpolation() throws {
    let text = "//: # T {#sec-t}\nlet n = 1\n//: ## A {#sec-a}\nnotebook.text(\"b\") { \"\\(n)\" }\n"
    #expect(try map(text).sections[1].code != map(text.replacing("n = 1", with: "n = 2")).sections[1].code)
  }

  @Test("statements over several lines hold together")
  func continuedStatements() throws {
    let text = "//: # T {#sec-t}\nlet a =\n  1\n  + 2\n//: ## A {#sec-a}\nnotebook.value(\"b\") { a }\n"
    #expect(try map(text).sections[1].code != map(text.replacing("+ 2", with: "+ 3")).sections[1].code)
  }

  @Test("labels that are written out are known before anything ran")
  func writtenOutputs() throws {
    let outputs = try map().writtenOutputs
    #expect(outputs.map(\.label) == ["a", "fig-a", "claim-c5"])
    #expect(outputs.map(\.kind) == ["value", "figure", "claim"])
    #expect(outputs.map(\.line) == [7, 8, 15])
  }

  @Test("imports are known, and sections cover the whole notebook")
  func imports() throws {
    let map = try map()
    #expect(map.imports == ["Toys"])
    #expect(map.sections.map(\.label) == ["sec-title", "sec-a", "sec-b", "sec-c"])
    #expect(map.sections.map(\.hasCode) == [true, true, true, false])
    #expect(map.section(ofLine: 9)?.label == "sec-a")
  }
}
