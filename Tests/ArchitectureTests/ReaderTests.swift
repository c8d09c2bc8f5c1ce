// The readers these tests rest on: each finds what it must, so that a wrong import cannot pass unseen.
import Testing

@Suite("Reading imports, includes and the manifest")
struct ReaderTests {
  @Test("an import is found under attributes, access levels and kinds")
  func importForms() {
    let text = """
      // import Comment
      import Torch
      @_exported import Artifacts
      public import NN
      @preconcurrency package import Fisher
      import struct Foundation.Data
        import Glibc
      let imported = 1
      """
    let found = imports(in: text)
    #expect(found.map(\.module) == ["Torch", "Artifacts", "NN", "Fisher", "Foundation", "Glibc"])
    #expect(found.map(\.line) == [2, 3, 4, 5, 6, 7])
  }

  @Test("an include is found with brackets, quotes and blanks")
  func includeForms() {
    let text = """
      #include <ATen/ATen.h>
      #  include "c10/core.h"
      // #include <none.h>
      #define X <y>
      """
    #expect(includes(in: text).map(\.header) == ["ATen/ATen.h", "c10/core.h"])
    #expect(includes(in: text).map(\.line) == [1, 2])
  }

  @Test("targets and dependencies are read from the manifest, declarations are not")
  func manifestForms() {
    let text = """
      func library(_ name: String) -> Target { .target(name: name, dependencies: ["No"]) }
      .systemLibrary(name: "CCairo", pkgConfig: "cairo", providers: [.apt(["libcairo2-dev"])]),
      library("Plotting"),
      library("Canvas", ["Plotting", "CCairo"]),
      .executableTarget(
        name: "quire",
        dependencies: ["Canvas", arguments], swiftSettings: strict),
      tests("Canvas", ["Canvas"]),
      """
    let expected = ["CCairo": [], "Plotting": [], "Canvas": ["Plotting", "CCairo"], "quire": ["Canvas"]]
    #expect(manifestTargets(in: text) == expected)
    #expect(manifestTests(in: text) == ["CanvasTests"])
  }

  @Test("a climbing, a foreign and a C import are not allowed; a skipped level is")
  func whatMayBeImported() {
    #expect(!Architecture.mayImport("NN").contains("Detection"))
    #expect(!Architecture.mayImport("COCO").contains("Foundation"))
    #expect(!Architecture.mayImport("NN").contains("CTorch"))
    #expect(Architecture.mayImport("Torch").contains("CTorch"))
    #expect(Architecture.mayImport("Detection").contains("Torch"))
    #expect(Architecture.mayImport("quire").contains("Foundation"))
  }

  @Test("lines are counted as an editor counts them")
  func lineCounts() {
    #expect(SourceFile(path: "a", text: "").lineCount == 0)
    #expect(SourceFile(path: "a", text: "one").lineCount == 1)
    #expect(SourceFile(path: "a", text: "one\ntwo\n").lineCount == 2)
  }
}
