import Foundation
import Testing

@Suite(.enabled(if: CommandProject.command != nil, CommandProject.reason))
struct CompareTests {
  let project: CommandProject

  init() throws {
    project = try CommandProject()
    #expect(try project.quire("run", "--binaries", project.binaries).code == 0)
  }

  /// Calls git in the project, with no settings but its own.
  func git(_ arguments: String...) throws {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments =
      ["git", "-c", "user.name=a", "-c", "user.email=a@b", "-c", "commit.gpgsign=false"] + arguments
    process.currentDirectoryURL = project.root
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0)
  }

  func change() throws {
    try project.program(answer: 11)
    try project.edit("Notebooks/01-answer.swift", "base + 6", "base + 7")
    #expect(try project.quire("run", "--force", "--binaries", project.binaries).code == 0)
  }

  @Test("compare names what came out otherwise than in the last commit, and ends with 1")
  func commit() throws {
    try git("init", "--quiet")
    try git("add", "Results")
    try git("commit", "--quiet", "--message", "Ten")
    let same = try project.quire("compare")
    #expect(same.code == 0 && same.output.contains("numbers   2 of 2 printed alike"), "\(same.messages)")
    try change()
    let other = try project.quire("compare")
    #expect(other.code == 1, "\(other.messages)")
    #expect(other.output.contains("  answer: 10 -> 11\n") && other.output.contains("  twice: 20 -> 22\n"))
    let one = try project.quire("compare", "--limit", "1")
    #expect(one.output.contains("  and 1 more; --limit prints them"))
    #expect(try project.quire("compare", "--json").output.contains(#""before":"10""#))
  }

  @Test("compare reads another folder's records too")
  func folder() throws {
    let copy = project.root.appending(path: "copy")
    try FileManager.default.createDirectory(at: copy, withIntermediateDirectories: true)
    try FileManager.default.copyItem(
      at: project.root.appending(path: "Results"), to: copy.appending(path: "Results"))
    #expect(try project.quire("compare", copy.path).code == 0)
    try change()
    #expect(try project.quire("compare", copy.path).output.contains("  answer: 10 -> 11\n"))
  }

  @Test("what is neither a commit nor a folder is wrong usage; a commit without records could not be told")
  func nothing() throws {
    for name in ["no-such-state", "--end", "HEAD"] {
      let result = try project.quire("compare", name)
      #expect(result.code == 64, "\(name): \(result.messages)")
    }
    try git("init", "--quiet")
    try git("commit", "--quiet", "--allow-empty", "--message", "Nothing")
    let empty = try project.quire("compare")
    #expect(empty.code == 2 && empty.messages.contains("has no records"), "\(empty.messages)")
  }
}
