// quire new: the package it makes is read at once, and built, run, woven and checked in the long tests.
import Foundation
import TestSupport
import Testing

@Suite(.enabled(if: CommandProject.command != nil, CommandProject.reason))
struct NewPackageTests {
  /// A folder for new packages, removed at the end.
  final class Folder: Sendable {
    let url = FileManager.default.temporaryDirectory.appending(path: "quire-new-\(UUID().uuidString)")

    init() throws { try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true) }

    deinit { try? FileManager.default.removeItem(at: url) }

    func run(
      _ program: String, _ arguments: [String], in path: String = "", _ environment: [String: String] = [:]
    )
      throws -> CommandProject.Result
    {
      let process = Process()
      process.executableURL = URL(filePath: program)
      process.arguments = arguments
      process.currentDirectoryURL = url.appending(path: path)
      var variables = ProcessInfo.processInfo.environment
      variables["CI"] = nil
      variables["QUIRE_ROOT"] = nil
      process.environment = variables.merging(["QUIRE_ENGINE": Fixtures.root.path]) { $1 }
        .merging(environment) { $1 }
      let messages = url.appending(path: "messages.\(UUID().uuidString)")
      try Data().write(to: messages)
      let output = Pipe()
      process.standardOutput = output
      process.standardError = try FileHandle(forWritingTo: messages)
      try process.run()
      let printed = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
      process.waitUntilExit()
      return CommandProject.Result(
        code: process.terminationStatus, output: printed,
        messages: try String(contentsOf: messages, encoding: .utf8))
    }

    func quire(_ arguments: String..., environment: [String: String] = [:]) throws -> CommandProject.Result {
      try run(try #require(CommandProject.command).path, arguments, environment)
    }

    func text(_ path: String) throws -> String {
      try String(contentsOf: url.appending(path: path), encoding: .utf8)
    }
  }

  @Test(
    "the package has a notebook that the command understands, a step with a test, fonts, and the way to the engine"
  )
  func make() throws {
    let folder = try Folder()
    let made = try folder.quire("new", "dice")
    #expect(
      made.code == 0 && made.messages.contains("dice is a package with one notebook"), "\(made.messages)")
    #expect(try folder.text("dice/Package.swift").contains("name: \"dice\""))
    #expect(try folder.text("dice/README.md").hasPrefix("# dice\n"))
    let files =
      FileManager.default.enumerator(atPath: folder.url.appending(path: "dice").path)?
      .compactMap { $0 as? String } ?? []
    for name in ["Fonts/Inter-Regular.otf", "Fonts/LICENSE.txt", ".gitignore", "Sources/Steps/Throws.swift"] {
      #expect(files.contains(name))
    }
    for name in files where name.hasSuffix(".swift") || name.hasSuffix(".md") || name == "quire" {
      let text = try folder.text("dice/\(name)")
      #expect(!text.contains("PAPER_NAME") && !text.contains("ENGINE_PATH"), "\(name)")
    }
    #expect(FileManager.default.isExecutableFile(atPath: folder.url.appending(path: "dice/quire").path))
    let engine = try #require(try folder.text("dice/Package.swift").firstMatch(of: #/\?\? "([^"]+)"/#)).1
    let found = folder.url.resolvingSymlinksInPath().appending(path: "dice/\(engine)").standardizedFileURL
    #expect(found.path == Fixtures.root.resolvingSymlinksInPath().path)

    let root = ["QUIRE_ROOT": folder.url.appending(path: "dice").path]
    let list = try folder.quire("list", "--json", environment: root)
    #expect(list.code == 0, "\(list.messages)")
    #expect(list.output.contains("\"parameters\":[\"throws\"]"), "\(list.output)")
    for label in ["throw-count", "tbl-faces", "mean-throw", "mean-distance", "fig-mean"] {
      #expect(list.output.contains("\"label\":\"\(label)\""))
    }
  }

  @Test("a folder that is there, a name that is none, and an engine that is none are refused")
  func refuse() throws {
    let folder = try Folder()
    try FileManager.default.createDirectory(
      at: folder.url.appending(path: "dice"), withIntermediateDirectories: true)
    let there = try folder.quire("new", "dice")
    #expect(there.code == 2 && there.messages.contains("dice exists already"), "\(there.messages)")
    let name = try folder.quire("new", "my dice")
    #expect(
      name.code == 64 && name.messages.contains("\"my dice\" cannot name a package"), "\(name.messages)")
    let engine = try folder.quire("new", "cards", environment: ["QUIRE_ENGINE": folder.url.path])
    #expect(engine.code == 2 && engine.messages.contains("is no checkout of Quire"), "\(engine.messages)")
    let left = try FileManager.default.contentsOfDirectory(atPath: folder.url.path)
    #expect(left.filter { !$0.hasPrefix("messages") } == ["dice"])
  }

  @Test(
    "the package is built, runs, is woven, reproduces, and its own tests pass",
    .enabled(if: LongTests.areEnabled, Comment(rawValue: LongTests.reason)))
  func build() throws {
    let folder = try Folder()
    #expect(try folder.quire("new", "dice").code == 0)
    let launcher = folder.url.appending(path: "dice/quire").path
    for arguments in [
      ["run"], ["weave", "--to", "md"], ["check", "--rebuild", "all"],
      ["run", "fig-mean", "-p", "throws=60"],
    ] {
      let result = try folder.run(launcher, arguments, in: "dice")
      #expect(result.code == 0, "\(arguments): \(result.messages)\(result.output)")
    }
    #expect(try folder.text("dice/paper.md").contains("In 600 throws the faces came up as"))
    let tests = try folder.run("/usr/bin/env", ["swift", "test", "--disable-xctest"], in: "dice")
    #expect(tests.code == 0, "\(tests.messages)\(tests.output)")
  }
}
