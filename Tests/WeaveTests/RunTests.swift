import Artifacts
import Authoring
import Foundation
import Testing
import Weave

struct RunTests {
  let project: TinyProject
  static let path = "Results/records/01-squares.jsonl"

  init() throws {
    project = try TinyProject()
  }

  func states() throws -> [String: String] {
    let outputs = try needed(try project.project().notebook("01-squares")).outputs
    return Dictionary(outputs.map { ($0.label, $0.state.name) }, uniquingKeysWith: { first, _ in first })
  }

  func stale() throws -> [String] {
    try states().filter { $0.value == "stale" }.keys.sorted()
  }

  @Test("before a run everything is missing, after it everything is fresh")
  func missingThenFresh() throws {
    #expect(try Set(states().values) == ["missing"])
    try project.run()
    #expect(try Set(states().values) == ["fresh"])
    #expect(try project.project().notebook("01-squares")?.neededRun == nil)
  }

  @Test("sections run one by one, in any order, leave the bytes of a full run", arguments: [false, true])
  func sectionRunEqualsFullRun(isReversed: Bool) throws {
    try project.run()
    let full = try project.text(Self.path)
    try FileManager.default.removeItem(at: project.root.appending(path: Self.path))
    let sections = try needed(try project.project().notebook("01-squares")).code.sections.map(\.label)
    for section in isReversed ? sections.reversed() : sections {
      try project.run(RunRequest(sections: [section]))
    }
    #expect(try project.text(Self.path) == full)
  }

  @Test("running an output again leaves the file as it was")
  func oneOutput() throws {
    try project.run()
    let full = try project.text(Self.path)
    let outcome = try project.run(RunRequest(labels: ["fig-curve"]))
    #expect(outcome.records.map(\.name) == ["fig-curve"])
    #expect(try project.text(Self.path) == full)
  }

  @Test("edits of prose, comments and white space leave everything fresh")
  func cosmetics() throws {
    try project.run()
    try project.edit("Notebooks/01-squares.swift", "//: See", "//:\n//: New words.\n//:\n//: See")
    try project.edit("Notebooks/01-squares.swift", "let half", "// why\nlet   half")
    try project.edit("Sources/Toys/squares.swift", "// squares", "// other words")
    #expect(try Set(states().values) == ["fresh"])
  }

  @Test("after an edit of prose, outputs stand where their calls stand now")
  func moved() throws {
    try project.run()
    try project.edit("Notebooks/01-squares.swift", "//: See", "//:\n//: New words.\n//:\n//: See")
    #expect(try weave(try project.project()).markdown.contains("01-squares.swift#L19)"))
  }

  @Test("a run after an edit of prose writes the lines as a full run would")
  func refreshedLines() throws {
    try project.run()
    try project.edit("Notebooks/01-squares.swift", "//: By", "//: Words.\n//:\n//: By")
    try project.run(RunRequest(labels: ["tenth"]))
    let partly = try project.text(Self.path)
    try project.run(RunRequest(sections: ["", "sec-squares", "sec-curve", "sec-half"]))
    #expect(try project.text(Self.path) == partly)
  }

  @Test("a changed parameter makes those outputs stale that use it")
  func changedCode() throws {
    try project.run()
    try project.edit("Notebooks/01-squares.swift", "half = 2.0", "half = 3.0")
    #expect(try stale() == ["tbl-half"])
    try project.edit("Notebooks/01-squares.swift", "limit: 10", "limit: 12")
    #expect(try stale() == ["fig-curve", "largest", "tbl-half", "tenth"])
    let request = try needed(try project.project().notebook("01-squares")?.neededRun)
    #expect(request.sections == ["sec-squares", "sec-curve", "sec-half"])
    try project.run()
    #expect(try Set(states().values) == ["fresh"])
  }

  @Test("a changed source of a step is named, a changed module too where the notebook reaches the change")
  func changedSources() throws {
    try project.run()
    try project.edit("Sources/Toys/squares.swift", "power = 2", "power = 3")
    let outputs = try needed(try project.project().notebook("01-squares")).outputs
    #expect(
      outputs.first?.state == .stale(.stepChanged(title: "squares to 10", path: "Sources/Toys/squares.swift"))
    )
    try project.edit("Sources/Toys/squares.swift", "power = 3", "power = 2")
    try project.edit("Sources/Toys/curve.swift", "1", "2")
    #expect(try Set(states().values) == ["fresh"], "nothing in the notebook reaches this declaration")
    try project.edit("Sources/Toys/curve.swift", "color", "limit")
    let others = try needed(try project.project().notebook("01-squares")).outputs
    #expect(others.first?.state == .stale(.libraryChanged(["Sources/Toys/curve.swift"])))
  }

  @Test(
    "records that are joined at the end of a long run name the code that ran, whatever was edited meanwhile")
  func joinedLater() throws {
    try project.run()
    let state = try needed(try project.project().notebook("01-squares"))
    let request = RunRequest(sections: state.code.sections.map(\.label))
    let outcome = try project.run(request, commit: false)
    // A name that the notebook mentions.
    try project.edit("Sources/Toys/curve.swift", "color", "limit")
    let file = try state.merged(outcome, request: request)
    #expect(file.records.compactMap(\.place?.library) == state.file?.records.compactMap(\.place?.library))
    try Files.write(
      try file.encoded(), to: project.root.appending(path: "Results/records/01-squares.jsonl"))
    let after = try needed(try project.project().notebook("01-squares"))
    #expect(!after.isFresh, "the edit is not what ran")
  }

  @Test("an output that is gone from the code goes from the records of its section")
  func removedOutput() throws {
    try project.run()
    try project.edit("Notebooks/01-squares.swift", "notebook.value(\"tenth\"", "// notebook.value(\"tenth\"")
    try project.edit("Notebooks/01-squares.swift", "// notebook.value(\"tenth\"", "//")
    #expect(try states()["tenth"] == "stale")
    try project.run()
    #expect(try states()["tenth"] == nil)
  }

  @Test("what was cut off by a kill does not count")
  func cutOff() throws {
    let outcome = try project.run(commit: false)
    var lines = Data()
    for record in outcome.records {
      lines += try JSONEncoder().encode(RunLine.record(record)) + Data("\n".utf8)
    }
    #expect(try RunOutcome(lines).records.count == outcome.records.count)
    #expect(try RunOutcome(lines.dropLast(10)).records.count == outcome.records.count - 1)
  }

  @Test("a line that cannot be read is no line that was cut off: what it recorded would be lost")
  func unreadable() throws {
    let lines = Data("{\"kind\":\"value\"}\n".utf8)
    #expect(throws: WeaveProblem.self) { try RunOutcome(lines) }
    #expect(throws: WeaveProblem.self) { try RunOutcome(lines + Data("{\"ki".utf8)) }
    #expect(try RunOutcome(lines.dropLast()).isEmpty)
  }

  @Test("records hold no folder of this machine, no time, and sorted keys")
  func clean() throws {
    try project.run()
    try project.weaveAll()
    for path in [Self.path, "Results/quire.lock.json"] {
      #expect(!(try project.text(path)).contains(project.root.path))
    }
    let first = try project.text(Self.path).split(separator: "\n").map(String.init)
    #expect(first[0].hasPrefix("{\"environment\":") && first[0].contains("\"kind\":\"provenance\""))
  }

  @Test(
    "a record that stays when its notebook runs elsewhere keeps where it was computed, until it runs again")
  func environments() throws {
    try project.run()
    func file() throws -> RecordFile {
      try needed(Project.recordFile("01-squares", in: Project.records(in: project.root)))
    }
    var before = try file()
    before.provenance.environment.processor = "Elsewhere 1 1"
    try project.write(Self.path, String(decoding: try before.encoded(), as: UTF8.self))
    try project.run(RunRequest(labels: ["largest"]))
    var after = try file()
    #expect(after.provenance.environment.processor != "Elsewhere 1 1")
    for record in after.records {
      #expect(record.place?.environment?.processor == (record.name == "largest" ? nil : "Elsewhere 1 1"))
    }
    try project.run(
      RunRequest(sections: try needed(project.project().notebook("01-squares")).code.sections.map(\.label)))
    after = try file()
    #expect(after.records.allSatisfy { $0.place?.environment == nil })
  }

  @Test("a records file that is no such file is refused with its line")
  func damaged() throws {
    try project.run()
    var lines = try project.text(Self.path).split(separator: "\n").map(String.init)
    lines[2] = "{\"kind\":\"value\"}"
    try project.write(Self.path, lines.joined(separator: "\n"))
    let error = #expect(throws: WeaveProblem.self) {
      try Project.recordFile("01-squares", in: Project.records(in: project.root))
    }
    #expect(
      "\(try needed(error))".hasPrefix(
        "Results/records/01-squares.jsonl:3: this is no record that quire wrote"))
  }

  @Test("a label used twice in the paper is an error with both places")
  func repeatedLabel() throws {
    try project.write("Notebooks/02-again.swift", "//: # Again {#sec-curve}\n")
    let error = #expect(throws: WeaveProblems.self) { try project.project() }
    #expect(
      "\(try needed(error))"
        == "Notebooks/02-again.swift:1: the label \"sec-curve\" is used already at Notebooks/01-squares.swift:12"
    )
  }

  @Test(
    "names on the command line mean notebooks, sections and outputs",
    arguments: [
      ("01-squares", nil), ("01", nil), ("sec-half", RunRequest(sections: ["sec-half"])),
      ("01-squares#sec-squares", RunRequest(sections: ["sec-squares", "sec-curve", "sec-half"])),
      ("fig-curve", RunRequest(labels: ["fig-curve"])), ("tenth", RunRequest(labels: ["tenth"])),
    ] as [(String, RunRequest?)])
  func targets(name: String, request: RunRequest?) throws {
    let target = try project.project().target(name)
    #expect(target.notebook == "01-squares" && target.request == request)
  }

  @Test(
    "a name that means nothing is one sentence with names that are near",
    arguments: [
      ("fig-curv", "there is no notebook, section or output \"fig-curv\"; did you mean fig-curve?"),
      ("01-squares#sec-hal", "there is no section of 01-squares \"sec-hal\"; did you mean sec-half?"),
      ("09-squares#sec-half", "there is no notebook \"09-squares\"; did you mean 01-squares?"),
      ("zzzzzz", "there is no notebook, section or output \"zzzzzz\"; quire list shows all names"),
    ])
  func unknownTargets(name: String, expected: String) throws {
    let error = #expect(throws: UnknownTarget.self) { try project.project().target(name) }
    #expect(try needed(error).description == expected)
  }
}
