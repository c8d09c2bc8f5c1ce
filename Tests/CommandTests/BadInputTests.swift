// Whatever is wrong is said in one sentence, ends with the right code, and costs no result.
import Foundation
import Testing

@Suite(.enabled(if: ToyProject.isThere, ToyProject.reason))
struct BadInputTests {
  /// Runs a command on a project that reproduced until a change was made to it, and checks that what is committed stays.
  func refuse(
    _ arguments: [String], code: Int32, _ expected: String, _ change: (ToyProject) throws -> Void = { _ in }
  ) throws {
    let project = try ToyProject.woven()
    try change(project)
    let before = try project.committed()
    let (process, output, messages) = try project.start(arguments)
    let printed = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    let said = String(decoding: messages.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    #expect(process.terminationStatus == code, "\(said)\(printed)")
    #expect((said + printed).contains(expected), "\(said)\(printed)")
    #expect(try project.committed() == before)
  }

  @Test("unknown names, with what is near")
  func unknown() throws {
    try refuse(
      ["run", "sun"], code: 64, "there is no notebook, section or output \"sun\"; did you mean sum?")
    try refuse(["plan", "01-toy#sec-lime"], code: 64, "did you mean sec-line?")
    try refuse(["why", "fig-lines"], code: 64, "did you mean fig-line?")
    try refuse(["accept", "drawm"], code: 64, "did you mean drawn?")
  }

  @Test("an unknown parameter, with what is near, and one that is no assignment or of another type")
  func parameters() throws {
    try refuse(["run", "-p", "limits=3"], code: 64, "there is no parameter \"limits\"; did you mean limit?")
    try refuse(["run", "-p", "limit"], code: 64, "-p limit: expected name=value")
    try refuse(
      ["run", "-p", "limit=many"], code: 2,
      "the parameter \"limit\" is \"many\", expected a value such as 4 (Int)")
  }

  @Test("a label used twice, a reference without a target, a value that nobody recorded")
  func labels() throws {
    try refuse(["run"], code: 2, "the label \"sec-line\" is used already at Notebooks/01-toy.swift:") {
      try $0.edit("Notebooks/01-toy.swift", "## Chance {#sec-chance}", "## Chance {#sec-line}")
    }
    try refuse(["weave", "--to", "md"], code: 2, "fig-lime") {
      try $0.edit("Notebooks/01-toy.swift", "@fig-line", "@fig-lime")
    }
    try refuse(["weave", "--to", "md"], code: 2, "summ") {
      try $0.edit("Notebooks/01-toy.swift", "{{sum}}", "{{summ}}")
    }
  }

  @Test("a value that the prose never names")
  func unused() throws {
    try refuse(["weave", "--to", "md"], code: 2, "the value \"drawn\" is mentioned nowhere") {
      try $0.edit("Notebooks/01-toy.swift", "Drawn {{drawn}}, trained {{trained}}.", "Trained {{trained}}.")
    }
  }

  @Test("a notebook that throws half-way keeps the records there were")
  func throwing() throws {
    try refuse(["run"], code: 2, "Data/numbers.txt:3: \"three\" is no number") {
      try $0.edit("Data/numbers.txt", "3\n", "three\n")
    }
  }

  @Test("a notebook that traps half-way keeps the records there were")
  func trapping() throws {
    try refuse(["run", "--force"], code: 2, "Notebooks/01-toy.swift was ended by signal") {
      try $0.edit("Notebooks/01-toy.swift", "let seed = 1", "let seed = 1\nlet trap = 1")
    }
  }

  @Test("a program that records nothing and says nothing keeps the records there were")
  func silent() throws {
    try refuse(["run", "--force"], code: 2, "01-toy.swift ended without recording anything") {
      let program = $0.root.appending(path: "bin/01-toy")
      try FileManager.default.removeItem(at: program)
      try FileManager.default.createSymbolicLink(
        at: program, withDestinationURL: URL(filePath: "/bin/true"))
    }
  }

  @Test("a project without notebooks keeps the paper there was", arguments: ["run", "list", "weave"])
  func noNotebooks(command: String) throws {
    try refuse([command], code: 2, "/Notebooks holds no notebook, expected files such as 01-title.swift") {
      try FileManager.default.removeItem(at: $0.root.appending(path: "Notebooks/01-toy.swift"))
    }
  }

  @Test("a file that a step reads and that is gone")
  func missingFile() throws {
    try refuse(["run"], code: 2, "the step numbers reads Data/numbers.txt, but there is no such file") {
      try FileManager.default.removeItem(at: $0.root.appending(path: "Data/numbers.txt"))
    }
  }

  @Test("a malformed line of records, a malformed lock file")
  func malformed() throws {
    try refuse(
      ["plan"], code: 2,
      "Results/records/01-toy.jsonl:2: this is no record that quire wrote (it is not JSON); restore the file, or remove it and run again"
    ) { project in
      var lines = try project.text("Results/records/01-toy.jsonl").split(separator: "\n").map(String.init)
      lines[1] = "{\"kind\":"
      try project.write("Results/records/01-toy.jsonl", lines.joined(separator: "\n"))
    }
    try refuse(
      ["run", "--force"], code: 2,
      "Results/quire.lock.json: this is no lock file that quire wrote (it is not JSON)"
    ) {
      try $0.write("Results/quire.lock.json", "{\"schema\":")
    }
    try refuse(["run", "--force"], code: 2, "no lock file that quire wrote (\"") {
      try $0.write("Results/quire.lock.json", "{\"schema\": 1}")
    }
  }

  @Test("a folder that cannot be written")
  func unwritable() throws {
    try refuse(["run", "--force"], code: 2, ".quire/locks could not be made: ") { project in
      try FileManager.default.removeItem(at: project.root.appending(path: ".quire"))
      try project.write(".quire", "a file where a folder should be")
    }
  }

  @Test("a file where a folder should be")
  func fileAsFolder() throws {
    try refuse(["weave", "--to", "md"], code: 2, "/build could not be made: File exists") {
      try FileManager.default.removeItem(at: $0.root.appending(path: "build"))
      try $0.write("build", "a file where a folder should be")
    }
  }

  @Test("a disk that is full: no file may grow beyond a few blocks")
  func fullDisk() throws {
    let project = try ToyProject.woven()
    try project.write("Data/numbers.txt", (0..<20000).map { "\($0)\n" }.joined())
    let before = try project.committed()
    let command = try #require(CommandProject.command)
    let process = Process()
    process.executableURL = URL(filePath: "/bin/bash")
    process.arguments = [
      "-c", "trap '' XFSZ; ulimit -f 16; exec \"$0\" run --binaries \"$1\"", command.path,
      project.root.appending(path: "bin").path,
    ]
    process.environment = ProcessInfo.processInfo.environment.merging(["QUIRE_ROOT": project.root.path]) {
      $1
    }
    let messages = Pipe()
    process.standardError = messages
    try process.run()
    let said = String(decoding: messages.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    #expect(process.terminationStatus == 2)
    #expect(said.contains("could not be written: File too large"), "\(said)")
    #expect(try project.committed() == before)
    let folder = project.root.appending(path: ".quire/store/numbers")
    #expect(project.names(in: ".quire/store/numbers").allSatisfy { !$0.hasSuffix(".tmp") }, "\(folder.path)")
    let again = try project.quire("run")
    #expect(again.code == 0, "\(again.messages)")
  }
}
