// Commands that compute into one folder take turns.
import Artifacts
import Foundation
import TestSupport
import Testing

@Suite(.enabled(if: CommandProject.command != nil, CommandProject.reason))
struct LockTests {
  @Test(
    "what would disturb a check waits until it has ended, and says so",
    arguments: [
      (command: ["check"], message: "waiting for another check to end", code: 0),
      // There is nothing to accept afterwards.
      (command: ["accept", "answer"], message: "waiting for a check to end", code: 2),
    ] as [(command: [String], message: String, code: Int32)])
  func turns(command: [String], message: String, code: Int32) throws {
    let project = try CommandProject()
    for command in [["run", "--binaries", project.binaries], ["weave"]] {
      let made = try project.quire(command, environment: [:])
      try #require(made.code == 0, "\(made.messages)")
    }
    var check: FileLock? = try FileLock(project.root.appending(path: ".quire/locks/check"))
    let (process, output, messages) = try project.start(
      command + ["--binaries", project.binaries], environment: ["CI": ""])
    // It has said nothing else, and stands still: there is no end of file yet.
    let said = String(decoding: messages.fileHandleForReading.availableData, as: UTF8.self)
    #expect(said.contains(message))
    #expect(process.isRunning)
    check = nil
    _ = check
    let printed = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    #expect(process.terminationStatus == code, "\(String(decoding: printed, as: UTF8.self))")
  }

  @Test(
    "what writes waits while somebody cleans up",
    arguments: [["weave", "--to", "md"], ["figures"], ["plan"]])
  func cleaning(command: [String]) throws {
    let project = try CommandProject()
    try #require(try project.quire("run", "--binaries", project.binaries).code == 0)
    var cleaning: FileLock? = try FileLock(project.root.appending(path: ".quire/locks/store"))
    let (process, _, messages) = try project.start(command)
    // Far longer than the command takes.
    Thread.sleep(forTimeInterval: 1)
    #expect(process.isRunning)
    cleaning = nil
    _ = cleaning
    _ = messages.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
  }
}
