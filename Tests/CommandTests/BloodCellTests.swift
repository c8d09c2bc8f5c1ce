import Foundation
import TestSupport
import Testing

/// The command and the notebooks as they were built beside the tests.
private enum NotebookPrograms {
  static let folder: URL? = CommandProject.command?.deletingLastPathComponent()

  static let areThere: Bool =
    folder.map { FileManager.default.isExecutableFile(atPath: $0.appending(path: "02-detectors").path) }
    ?? false
}

/// The whole report on real photographs, with a training too short to learn anything.
@Suite(
  "The report on blood cells", .enabled(if: LongTests.areEnabled, Comment(rawValue: LongTests.reason)),
  .enabled(if: TestData.folder != nil, Comment(rawValue: TestData.reason)),
  .enabled(
    if: NotebookPrograms.areThere, "there are no notebooks beside the tests; swift build makes them"))
struct BloodCellTests {
  @Test(
    "the committed example profile trains, quantizes, allocates, scores and weaves in a folder of its own")
  func report() throws {
    let data = try #require(TestData.folder).appending(path: "bccd")
    let programs = try #require(NotebookPrograms.folder)
    let command = try #require(CommandProject.command)
    let folder = FileManager.default.temporaryDirectory.appending(path: "cells-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    var profile = try String(
      contentsOf: Fixtures.root.appending(path: "Profiles/blood-cells.json"), encoding: .utf8)
    for (old, new) in [
      (#""folder": "bccd""#, #""folder": "\#(data.path)""#),
      (#""trainingPictures": 8000"#, #""trainingPictures": 64, "output": "report""#),
    ] {
      try #require(profile.contains(old))
      profile = profile.replacing(old, with: new)
    }
    let file = folder.appending(path: "cells.json")
    try Data(profile.utf8).write(to: file)
    for arguments in [["run", "--binaries", programs.path], ["weave", "--to", "md"]] {
      let process = Process()
      process.executableURL = command
      process.arguments = [arguments[0], "--profile", file.path] + arguments.dropFirst()
      process.environment = ProcessInfo.processInfo.environment.merging([
        "QUIRE_ROOT": Fixtures.root.path, "QUIRE_THREADS": "1",
      ]) { $1 }
      try process.run()
      process.waitUntilExit()
      #expect(process.terminationStatus == 0)
    }
    let paper = try String(contentsOf: folder.appending(path: "report/paper.md"), encoding: .utf8)
    #expect(paper.contains("Critical sets: *WBC* (WBC); *Platelets* (Platelets)."))
    #expect(
      paper.contains("| report | instances_test.json |") && paper.contains("Fisher-critical (Platelets)"))
    #expect(!paper.contains("EmojiOne"))
  }
}
