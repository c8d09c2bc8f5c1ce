import Testing
import Weave

struct GoldenTests {
  @Test("a tiny notebook becomes this paper")
  func golden() throws {
    let project = try TinyProject()
    try project.run()
    let paper = try weave(try project.project())
    #expect(paper.warnings.isEmpty)
    #expect(paper.title == "A tiny paper")
    #expect(paper.markdown == Self.paper)
  }

  @Test("every number of the paper is known by name and place")
  func numbers() throws {
    let project = try TinyProject()
    try project.run()
    let paper = try weave(try project.project())
    #expect(
      paper.numbers.map(\.name) == [
        "largest", "tenth", "largest", "largest", "claim-c1", "tbl-half, row “ten”, column Half",
      ])
    let bytes = Array(paper.markdown.utf8)
    let printed = paper.numbers.map {
      String(decoding: bytes[$0.offset..<$0.offset + $0.length], as: UTF8.self)
    }
    #expect(printed == ["100", "100.0", "100", "100", "supported", "50.0"])
    #expect(paper.map.map(\.line) == [5, 11, 35, 50, 56, 74])
    let lines = paper.markdown.split(separator: "\n", omittingEmptySubsequences: false)
    for (place, text) in zip(paper.map, printed) {
      let line = Array(lines[place.line - 1].utf8)
      #expect(
        String(decoding: line[(place.column - 1)..<(place.column - 1 + place.length)], as: UTF8.self) == text)
    }
    #expect(
      paper.numbers[1].origin.description.contains(
        "Notebooks/01-squares.swift:15; from squares to 10 (squares/"))
    #expect(paper.numbers[1].origin.description.hasSuffix("a rerun differs by at most 0.5"))
  }

  @Test("claims stand in a table where the prose asks for it, and outputs where their name stands alone")
  func placing() throws {
    let project = try TinyProject()
    try project.run()
    try project.edit(
      "Notebooks/01-squares.swift", "//: @tbl-half and",
      "//: {{claims}}\n//:\n//: {{fig-curve}}\n//:\n//: @tbl-half and")
    let text = try weave(try project.project()).markdown
    let ledger = try #require(
      text.range(
        of: "| <a id=\"claim-c1\"></a>C1 | supported | They grow. | largest above one | `largest` 100 |"))
    let figure = try #require(text.range(of: "<a id=\"fig-curve\"></a>"))
    #expect(ledger.upperBound < figure.lowerBound)
    #expect(text.ranges(of: "<a id=\"fig-curve\"></a>").count == 1)
    try project.edit("Notebooks/01-squares.swift", "//: {{claims}}\n", "//: {{fig-curve}}\n")
    let error = #expect(throws: WeaveProblems.self) { try weave(try project.project()) }
    #expect("\(try needed(error))".contains("\"fig-curve\" is placed a second time"))
  }

  @Test("callouts become alerts, and display options decide how code is shown")
  func display() throws {
    let project = try TinyProject()
    try project.run()
    try project.edit(
      "Notebooks/01-squares.swift", "//: @tbl-half and",
      "//: - Warning: Mind {{tenth}}\n//:   twice.\n//:\n//: ```\n//: {{no}} @such\n//: ```\n//:\n//: @tbl-half and"
    )
    try project.edit("Notebooks/01-squares.swift", "import Toys", "//| code-fold: false\nimport Toys")
    try project.edit(
      "Notebooks/01-squares.swift", "notebook.value(\"tenth\"", "//| echo: false\nnotebook.value(\"tenth\"")
    let text = try weave(try project.project()).markdown
    #expect(text.contains("> [!WARNING]\n> Mind 100.0\n> twice.\n"))
    #expect(text.contains("```\n{{no}} @such\n```"))
    #expect(text.contains("\n\n```swift\nimport Toys"))
    #expect(!text.contains("notebook.value(\"tenth\""))
    #expect(text.contains("<a id=\"fig-curve\"></a>"))
  }

  @Test("digits that a rerun may change are pointed out")
  func looseDigits() throws {
    let project = try TinyProject()
    try project.run()
    try project.edit("Results/records/01-squares.jsonl", "\"absolute\":0.5", "\"absolute\":5")
    let warnings = try weave(try project.project()).warnings
    #expect(
      warnings.map(\.description) == [
        "Notebooks/01-squares.swift:15: \"tenth\" prints 100.0, but a rerun may differ by 5.0; 100 would hold"
      ])
  }

  @Test("weaving twice gives the same bytes")
  func twice() throws {
    let project = try TinyProject()
    try project.run()
    #expect(try weave(try project.project()).markdown == weave(try project.project()).markdown)
  }

  static let paper = """
    # A tiny paper

    ## Abstract

    The largest square is 100.

    <a id="sec-squares"></a>

    ## 1 Squares grow

    By [Equation 1](#eq-square), the tenth is 100.0 \\[[1](#ref-kuhn1955)\\].

    <a id="eq-square"></a>

    $$
    x_i = i^2 \\qquad\\text{(1)}
    $$

    <details><summary>Show the code</summary>

    ```swift
    import Toys

    let notebook = Notebook()
    let squares = notebook.artifact(Squares(limit: 10))
    let half = 2.0
    ```

    </details>

    <a id="sec-curve"></a>

    ### 1.1 The curve

    See [Figure 1](#fig-curve). The largest is 100.

    <details><summary>Show the code</summary>

    ```swift
    notebook.value("tenth", .digits(1), class: .within(absolute: 0.5)) { try squares.value[9] }
    notebook.figure("fig-curve", caption: "Up to {{largest}}.", alt: "It rises.") { try curve(squares.value) }
    ```

    </details>

    <a id="fig-curve"></a>

    ![It rises.](Figures/fig-curve.svg)

    **Figure 1.** Up to 100. <sub>[01-squares](Notebooks/01-squares.swift#L16)</sub>

    <a id="sec-half"></a>

    ### 1.2 Half of it

    [Table 1](#tbl-half) and [Claim C1](#claim-c1), which is supported.

    <details><summary>Show the code</summary>

    ```swift
    notebook.value("largest", .count) { try squares.value.last ?? 0 }
    notebook.table("tbl-half", caption: "Halves.") { try halves(squares.value, half) }
    notebook.claim("C1", "They grow.", test: "largest above one", restsOn: ["largest"]) { .supported }
    ```

    </details>

    <a id="tbl-half"></a>

    **Table 1.** Halves. <sub>[01-squares](Notebooks/01-squares.swift#L22)</sub>

    | Of | Half (m²) |
    | :-- | --: |
    | ten | 50.0 |
    | a\\|b | – |

    ## References

    1. <a id="ref-kuhn1955"></a>Harold W. Kuhn. *The Hungarian Method*. Naval Research, 1955.

    """
}
