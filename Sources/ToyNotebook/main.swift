// A notebook of small steps for the tests of the engine: `Notebooks/01-toy.swift` of a throw-away project, as compiled.
import Artifacts
import Authoring
import FoundationEssentials
import Plotting

do {
  let environment = ProcessInfo.processInfo.environment
  let source = try ToySource(environment: environment)
  let root = CodeRoot(
    try projectRoot(environment: environment, from: FileManager.default.currentDirectoryPath))
  let file = "_1_toy/01-toy.swift"
  let notebook = Notebook()
  func integer(_ name: String, _ standard: Int) -> Int {
    Int(source.constant(name) ?? "") ?? standard
  }

  let numbers = notebook.artifact(Numbers(file: InputFile("Data/numbers.txt"), root: root))
  let limit = notebook.parameter("limit", integer("limit", 4), line: 9, fileID: file)
  let limited = notebook.artifact(Limited(numbers: numbers, limit: limit, root: root))
  let order = (source.constant("order") ?? "").split(separator: " ").map(String.init)
  let drawn = notebook.artifact(
    Drawn(numbers: numbers, order: order.isEmpty ? ["a"] : order, seed: integer("seed", 1)))
  let trained = notebook.artifact(Trained(numbers: numbers, seed: integer("seed", 1), root: root))
  var chain = limited
  for number in 0..<integer("chain", 0) { chain = notebook.artifact(Link(before: chain, number: number)) }

  if let line = source.line(of: "sum") {
    notebook.value("sum", .digits(1), line: line, fileID: file) { try limited.value.reduce(0, +) }
  }
  if let line = source.line(of: "drawn") {
    notebook.value("drawn", .digits(1), line: line, fileID: file) { try drawn.value.reduce(0, +) }
  }
  if let line = source.line(of: "trained") {
    notebook.value("trained", .digits(3), line: line, fileID: file) { try trained.value.reduce(0, +) }
  }
  if let line = source.line(of: "end") {
    notebook.value("end", .digits(1), line: line, fileID: file) { try chain.value.reduce(0, +) }
  }
  if let line = source.line(of: "tbl-sums") {
    notebook.table("tbl-sums", caption: "Sums.", line: line, fileID: file) {
      Table(
        columns: [.text("Of"), .number("Sum", .digits(1))],
        rows: [["all", .number(try limited.value.reduce(0, +))]])
    }
  }
  if let line = source.line(of: "fig-line") {
    notebook.figure("fig-line", caption: "The numbers.", alt: "A line.", line: line, fileID: file) {
      let y = try limited.value
      return Figure(
        height: 120,
        .chart(
          Chart(
            x: Axis("place"), y: Axis("number"),
            marks: [Mark(.line(x: y.indices.map(Double.init), y: y), name: "numbers")])))
    }
  }
  if source.constant("trap") != nil { fatalError("the notebook was told to trap") }
} catch {
  exitWithMessage("\(error)")
}
