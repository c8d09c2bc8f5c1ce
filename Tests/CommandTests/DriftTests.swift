// Drift of every kind is put into a project that reproduced, and the check must name its cause at once.
import Foundation
import TestSupport
import Testing

@Suite(.enabled(if: ToyProject.isThere, ToyProject.reason))
struct DriftTests {
  /// What a check says in its first three lines after a change of the project.
  func firstLines(_ arguments: [String] = ["check"], _ change: (ToyProject) throws -> Void) throws -> (
    code: Int32, text: String, all: String
  ) {
    let project = try ToyProject.woven()
    try change(project)
    let (process, output, messages) = try project.start(arguments)
    let printed = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    let said = String(decoding: messages.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    let first = printed.split(separator: "\n").prefix(3).joined(separator: "\n")
    return (process.terminationStatus, first, printed + said)
  }

  @Test("without drift every depth of the check is good", arguments: ["none", "changed", "all"])
  func none(rebuild: String) throws {
    let check = try firstLines(["check", "--rebuild", rebuild]) { _ in }
    #expect(check.code == 0, "\(check.all)")
    #expect(check.text.contains("numbers in paper.md as recorded"))
  }

  struct Drift: Sendable, CustomTestStringConvertible {
    let name: String
    var arguments = ["check"]
    let cause: String
    let change: @Sendable (ToyProject) throws -> Void
    var testDescription: String { name }
  }

  static let drifts = [
    Drift(
      name: "parameter", cause: "cause: the parameter limit of \"first 5\" changed, 4 -> 5",
      change: {
        try $0.edit(
          "Notebooks/01-toy.swift", "let limit = notebook.parameter(\"limit\", 4)",
          "let limit = 5 // notebook.parameter(\"limit\", 4)")
      }),
    Drift(
      name: "code",
      cause: "cause: the code of offset in Sources/Toys/limited.swift changed, on which \"first 4\" rests",
      change: { try $0.edit("Sources/Toys/limited.swift", "offset = 0", "offset = 1") }),
    Drift(
      name: "input file", cause: "cause: the file Data/numbers.txt changed, which \"numbers\" reads",
      change: { try $0.edit("Data/numbers.txt", "3\n", "30\n") }),
    Drift(
      name: "data order",
      cause: "cause: the entries of the parameter order of \"drawn with seed 1\" stand in another order",
      change: { try $0.edit("Notebooks/01-toy.swift", "order = a b c", "order = c a b") }),
    Drift(
      name: "font", cause: "cause: the font Inter-Regular.otf changed since the figures were drawn",
      change: { project in
        let fonts = project.root.appending(path: "Fonts")
        try Data(contentsOf: fonts.appending(path: "Inter-SemiBold.otf")).write(
          to: fonts.appending(path: "Inter-Regular.otf"))
      }),
    Drift(
      name: "seed", cause: "cause: the parameter seed of \"drawn with seed 2\" changed, 1 -> 2",
      change: { try $0.edit("Notebooks/01-toy.swift", "seed = 1", "seed = 2") }),
    Drift(
      name: "hand-edited number", cause: "cause: paper.md was edited by hand since it was woven",
      change: { try $0.edit("paper.md", "The sum is 20.0", "The sum is 20.1") }),
    Drift(
      name: "hand-edited figure", cause: "cause: Figures/fig-line.svg was edited by hand since it was drawn",
      change: { try $0.edit("Figures/fig-line.svg", "<svg", "<svg ") }),
    Drift(
      name: "damaged artifact", cause: "is damaged: its content is not the one that its trace names",
      change: { project in
        let name = try #require(
          project.names(in: "Results/artifacts/trained").first { !$0.hasSuffix(".trace.json") })
        try project.edit("Results/artifacts/trained/\(name)", "[", "[1,")
      }),
    Drift(
      name: "nondeterministic step", arguments: ["check", "--rebuild", "all"],
      cause:
        "cause: \"first 4\" gave another value though nothing changed in its code, parameters, inputs and toolchain: it is not deterministic",
      change: { try $0.write("flaky", "") }),
  ]

  @Test("each kind of drift ends with 1, and its cause stands in the first three lines", arguments: drifts)
  func drift(_ drift: Drift) throws {
    let check = try firstLines(drift.arguments, drift.change)
    #expect(check.code == 1, "\(check.all)")
    #expect(check.text.contains(drift.cause), "\(check.all)")
  }

  @Test("a damaged committed result ends a thorough check at once: it is not trained again")
  func damaged() throws {
    let drift = try #require(Self.drifts.first { $0.name == "damaged artifact" })
    let check = try firstLines(["check", "--rebuild", "all"], drift.change)
    #expect(check.code == 1 && check.text.contains(drift.cause), "\(check.all)")
    #expect(check.all.contains("so nothing is computed again"), "\(check.all)")
    #expect(!check.all.contains("outputs recomputed"), "\(check.all)")
  }

  @Test("a difference is followed down to the lines of the paper that show it, with its size")
  func places() throws {
    let check = try firstLines { try $0.edit("Data/numbers.txt", "3\n", "30\n") }
    #expect(check.all.contains("sum: 20.0 -> 74.0 (20.0 -> 74.0, class exact); shown at paper.md:"))
    #expect(check.all.contains("fig-line: \"numbers\" moved at 1 number, by at most 54.0"))
    #expect(check.all.contains("tbl-sums: row 1, column Sum: 20.0 -> 74.0"))
  }

  @Test(
    "a committed result that was made by older code is named with the function, also after the records are new"
  )
  func olderCode() throws {
    let sentence =
      "trained with seed 1: the committed result was made by other code than the present one (rate in Sources/Toys/trained.swift)"
    let before = try firstLines { try $0.edit("Sources/Toys/trained.swift", "rate = 1", "rate = 2") }
    #expect(before.all.contains(sentence), "\(before.all)")
    let after = try firstLines { project in
      try project.edit("Sources/Toys/trained.swift", "rate = 1", "rate = 2")
      #expect(try project.quire("run").code == 0)
      #expect(try project.quire("weave", "--to", "md").code == 0)
    }
    #expect(after.code == 0 && after.all.contains(sentence), "\(after.all)")
  }

  @Test("another version of Swift or Cairo with equal data is reported and accepted")
  func otherVersions() throws {
    let check = try firstLines(["check", "--rebuild", "all"]) { project in
      for path in ["Results/records/01-toy.jsonl", "Results/quire.lock.json"] {
        let text = try project.text(path)
        let swift = try #require(text.firstMatch(of: /"swift" ?: ?"[^"]*"/))
        try project.write(path, text.replacingOccurrences(of: String(swift.0), with: "\"swift\":\"5.0\""))
      }
      let lock = try project.text("Results/quire.lock.json")
      let cairo = try #require(lock.firstMatch(of: /"cairo" : "([^"]*)"/))
      var changed = lock.replacingOccurrences(of: String(cairo.0), with: "\"cairo\" : \"1.0.0\"")
      // The same drawing written by another library: other bytes, which the lock file knows.
      let old = "<!-- written otherwise -->"
      let svg = try project.text("Figures/fig-line.svg") + old
      let hash = try #require(changed.firstMatch(of: /"Figures\/fig-line.svg" : "([0-9a-f]{16})"/))
      try project.write("Figures/fig-line.svg", svg)
      changed = changed.replacingOccurrences(of: String(hash.1), with: String(try sha256(svg).prefix(16)))
      try project.write("Results/quire.lock.json", changed)
    }
    #expect(check.code == 0, "\(check.all)")
    #expect(check.all.contains("same data, same drawing, bytes differ (cairo 1.0.0 -> "))
    #expect(check.all.contains("computed with other versions than recorded (swift 5.0 -> "))
  }

  @Test("a class that promises too much is refuted by another number of threads or a second run")
  func refuted() throws {
    let check = try firstLines(["check", "--rebuild", "all", "--threads", "1"]) { try $0.write("flaky", "") }
    #expect(check.code == 1)
    #expect(check.text.contains("with 2 -> 1 threads: class exact promises too much"), "\(check.all)")
  }
}

/// The SHA-256 of a text by the system's program, so that the test does not rest on what it tests.
func sha256(_ text: String) throws -> String {
  let process = Process()
  process.executableURL = URL(filePath: "/usr/bin/sha256sum")
  let (input, output) = (Pipe(), Pipe())
  process.standardInput = input
  process.standardOutput = output
  try process.run()
  input.fileHandleForWriting.write(Data(text.utf8))
  try input.fileHandleForWriting.close()
  let printed = output.fileHandleForReading.readDataToEndOfFile()
  process.waitUntilExit()
  return String(decoding: printed, as: UTF8.self).prefix { $0 != " " }.description
}
