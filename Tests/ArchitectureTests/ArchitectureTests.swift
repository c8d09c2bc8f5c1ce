// The package is held to the table in Architecture.swift.
import Testing

@Suite("The targets and what they import")
struct ArchitectureTests {
  @Test("every target rests only on targets below it")
  func tableGoesDown() {
    var below: Set<String> = []
    for target in Architecture.targets {
      for name in target.restsOn {
        #expect(below.contains(name), "\(target.name) rests on \(name), which does not stand before it")
      }
      #expect(below.insert(target.name).inserted, "\(target.name) stands twice in the table")
    }
  }

  @Test("every folder of Sources is in the table, and every target of the table has its folder")
  func foldersAreTargets() throws {
    let folders = try SourceTree.folders(in: "Sources")
    #expect(folders == Architecture.targets.map(\.name).sorted())
  }

  @Test("the manifest declares the targets of the table, with dependencies the table allows")
  func manifestKeepsToTheTable() throws {
    let manifest = manifestTargets(in: try SourceTree.file("Package.swift").text)
    #expect(manifest.keys.sorted() == Architecture.targets.map(\.name).sorted())
    for (name, dependencies) in manifest.sorted(by: { $0.key < $1.key }) {
      for dependency in dependencies {
        #expect(
          Architecture.everythingBelow(name).contains(dependency),
          "Package.swift lets \(name) depend on \(dependency), which is not below it")
      }
    }
  }

  @Test("CONTRIBUTING.md shows the table as it is")
  func documentedTable() throws {
    let rows = try SourceTree.file("CONTRIBUTING.md").lines.filter { $0.hasPrefix("| `") }
    let documented = rows.map { row in
      let cells = row.split(separator: "|", omittingEmptySubsequences: false)
      return codeSpans(in: cells[1]) + codeSpans(in: cells[cells.count - 2])
    }
    let table = Architecture.targets.map { [$0.name] + $0.restsOn }
    #expect(documented.sorted { $0[0] < $1[0] } == table.sorted { $0[0] < $1[0] })
  }

  @Test("the manifest declares every folder of tests")
  func testFoldersAreDeclared() throws {
    let folders = try SourceTree.folders(in: "Tests").filter { $0 != "Fixtures" }
    #expect(manifestTests(in: try SourceTree.file("Package.swift").text).sorted() == folders)
  }

  @Test("sources import only what stands below their target")
  func importsGoDown() throws {
    let files = try SourceTree.files(in: "Sources", endings: ["swift"])
    #expect(!files.isEmpty)
    for file in files {
      let target = String(file.path.split(separator: "/")[1])
      let allowed = Architecture.mayImport(target)
      for (line, module) in imports(in: file.text) {
        #expect(allowed.contains(module), "\(file.path):\(line): \(target) may not import \(module)")
      }
    }
  }

  @Test("figure builders import Plotting only, so that they draw without tensors")
  func figureBuildersAreTensorFree() throws {
    let allowed = Architecture.systemModules.union(["Plotting"])
    for file in try SourceTree.files(in: "Sources/Experiment/Figures", endings: ["swift"]) {
      for (line, module) in imports(in: file.text) {
        #expect(allowed.contains(module), "\(file.path):\(line): a figure builder may not import \(module)")
      }
    }
  }

  @Test("notebooks import what the experiment offers, no C module")
  func notebooksImportTheExperiment() throws {
    for file in try SourceTree.files(in: "Notebooks", endings: ["swift"]) {
      for (line, module) in imports(in: file.text) {
        #expect(
          Architecture.notebooksMayImport.contains(module),
          "\(file.path):\(line): a notebook may not import \(module)")
      }
    }
  }

  @Test("what needs no tensors has no libtorch below it")
  func tensorFreeTargets() {
    for name in ["quire", "Weave", "Authoring", "CairoCanvas", "Scenes", "COCO", "Boxes", "Allocation"] {
      #expect(!Architecture.everythingBelow(name).contains("CTorch"), "\(name) rests on libtorch")
    }
    #expect(Architecture.everythingBelow("Experiment").contains("CTorch"))
  }

  @Test("only the sources of CTorch include libtorch, and its header is plain C")
  func onlyCTorchIncludesLibtorch() throws {
    let torch = ["ATen/", "torch/", "c10/", "caffe2/"]
    let isTorch = { (header: String) in torch.contains { header.hasPrefix($0) } }
    let files = try SourceTree.files(in: "Sources", endings: ["h", "hpp", "c", "cpp", "cc", "modulemap"])
    for file in files {
      let mayInclude =
        file.path.hasPrefix("Sources/CTorch/") && !file.path.hasPrefix("Sources/CTorch/include/")
      for (line, header) in includes(in: file.text) where isTorch(header) {
        #expect(mayInclude, "\(file.path):\(line): <\(header)> belongs to the sources of CTorch")
      }
    }
    let sources = files.filter { $0.path.hasPrefix("Sources/CTorch/") }
    #expect(sources.contains { includes(in: $0.text).contains { isTorch($0.header) } })
  }
}

/// The texts between back ticks.
private func codeSpans(in text: Substring) -> [String] {
  let parts = text.split(separator: "`", omittingEmptySubsequences: false)
  return stride(from: 1, to: parts.count, by: 2).map { String(parts[$0]) }
}
