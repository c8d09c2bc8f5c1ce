import Foundation
import Testing

@Suite(.enabled(if: CommandProject.command != nil, CommandProject.reason))
struct ShowTests {
  let project: CommandProject

  init() throws {
    project = try CommandProject()
    #expect(try project.quire("run", "--binaries", project.binaries).code == 0)
  }

  @Test("show prints a value, with all its digits as CSV")
  func value() throws {
    #expect(try project.quire("show", "answer").output == "answer  10  (10.0)\n")
    #expect(try project.quire("show", "answer", "--csv").output == "name,value\nanswer,10.0\n")
    let unknown = try project.quire("show", "answr")
    #expect(unknown.code == 64 && unknown.messages.contains("did you mean answer?"))
  }

  @Test(
    "options that mean nothing together are wrong usage",
    arguments: [
      ["figures", "--csv"], ["figures", "--theme", "dark"], ["figures", "--out", "x", "--format", "gif"],
      ["figures", "--out", "x", "--csv", "--format", "svg"], ["show", "answer", "--columns", "3"],
    ])
  func usage(arguments: [String]) throws {
    let result = try project.quire(arguments, environment: [:])
    #expect(result.code == 64, "\(result.messages)")
  }
}
