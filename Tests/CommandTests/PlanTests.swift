import Foundation
import TestSupport
import Testing

@Suite(.enabled(if: ToyProject.isThere, ToyProject.reason))
struct PlanTests {
  func json(_ text: String) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any], "\(text)")
  }

  /// The titles of the steps that a plan lists.
  func planned(_ project: ToyProject, _ arguments: String...) throws -> [String] {
    let (process, output, messages) = try project.start(["plan", "--json"] + arguments)
    let printed = output.fileHandleForReading.readDataToEndOfFile()
    _ = messages.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    let plan = try json(String(decoding: printed, as: UTF8.self))
    let notebooks = try #require(plan["notebooks"] as? [[String: Any]])
    return notebooks.flatMap { $0["steps"] as? [[String: Any]] ?? [] }.compactMap { $0["title"] as? String }
  }

  @Test("nothing changed: the plan is empty, and neither compiler nor notebook is started")
  func fresh() throws {
    let project = try ToyProject.woven()
    let plan = try project.quire("plan", "--binaries", "/nowhere")
    #expect(plan.code == 0 && plan.output == "fresh 01-toy\nnothing to run\n", "\(plan.messages)")
    let run = try project.quire("run", "--binaries", "/nowhere")
    #expect(run.code == 0 && run.messages == "quire: fresh 01-toy\n")
  }

  @Test(
    "nothing changed: the plan takes less than half a second",
    .enabled(if: LongTests.areEnabled, Comment(rawValue: LongTests.reason)))
  func speed() throws {
    let project = try ToyProject.woven()
    var fastest = Duration.seconds(60)
    for _ in 0..<5 {
      let start = ContinuousClock.now
      _ = try project.quire("plan", "--binaries", "/nowhere")
      fastest = min(fastest, ContinuousClock.now - start)
    }
    #expect(fastest < .milliseconds(500))
  }

  @Test(
    "code of a step: the plan starts no notebook, names the file and what may follow, and is what then runs")
  func code() throws {
    let project = try ToyProject.woven()
    try project.edit("Sources/Toys/numbers.swift", "factor = 2", "factor = 3")
    let unreached = try project.quire("plan", "--binaries", "/nowhere")
    #expect(
      unreached.code == 0, "what the notebook itself reaches of Toys is as it was, so its graph is known")
    try project.write("Sources/Toys/limits.swift", "let limit = 1\n")
    let plan = try project.quire("plan", "--binaries", "/nowhere")
    #expect(
      plan.code == 2, "the notebook mentions a name that Toys has now, so its graph must be learnt anew")
    let known = try project.quire("plan")
    #expect(known.code == 0)
    #expect(
      known.output.contains("numbers  because code-changed(factor in Sources/Toys/numbers.swift)"),
      "\(known.output)")
    #expect(known.output.contains("first 4  because upstream-changed(numbers)"))
    let titles = try planned(project)
    let again = try project.quire("plan", "--binaries", "/nowhere")
    #expect(again.output == known.output, "the graph is kept by the hash of its sources")
    let run = try project.quire("run")
    #expect(ToyProject.ran(run).sorted() == titles.sorted(), "\(run.messages)")
    #expect(run.messages.contains("numbers  because code-changed(factor in Sources/Toys/numbers.swift)"))
  }

  @Test("a changed file is planned from the records alone")
  func file() throws {
    let project = try ToyProject.woven()
    try project.edit("Data/numbers.txt", "3\n", "30\n")
    let plan = try project.quire("plan", "--binaries", "/nowhere")
    #expect(
      plan.output.contains("numbers  because file-changed(Data/numbers.txt)"),
      "\(plan.output)\(plan.messages)")
    #expect(plan.output.contains("steps would run for 5 outputs: about "))
  }

  @Test("a parameter is named with its values before and now")
  func parameter() throws {
    let project = try ToyProject.woven()
    try project.edit("Notebooks/01-toy.swift", "\"limit\", 4", "\"limit\", 5")
    try project.edit(
      "Notebooks/01-toy.swift", "let limit = notebook.parameter(\"limit\", 5)", "let limit = 5")
    let plan = try project.quire("plan")
    #expect(plan.output.contains("first 5  because parameter-changed(limit, 4, 5)"), "\(plan.output)")
    let run = try project.quire("run")
    #expect(run.messages.contains("run   first 5  because parameter-changed(limit, 4, 5)"), "\(run.messages)")
  }

  @Test("why shows the parts of the keys then and now, and where the change starts")
  func why() throws {
    let project = try ToyProject.woven()
    let fresh = try project.quire("why", "sum", "--binaries", "/nowhere")
    #expect(fresh.output.hasPrefix("sum  fresh\nnumbers/"), "\(fresh.output)\(fresh.messages)")
    #expect(!fresh.output.contains("≠"))
    try project.edit("Data/numbers.txt", "3\n", "30\n")
    let why = try project.quire("why", "sum", "--binaries", "/nowhere")
    #expect(why.output.contains("sum  stale: the file Data/numbers.txt"), "\(why.output)")
    #expect(why.output.contains("≠ file file  "))
    #expect(why.output.contains("= parameter limit  4"))
    #expect(why.output.contains("it starts at numbers/"))
  }

  @Test("an output, a section and a notebook each run only what they need")
  func targets() throws {
    let project = try ToyProject()
    let output = try project.quire("run", "sum")
    #expect(ToyProject.ran(output) == ["numbers", "first 4"], "\(output.messages)")
    let section = try project.quire("run", "01-toy#sec-chance")
    #expect(ToyProject.ran(section).sorted() == ["drawn with seed 1", "trained with seed 1"])
    #expect(ToyProject.ran(try project.quire("run", "01")).isEmpty)
  }

  @Test(
    "sections run one by one in fresh processes, in both orders, leave the bytes of a full run",
    arguments: [false, true])
  func sections(isReversed: Bool) throws {
    let full = try ToyProject.woven().committed()
    let project = try ToyProject()
    let sections = ["sec-sum", "sec-line", "sec-chance"]
    for section in isReversed ? sections.reversed() : sections {
      let run = try project.quire("run", "01-toy#\(section)")
      #expect(run.code == 0, "\(run.messages)")
    }
    _ = try project.quire("run")
    _ = try project.quire("weave", "--to", "md")
    #expect(try project.committed() == full)
  }

  @Test("a parameter on the command line reaches the step, is recorded, and is gone with the next plain run")
  func override() throws {
    let project = try ToyProject.woven()
    let run = try project.quire("run", "-p", "limit=2")
    #expect(run.code == 0, "\(run.messages)")
    #expect(ToyProject.ran(run) == ["first 2"])
    #expect(try project.text("Results/records/01-toy.jsonl").contains("\"parameters\":{\"limit\":2}"))
    let check = try project.quire("check", "--rebuild", "none")
    #expect(check.code == 1 && check.output.contains("it was recorded with limit = 2"), "\(check.output)")
    #expect(try project.quire("run").code == 0)
    #expect(!(try project.text("Results/records/01-toy.jsonl")).contains("\"parameters\":{\"limit\":2}"))
  }

  @Test("--json prints one event per line: what runs, why, how long, and the totals")
  func events() throws {
    let project = try ToyProject()
    let run = try project.quire("run", "--json")
    let events = try run.output.split(separator: "\n").map { try json(String($0)) }
    #expect(events.first?["event"] as? String == "run")
    #expect(
      events.contains {
        $0["event"] as? String == "begin" && $0["title"] as? String == "numbers"
          && $0["notebook"] as? String == "01-toy"
      })
    #expect(events.contains { $0["event"] as? String == "end" && $0["seconds"] is Double })
    #expect(events.last?["event"] as? String == "totals")
    #expect(try #require(events.last?["totals"] as? [String: Any])["ran"] as? Int == 4)
  }

  @Test("after a failure the next notebook runs with --keep-going only; jobs at once leave the same records")
  func failures() throws {
    let expected = try ToyProject.woven().text("Results/records/01-toy.jsonl")
    let project = try ToyProject()
    try project.write("Notebooks/00-broken.swift", "//: # Broken {#sec-broken}\nlet notebook = Notebook()\n")
    try project.write("bin/00-broken", "#!/bin/sh\nexit 2\n")
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o755], ofItemAtPath: project.root.appending(path: "bin/00-broken").path)
    let stopped = try project.quire("run")
    #expect(stopped.code == 2 && project.names(in: "Results/records").isEmpty, "\(stopped.messages)")
    #expect(stopped.messages.contains("Notebooks/00-broken.swift ended with exit code 2; its records stay"))
    let kept = try project.quire("run", "--keep-going", "--jobs", "2")
    #expect(kept.code == 2 && kept.messages.contains("4 ran, "), "\(kept.messages)")
    #expect(try project.text("Results/records/01-toy.jsonl") == expected)
    #expect(try project.quire("plan").messages.contains("Notebooks/00-broken.swift"))
  }

  @Test("--dry-run runs nothing and says what plan says; lines go without colors where there is no terminal")
  func dryRun() throws {
    let project = try ToyProject()
    let plan = try project.quire("plan")
    let dry = try project.quire("run", "--dry-run")
    #expect(dry.output == plan.output && dry.code == 0)
    #expect(project.names(in: ".quire/store").isEmpty && !dry.output.contains("\u{1B}"))
  }

  @Test("from scratch nothing that is stored counts, and the cost is said beforehand")
  func fromScratch() throws {
    let project = try ToyProject.woven()
    let before = try project.committed()
    let plan = try project.quire("plan", "--from-scratch", "--binaries", "/nowhere")
    #expect(plan.output.contains("4 steps would run for 5 outputs: about "), "\(plan.output)\(plan.messages)")
    let run = try project.quire("run", "--from-scratch")
    #expect(run.code == 0 && ToyProject.ran(run).count == 4, "\(run.messages)")
    #expect(try project.committed()["Results/records/01-toy.jsonl"] == before["Results/records/01-toy.jsonl"])
  }

  @Test("a broken run from scratch goes on where it stood, and replaces what is committed only at its end")
  func brokenFromScratch() throws {
    let project = try ToyProject.woven()
    let before = try project.artifactFileNumbers()
    let records = try project.text("Results/records/01-toy.jsonl")
    try project.edit("Results/records/01-toy.jsonl", "\"libraries\":{", "\"libraries\":{\"another\":\"1\",")
    let broken = "Notebooks/02-broken.swift"
    try project.write(broken, "//: # Broken {#sec-broken}\nlet one = 1\n")
    let first = try project.quire("run", "--from-scratch")
    #expect(first.code == 2 && ToyProject.ran(first).count == 4, "\(first.messages)")
    #expect(try project.artifactFileNumbers() == before)
    #expect(try project.text("Results/records/01-toy.jsonl") != records, "records wait as well")
    try FileManager.default.removeItem(at: project.root.appending(path: broken))
    let second = try project.quire("run", "--from-scratch")
    #expect(second.code == 0 && ToyProject.ran(second).isEmpty, "\(second.messages)")
    #expect(second.messages.contains("going on with 4 results of a run from scratch that was broken off"))
    #expect(project.names(in: ".quire/scratch").isEmpty)
    #expect(try project.text("Results/records/01-toy.jsonl") == records)
    let third = try project.quire("run")
    #expect(third.code == 0 && ToyProject.ran(third).isEmpty, "\(third.messages)")
  }
}
