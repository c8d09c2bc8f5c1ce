import Foundation
import Testing

@Suite(.enabled(if: CommandProject.command != nil, CommandProject.reason))
struct ReportCommandTests {
  let project: CommandProject
  static let records = "Results/records/01-answer.jsonl"

  init() throws {
    project = try CommandProject()
  }

  func json(_ text: String) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
  }

  @Test("list, run, weave and check, from nothing to a paper that reproduces")
  func fromNothing() throws {
    #expect(try project.quire("check", "--rebuild", "none").code == 2)
    let run = try project.quire("run", "--binaries", project.binaries)
    #expect(run.code == 0, "\(run.messages)")
    #expect(run.output.isEmpty)
    #expect(run.messages.contains("run 01-answer: sec-answer, sec-twice, because no record"))
    #expect(run.messages.contains("0 ran, 0 hit, 0 failed"))
    #expect(try project.quire("weave", "--to", "md").code == 0)
    #expect(try project.text("paper.md").contains("It is 10.\n"))
    #expect(try project.text("paper.md").contains("### 1.1 Twice"))
    let check = try project.quire("check", "--rebuild", "none")
    #expect(check.code == 0)
    #expect(check.output == "2 of 2 numbers in paper.md as recorded, 0 figures compared\n")
    let again = try project.quire("run", "--binaries", "/nowhere")
    #expect(again.code == 0 && again.messages.contains("fresh 01-answer"))
  }

  @Test("list --json has the promised form")
  func list() throws {
    _ = try project.quire("run", "answer", "--binaries", project.binaries)
    let list = try project.quire("list", "--json")
    #expect(list.code == 0)
    let notebooks = try #require(try json(list.output)["notebooks"] as? [[String: Any]])
    #expect(notebooks.map { $0["name"] as? String } == ["01-answer"])
    let sections = try #require(notebooks[0]["sections"] as? [[String: Any]])
    #expect(sections.map { $0["id"] as? String } == ["sec-answer", "sec-twice"])
    #expect(sections.map { $0["title"] as? String } == ["Ten is the answer", "Twice"])
    let outputs = try #require(sections[1]["outputs"] as? [[String: Any]])
    #expect(outputs.map { $0["label"] as? String } == ["answer", "twice"])
    #expect(outputs.map { $0["state"] as? String } == ["fresh", "missing"])
    #expect(outputs.map { $0["kind"] as? String } == ["value", "value"])
    #expect(outputs.allSatisfy { ($0["files"] as? [String])?.isEmpty == true })
  }

  @Test("a section run in a fresh process leaves the bytes of a full run")
  func section() throws {
    _ = try project.quire("run", "--binaries", project.binaries)
    let full = try project.text(Self.records)
    try FileManager.default.removeItem(at: project.root.appending(path: "Results"))
    _ = try project.quire("run", "01-answer#sec-twice", "--binaries", project.binaries)
    _ = try project.quire("run", "--binaries", project.binaries)
    #expect(try project.text(Self.records) == full)
  }

  @Test("each kind of drift is one sentence and exit code 1")
  func drift() throws {
    _ = try project.quire("run", "--binaries", project.binaries)
    _ = try project.quire("weave", "--to", "md")
    try project.edit("paper.md", "It is 10.", "It is 11.")
    let number = try project.quire("check", "--rebuild", "none")
    #expect(number.code == 1)
    #expect(
      number.output.contains("answer is printed as 11, but its record says 10 (Notebooks/01-answer.swift:12"))
    try project.edit("paper.md", "It is 11.", "It is 10.")
    try project.edit("Notebooks/01-answer.swift", "base = 4", "base = 5")
    let code = try project.quire("check", "--rebuild", "none", "--json")
    #expect(code.code == 1)
    let report = try #require(try json(code.output)["report"] as? [String: Any])
    let findings = try #require(report["findings"] as? [[String: Any]])
    #expect(findings[0]["name"] as? String == "answer")
    #expect(
      (findings[0]["message"] as? String)?.hasPrefix("out of date in 01-answer#sec-twice: answer; code")
        == true)
    try project.program(answer: 11)
    let rebuilt = try project.quire("check", "--binaries", project.binaries)
    #expect(rebuilt.code == 1)
    #expect(
      rebuilt.output.contains("answer: 10 -> 11 (10.0 -> 11.0, class exact); shown at paper.md:"))
    #expect(
      rebuilt.output.contains("cause: the code of Notebooks/01-answer.swift changed where answer is recorded")
    )
    #expect(try project.text(Self.records).contains("\"printed\":\"10\""))
  }

  @Test("a failing notebook leaves its records, quotes the code and ends with 2")
  func failing() throws {
    _ = try project.quire("run", "--binaries", project.binaries)
    let before = try project.text(Self.records)
    let failure = #"{"failure":{"line":13,"message":"no"},"kind":"failure"}"#
    try project.program(answer: 3, then: "echo '\(failure)' >> \"$QUIRE_RECORDS\"; exit 2")
    let run = try project.quire("run", "--force", "--binaries", project.binaries)
    #expect(run.code == 2)
    #expect(run.messages.contains("> 13  notebook.value(\"twice\", .count) { 20 }"))
    #expect(try project.text(Self.records) == before)
    #expect(try project.quire("check", "--rebuild", "all", "--binaries", project.binaries).code == 2)
  }

  @Test("what a notebook prints is handed on to its end, a last line that does not end too")
  func lastLine() throws {
    try project.program(answer: 10, then: "echo first words; printf 'last words'")
    let run = try project.quire("run", "--json", "--binaries", project.binaries)
    #expect(run.code == 0 && run.messages.contains("first words\nlast words\n"), "\(run.messages)")
  }

  @Test("a notebook that changes while it runs is not recorded")
  func changedMeanwhile() throws {
    try project.program(answer: 3, then: "echo 'let more = 1' >> Notebooks/01-answer.swift")
    let run = try project.quire("run", "--binaries", project.binaries)
    #expect(run.code == 2)
    #expect(
      run.messages.contains("Notebooks/01-answer.swift or what it uses of a module changed while it ran"))
    #expect(!FileManager.default.fileExists(atPath: project.root.appending(path: Self.records).path))
  }

  @Test(
    "of a module that changes while a notebook runs only what the notebook reaches keeps its records back")
  func moduleChangedMeanwhile() throws {
    try project.program(answer: 3, then: "echo 'func unused() {}' >> Sources/Toys/toys.swift")
    #expect(try project.quire("run", "--binaries", project.binaries).code == 0)
    #expect(try project.text(Self.records).contains("\"printed\":\"3\""))
    try project.program(answer: 4, then: "echo 'struct Notebook {}' >> Sources/Toys/toys.swift")
    let run = try project.quire("run", "--force", "--binaries", project.binaries)
    #expect(run.code == 2 && run.messages.contains("what it uses of a module changed"), "\(run.messages)")
    #expect(try project.text(Self.records).contains("\"printed\":\"3\""))
  }

  @Test("a kill leaves the old records and nothing half-written")
  func killed() throws {
    _ = try project.quire("run", "--binaries", project.binaries)
    let before = try project.text(Self.records)
    try project.program(answer: 3, then: "echo $$ > pid; exec sleep 600")
    let (process, _, _) = try project.start(["run", "--force", "--binaries", project.binaries])
    let pid = project.root.appending(path: "pid")
    for _ in 0..<200 where (try? Data(contentsOf: pid))?.last != UInt8(ascii: "\n") {
      usleep(50_000)
    }
    let child = try #require(Int32(String(decoding: try Data(contentsOf: pid), as: UTF8.self).dropLast()))
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
    kill(child, SIGKILL)
    #expect(try project.text(Self.records) == before)
    try project.program(answer: 10)
    #expect(try project.quire("run", "--force", "--binaries", project.binaries).code == 0)
    #expect(try project.text(Self.records) == before)
  }

  @Test(
    "names that mean nothing are one sentence and exit code 64",
    arguments: [
      (["run", "01-anser"], "did you mean 01-answer?"),
      (["run", "01-answer#sec-twise"], "did you mean sec-twice?"),
      (["run", "answr"], "did you mean answer?"),
      (["figures", "fig-x"], "there is no recorded figure \"fig-x\""),
    ])
  func unknownNames(arguments: [String], expected: String) throws {
    let (process, output, messages) = try project.start(arguments)
    process.waitUntilExit()
    let said = String(decoding: messages.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    #expect(process.terminationStatus == 64)
    #expect(said.contains(expected) && said.split(separator: "\n").count == 1, "\(said)")
    #expect(output.fileHandleForReading.readDataToEndOfFile().isEmpty)
  }

  @Test(
    "wrong usage ends with 64, options that would do nothing too",
    arguments: [
      ["check", "--rebuild", "some"], ["weave", "--to", "docx"], ["nonsense"], ["weave", "--to", ""],
      ["figures", "--out", "copies", "--format", ""],
      ["data", "export", "--out", "scenes", "--quality", "90"],
      ["data", "export", "--out", "scenes", "--training-instances", "500"],
    ])
  func usage(arguments: [String]) throws {
    let (process, _, messages) = try project.start(arguments)
    _ = messages.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    #expect(process.terminationStatus == 64)
  }

  @Test(
    "damaged files are one sentence with their place",
    arguments: [
      ("Results/records/01-answer.jsonl", "{\n", "Results/records/01-answer.jsonl:1: this is no record"),
      ("Results/quire.lock.json", "{}", "Results/quire.lock.json: this is no lock file"),
      (
        "Notebooks/01-answer.swift", "//: words\n",
        "Notebooks/01-answer.swift:1: the first prose line is a heading"
      ),
      ("references.bib", "@article{a, b}", "references.bib:1: expected a field"),
    ])
  func damaged(path: String, content: String, expected: String) throws {
    _ = try project.quire("run", "--binaries", project.binaries)
    try project.write(path, content)
    let check = try project.quire("check", "--rebuild", "none")
    #expect(check.code == 2)
    #expect(check.messages.contains(expected), "\(check.messages)")
  }

  @Test("outside of any project there is one sentence")
  func noProject() throws {
    let process = Process()
    process.executableURL = CommandProject.command
    process.arguments = ["list"]
    process.currentDirectoryURL = URL(filePath: "/")
    process.environment = ["PATH": "/usr/bin"]
    let messages = Pipe()
    process.standardError = messages
    try process.run()
    process.waitUntilExit()
    let said = String(decoding: messages.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    #expect(process.terminationStatus == 2)
    #expect(
      said == "quire: no folder with Package.swift and Notebooks was found at or above /; set QUIRE_ROOT\n")
  }
}
