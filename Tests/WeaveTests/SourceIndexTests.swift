// Which modules of a project stand behind a notebook.
import Foundation
import Testing
import Weave

struct SourceIndexTests {
  let project: TinyProject

  init() throws {
    project = try TinyProject()
    try project.write(
      "Sources/Toys/upper.swift", "import struct Deep.Value\n@_exported import Middle\nimport CLow\n")
    try project.write(
      "Sources/Middle/middle.swift", "public import Deep\nlet important = \"import Nothing\"\n")
    try project.write("Sources/Deep/deep.swift", "import Toys\nlet scale = 2\n")
    try project.write("Sources/CLow/low.cpp", "int low() { return 1; }\n")
    try project.write("Sources/Authoring/authoring.swift", "import Engine\n")
    try project.write("Sources/Engine/engine.swift", "let drawn = 1\n")
    try project.write("Sources/Alone/alone.swift", "let nobody = 1\n")
  }

  @Test(
    "modules stand behind a notebook through others, in circles too, but not the engine, nor other languages")
  func closure() {
    let index = SourceIndex(root: project.root)
    #expect(index.modules(behind: ["Toys"]) == ["Deep", "Middle", "Toys"])
    #expect(index.modules(behind: ["Foundation", "Authoring"]).isEmpty)
  }

  @Test(
    "an edit in a module that only another module imports makes what reaches it old, one elsewhere nothing")
  func indirect() throws {
    try project.edit("Notebooks/01-squares.swift", "try squares.value[9]", "try squares.value[9] * scale / 2")
    try project.run()
    #expect(try state(of: "tenth") == "fresh")
    try project.edit("Sources/Alone/alone.swift", "nobody = 1", "nobody = 2")
    try project.edit("Sources/Engine/engine.swift", "drawn = 1", "drawn = 2")
    #expect(try state(of: "tenth") == "fresh")
    try project.edit("Sources/Deep/deep.swift", "scale = 2", "scale = 3")
    #expect(try state(of: "tenth") == "stale" && state(of: "largest") == "fresh")
  }

  private func state(of label: String) throws -> String? {
    try project.project().notebook("01-squares")?.outputs.first { $0.label == label }?.state.name
  }
}
