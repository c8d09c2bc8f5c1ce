// A project of one or two small notebooks in a folder of its own, run in the test's process.
import Artifacts
import Authoring
import Foundation
import Plotting
import Weave

/// A step of the tiny notebooks.
struct Squares: Step {
  static let name = "squares"
  static let version = 1
  static let sources = ["Sources/Toys/squares.swift"]
  static let determinism = Determinism.exact
  var title: String { "squares to \(limit)" }
  let limit: Int
  func run(_ context: StepContext) -> [Double] { (1...limit).map { Double($0 * $0) } }
}

final class TinyProject: Sendable {
  let root: URL

  static let notebook = """
    //: # Squares grow {#sec-squares}
    //:
    //: By @eq-square, the tenth is {{tenth}} [@kuhn1955].
    //:
    //: $$ x_i = i^2 $$ {#eq-square}
    import Toys

    let notebook = Notebook()
    let squares = notebook.artifact(Squares(limit: 10))
    let half = 2.0

    //: ## The curve {#sec-curve}
    //:
    //: See @fig-curve. The largest is {{largest}}.
    notebook.value("tenth", .digits(1), class: .within(absolute: 0.5)) { try squares.value[9] }
    notebook.figure("fig-curve", caption: "Up to {{largest}}.", alt: "It rises.") { try curve(squares.value) }

    //: ## Half of it {#sec-half}
    //:
    //: @tbl-half and @claim-c1, which is {{claim-c1}}.
    notebook.value("largest", .count) { try squares.value.last ?? 0 }
    notebook.table("tbl-half", caption: "Halves.") { try halves(squares.value, half) }
    notebook.claim("C1", "They grow.", test: "largest above one", restsOn: ["largest"]) { .supported }

    """

  static let front = """
    # A tiny paper

    ## Abstract

    The largest square is {{largest}}.

    """

  static let bibliography = """
    @article{kuhn1955,
      author = {Kuhn, Harold W.},
      title = {The {Hungarian} Method},
      journal = {Naval Research},
      year = {1955}
    }

    """

  init() throws {
    root = FileManager.default.temporaryDirectory.appending(path: "quire-weave-\(UUID().uuidString)")
    try write("Package.swift", "// manifest\n")
    try write("Sources/Toys/squares.swift", "let power = 2 // squares\n")
    try write("Sources/Toys/curve.swift", "let color = 1\n")
    try write("Notebooks/01-squares.swift", Self.notebook)
    try write("Notebooks/front.md", Self.front)
    try write("references.bib", Self.bibliography)
  }

  deinit {
    try? FileManager.default.removeItem(at: root)
  }

  func write(_ path: String, _ text: String) throws {
    let url = root.appending(path: path)
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: url)
  }

  func text(_ path: String) throws -> String {
    String(decoding: try Data(contentsOf: root.appending(path: path)), as: UTF8.self)
  }

  /// Replaces a text in a file, which must contain it.
  func edit(_ path: String, _ old: String, _ new: String) throws {
    let before = try text(path)
    guard before.contains(old) else { throw CocoaError(.fileReadCorruptFile) }
    try write(path, before.replacingOccurrences(of: old, with: new))
  }

  func project() throws -> Project { try Project(root: root) }

  /// What the notebook's program does: the calls of its text, at the lines where they stand now.
  func program(_ notebook: Notebook, _ store: Store, power: Double = 1) throws {
    let lines = try text("Notebooks/01-squares.swift").split(
      separator: "\n", omittingEmptySubsequences: false)
    func line(_ label: String) -> UInt {
      UInt((lines.firstIndex { $0.contains("(\"\(label)\"") } ?? -1) + 1)
    }
    let limit = lines.contains { $0.contains("limit: 12") } ? 12 : 10
    let half = lines.contains { $0.contains("half = 3.0") } ? 3.0 : 2.0
    let file = "_1_squares/01-squares.swift"
    let squares = Artifact(Squares(limit: limit), in: store)
    if line("tenth") > 0 {
      notebook.value("tenth", .digits(1), class: .within(absolute: 0.5), line: line("tenth"), fileID: file) {
        try squares.value[9] * power
      }
    }
    notebook.figure(
      "fig-curve", caption: "Up to {{largest}}.", alt: "It rises.", line: line("fig-curve"), fileID: file
    ) {
      let y = try squares.value
      return Figure(
        height: 120,
        .chart(
          Chart(
            x: Axis("number"), y: Axis("square"),
            marks: [Mark(.line(x: y.indices.map(Double.init), y: y), name: "squares")])))
    }
    notebook.value("largest", .count, line: line("largest"), fileID: file) { try squares.value.last ?? 0 }
    notebook.table("tbl-half", caption: "Halves.", line: line("tbl-half"), fileID: file) {
      Table(
        columns: [.text("Of"), .number("Half", .digits(1), unit: "m²")],
        rows: [["ten", .number(try squares.value[9] / half)], ["a|b", .missing("–")]])
    }
    notebook.claim(
      "C1", "They grow.", test: "largest above one", restsOn: ["largest"], line: line("C1"), fileID: file
    ) {
      try squares.value.last ?? 0 > 1 ? .supported : .notSupported
    }
  }

  /// Runs the notebook as `quire run` would, in this process.
  @discardableResult
  func run(_ request: RunRequest? = nil, power: Double = 1, commit: Bool = true) throws -> RunOutcome {
    let state = try needed(try project().notebook("01-squares"))
    let request = request ?? state.neededRun ?? RunRequest(sections: state.code.sections.map(\.label))
    let records = root.appending(path: "lines.jsonl")
    try? FileManager.default.removeItem(at: records)
    let spans = state.code.sections.filter { request.sections.contains($0.label) }
      .map { "\($0.lines.lowerBound)-\($0.lines.upperBound)" }
    let store = Store(StoreOptions(root: root), reporter: Reporter(isQuiet: true))
    let notebook = Notebook(
      environment: [
        "QUIRE_RECORDS": records.path, "QUIRE_LABELS": request.labels.joined(separator: ","),
        "QUIRE_LINES": spans.joined(separator: ","),
      ], store: { store })
    try program(notebook, store, power: power)
    let outcome = try RunOutcome((try? Data(contentsOf: records)) ?? Data())
    if commit {
      try Files.write(
        try state.merged(outcome, request: request).encoded(),
        to: root.appending(path: "Results/records/01-squares.jsonl"))
      try lock(labels: Set(outcome.records.map(\.name)), paper: nil)
    }
    return outcome
  }

  /// Weaves and draws as `quire weave` would.
  @discardableResult
  func weaveAll() throws -> WovenPaper {
    let paper = try weave(try project())
    try write("paper.md", paper.markdown)
    try lock(labels: nil, paper: paper.markdown)
    return paper
  }

  func lock(labels: Set<String>?, paper: String?) throws {
    let project = try project()
    let drawn = try project.drawFigures(labels, with: Self.drawer(), under: root)
    try project.lock(
      previous: LockFile.read(root: root), drawn: drawn, paper: paper, drawing: Self.drawer().versions
    )
    .write(root: root)
  }

  /// Draws the data as text: enough to tell data, drawing and bytes apart.
  static func drawer(version: String = "1", style: String = "plain", bytes: String = "") -> FigureDrawer {
    FigureDrawer(versions: ["pen": version]) { label, figure in
      let data = try CanonicalJSON.encode(figure)
      let drawing = SHA256.hash(of: style + SHA256.hash(of: data))
      return DrawnFigureFiles(
        label: label, files: ["svg": Data("<svg>\(drawing)\(bytes)</svg>".utf8)], drawing: drawing)
    }
  }

  func check(
    _ drawer: FigureDrawer = TinyProject.drawer(), staleLevel: Finding.Level = .differs
  ) throws -> CheckReport {
    try project().checkRecords(drawer: drawer, staleLevel: staleLevel)
  }

  /// The records by label.
  func records() throws -> [String: Record] {
    let file = try Project.recordFile("01-squares", in: Project.records(in: root))
    return Dictionary((file?.records ?? []).map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
  }
}

/// A value that must be there.
func needed<Value>(_ value: Value?) throws -> Value {
  guard let value else { throw CocoaError(.coderValueNotFound) }
  return value
}
