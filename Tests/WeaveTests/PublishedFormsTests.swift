import Foundation
import Testing
import Weave

@Suite("The paper for pandoc: the web page and the printed form")
struct PublishedFormsTests {
  let project: TinyProject

  init() throws {
    project = try TinyProject()
    try project.run()
  }

  private func page() throws -> HTMLPage { HTMLPage(try weave(try project.project(), for: .page)) }

  @Test(
    "every number is a link to the line that made it, and carries its card: artifact, command, line, promise")
  func numbers() throws {
    let text = try page().markdown
    let start = try #require(text.range(of: "The largest square is <a class=\"number\" "))
    let element = try #require(text[start.upperBound...].range(of: "</a>."))
    let number = String(text[start.upperBound..<element.lowerBound])
    #expect(number.hasSuffix("><data value=\"100.0\">100</data>"))
    for part in [
      "href=\"#code-01-squares-21-1\"",
      "title=\"largest = 100.0; Notebooks/01-squares.swift:21; from squares to 10",
      "data-name=\"largest\"", "data-exact=\"100.0\"", "data-line=\"Notebooks/01-squares.swift:21\"",
      "data-command=\"./quire run largest\"", "data-promise=\"exact\"", "data-from=\"squares to 10 (squares/",
    ] {
      #expect(number.contains(part), "\(part) is not in \(number)")
    }
    #expect(text.ranges(of: "<a class=\"number\"").count == (try weave(try project.project()).numbers.count))
  }

  @Test("links lead to code that is on the page, and to the file where it is not")
  func links() throws {
    var text = try page().markdown
    #expect(text.contains("```{#code-01-squares-15 .swift}\nnotebook.value"))
    #expect(text.contains("[01-squares, line 16](#code-01-squares-15-2){.source}"))
    try project.edit(
      "Notebooks/01-squares.swift", "notebook.value(\"tenth\"", "//| echo: false\nnotebook.value(\"tenth\"")
    text = try page().markdown
    #expect(text.contains("[01-squares, line 17](../Notebooks/01-squares.swift#L17){.source}"))
  }

  @Test("a cell that stands out is bold in every form")
  func emphasis() throws {
    let path = "Results/records/01-squares.jsonl"
    let plain = "\"rows\":[[{\"text\":\"ten\"}"
    let text = try project.text(path)
    #expect(text.contains(plain))
    try project.write(
      path, text.replacing(plain, with: "\"emphasized\":[{\"column\":1,\"row\":0}]," + plain))
    #expect(try weave(try project.project()).markdown.contains("| ten | **50.0** |"))
    #expect(try page().markdown.contains("| ten | **<a class=\"number\""))
    #expect(try weave(try project.project(), for: .print).markdown.contains("| ten | **"))
  }

  @Test("a number in a heading is no link: the table of contents repeats it")
  func headings() throws {
    try project.edit("Notebooks/01-squares.swift", "# Squares grow", "# Squares grow to {{largest}}")
    #expect(
      try page().markdown.contains("## 1 Squares grow to <data value=\"100.0\">100</data> {#sec-squares}"))
  }

  @Test("figures, tables and equations are divisions with their labels")
  func divisions() throws {
    let text = try page().markdown
    #expect(
      text.contains("::: {#fig-curve .figure}\n![It rises.](Figures/fig-curve.svg)\n\n**Figure 1.** Up to "))
    #expect(text.contains("::: {#tbl-half .table}\n**Table 1.** Halves. "))
    #expect(text.contains(":::: scroll\n| Of |"))
    #expect(
      text.contains("::: {#eq-square .equation}\n$$\nx_i = i^2\n$$\n\n[(1)]{.number-of-equation}\n\n:::"))
    #expect(text.contains("1. <span id=\"ref-kuhn1955\"></span>Harold"))
    #expect(!text.contains("# A tiny paper\n"))
  }

  @Test("the printed form has no code, and calls the functions of its template")
  func print() throws {
    let document = PrintDocument(try weave(try project.project(), for: .print))
    let text = document.markdown
    #expect(document.title == "A tiny paper")
    #expect(!text.contains("```swift") && !text.contains("<details>") && !text.contains("<a "))
    #expect(
      text.contains("#picture(\"/Figures/fig-curve.pdf\", \"It rises.\")[\n```\n\n**Figure 1.** Up to 100. "))
    #expect(text.contains("`#source[01-squares, line 16]`{=typst}\n\n```{=typst}\n] <fig-curve>\n```"))
    #expect(text.contains("#numbered[(1)][\n```\n\n$$\nx_i = i^2\n$$\n\n```{=typst}\n] <eq-square>\n```"))
    #expect(text.contains("1. `#metadata(none) <ref-kuhn1955>`{=typst}Harold"))
    let template = PrintDocument.template(footer: ["#5 costs $3"])
    for call in ["picture(", "numbered(", "sheet(", "source("] { #expect(template.contains("#let \(call)")) }
    #expect(template.contains("\\#5 costs \\$$3") && template.contains("date: none"))
  }

  @Test("the ledger scrolls like a table, and no line breaks inside a reference")
  func wholeReferences() throws {
    try project.edit(
      "Notebooks/01-squares.swift", "//: By @eq-square", "//: {{claims}}\n//:\n//: By @eq-square")
    let page = try page().markdown
    #expect(page.contains("::: {.scroll .ledger}\n| Claim |"))
    #expect(page.contains("See [Figure\u{A0}1](#fig-curve)."))
    let printed = PrintDocument(try weave(try project.project(), for: .print)).markdown
    #expect(printed.contains("See [Figure\u{A0}1](#fig-curve).") && !printed.contains(".ledger"))
    #expect(try weave(try project.project()).markdown.contains("See [Figure 1](#fig-curve)."))
  }

  @Test("norms in print grow with what is between their bars")
  func norms() throws {
    try project.edit(
      "Notebooks/01-squares.swift", "//: By @eq-square",
      "//: $\\left\\lVert a \\right\\rVert^2$, $\\left\\|b\\right\\|$. By @eq-square")
    let printed = PrintDocument(try weave(try project.project(), for: .print)).markdown
    #expect(printed.contains("$\\lVert a \\rVert^2$, $\\lVert b\\rVert$."))
    let page = try weave(try project.project(), for: .page).markdown
    #expect(page.contains("$\\left\\lVert a \\right\\rVert^2$, $\\left\\|b\\right\\|$."))
  }

  @Test("callouts are divisions on the page and quotes in print")
  func callouts() throws {
    try project.edit(
      "Notebooks/01-squares.swift", "//: @tbl-half and",
      "//: - Warning: Mind {{tenth}}\n//:   twice.\n//:\n//: @tbl-half and")
    let page = try page().markdown
    #expect(page.contains("::: {.callout .warning}\n**Warning.** Mind <a class=\"number\""))
    let printed = try weave(try project.project(), for: .print)
    #expect(printed.markdown.contains("> **Warning.** Mind 100.0\n> twice.\n"))
  }

  @Test("what stands under the page counts bound and unbound numbers, and what was computed where")
  func coverage() throws {
    try project.edit("Notebooks/01-squares.swift", "See @fig-curve.", "See @fig-curve, all 12 of it.")
    let state = try project.project()
    let paper = try weave(state, for: .page)
    let here = Coverage(paper, of: state) { _ in true }
    #expect(
      here.bindings
        == "6 numbers are bound to records (5 exact, 1 within a tolerance); 1 numerals in sentences are unbound."
    )
    #expect(here.recomputed == 6 && here.hashOnly == 0)
    let elsewhere = Coverage(paper, of: state) { _ in false }
    #expect(elsewhere.recomputed + elsewhere.hashOnly == 6 && elsewhere.hashOnly > 0)
    let template = HTMLPage.template(footer: ["a < b", elsewhere.computation])
    #expect(template.contains("<p>a &lt; b</p>\n<p>On the machine that wove this page "))
  }

  @Test("pictures go into the page, dark ones beside light ones; others stay links")
  func pictures() throws {
    let html = #"<p><img src="a.svg" alt="A" /> and <img src="b.png"/> <img src="c.png" alt="C"></p>"#
    let files = ["a.svg": Data("light".utf8), "b.png": Data("b".utf8)]
    let page = embeddingPictures(
      in: html, light: { files[$0] }, dark: { $0 == "a.svg" ? Data("dark".utf8) : nil })
    #expect(
      page
        == #"<p><picture><source media="screen and (prefers-color-scheme: dark)" srcset="data:image/svg+xml;base64,ZGFyaw==">"#
        + #"<img src="data:image/svg+xml;base64,bGlnaHQ=" alt="A" /></picture> and "#
        + #"<img src="data:image/png;base64,Yg=="/> <img src="c.png" alt="C"></p>"#)
  }

  @Test("the frame fetches nothing")
  func selfContained() throws {
    let template = HTMLPage.template(footer: [])
    for address in ["http:", "https:", "src=", "@import", "url("] { #expect(!template.contains(address)) }
  }
}
