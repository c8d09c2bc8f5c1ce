// What runs again after an edit: the table of the README, produced by real edits.
import Foundation
import TestSupport
import Testing

@Suite(.enabled(if: ToyProject.isThere, ToyProject.reason))
struct EditTableTests {
  struct Edit: Sendable {
    let words: String
    let change: @Sendable (ToyProject) throws -> Void
  }

  /// Edits of the throw-away project in the words that a reader knows from the paper.
  static let edits = [
    Edit(words: "a comment, an indentation") {
      try $0.edit("Sources/Toys/limited.swift", "let offset = 0", "// why\n  let  offset = 0")
      try $0.edit("Notebooks/01-toy.swift", "let seed = 1", "let seed = 1 // the first")
    },
    Edit(words: "a sentence of the prose") {
      try $0.edit("Notebooks/01-toy.swift", "The sum is", "The sum of all is")
    },
    Edit(words: "how figures are drawn, here their font") { project in
      let fonts = project.root.appending(path: "Fonts")
      try Data(contentsOf: fonts.appending(path: "Inter-SemiBold.otf")).write(
        to: fonts.appending(path: "Inter-Regular.otf"))
    },
    Edit(words: "one parameter") {
      try $0.edit("Notebooks/01-toy.swift", "let limit = notebook.parameter(\"limit\", 4)", "let limit = 5")
    },
    Edit(words: "a function of one step") {
      try $0.edit("Sources/Toys/limited.swift", "offset = 0", "offset = 1")
    },
    Edit(words: "a function of one step, with the same values after it") {
      try $0.edit("Sources/Toys/limited.swift", "offset = 0", "offset = 0.0")
    },
    Edit(words: "the code of the training") {
      try $0.edit("Sources/Toys/trained.swift", "rate = 1", "rate = 2")
    },
    Edit(words: "the seed of the training") { try $0.edit("Notebooks/01-toy.swift", "seed = 1", "seed = 2") },
    Edit(words: "the data") { try $0.edit("Data/numbers.txt", "3\n", "30\n") },
  ]

  /// The row of an edit: which steps ran, which outputs were recorded, what `weave` and `figures` changed.
  static func row(_ edit: Edit) throws -> String {
    let project = try ToyProject.woven()
    try edit.change(project)
    let before = try project.committed()
    let run = try project.quire("run")
    try #require(run.code == 0, "\(run.messages)")
    let figures = try project.quire("figures")
    try #require(figures.code == 0, "\(figures.messages)")
    let isSame = try project.text("Figures/fig-line.svg").utf8.elementsEqual(
      before["Figures/fig-line.svg"] ?? Data())
    let weave = try project.quire("weave", "--to", "md")
    try #require(weave.code == 0, "\(weave.messages)")
    let after = try project.committed()
    let steps = ToyProject.ran(run).map { $0.split(separator: " ").prefix(1).joined() }
    let isRewoven = before["paper.md"] != after["paper.md"]
    let line = [
      edit.words, steps.isEmpty ? "none" : steps.map { "`\($0)`" }.joined(separator: ", "),
      isSame ? "" : "redrawn", isRewoven ? "rewoven" : "",
    ]
    return "| " + line.map { $0.isEmpty ? "–" : $0 }.joined(separator: " | ") + " |"
  }

  @Test("the README's table of edits and what runs again is what happens")
  func table() throws {
    let rows = try Self.edits.map(Self.row)
    let table = ["| edit | steps that run | figure | paper |", "|---|---|---|---|"] + rows
    let readme = String(
      decoding: try Data(contentsOf: Fixtures.root.appending(path: "README.md")), as: UTF8.self)
    #expect(
      readme.contains(table.joined(separator: "\n")),
      "expected in README.md:\n\(table.joined(separator: "\n"))")
  }
}
