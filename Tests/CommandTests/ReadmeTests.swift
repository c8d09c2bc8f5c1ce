// What README.md and CONTRIBUTING.md say of the command and of the checkout is so.
import Foundation
import TestSupport
import Testing

struct ReadmeTests {
  /// A call in a text: the command, the word after it, which may be a command below it, and the options that belong to
  /// it.
  private struct Call {
    var place: String
    var command: String
    var next: String
    var options: [String]
  }

  private func lines(_ file: String) throws -> [Substring] {
    try String(contentsOf: Fixtures.root.appending(path: file), encoding: .utf8)
      .split(separator: "\n", omittingEmptySubsequences: false)
  }

  /// The calls in a text. Options belong to the call before them, within the cell of a table; a row that begins with a
  /// call is about that call.
  private func calls(in file: String) throws -> [Call] {
    try lines(file).enumerated().flatMap { number, line in
      line.matches(of: /\.\/quire ([a-z]+)(?: ([a-z]+))?/).map { match in
        let rest = line[match.range.upperBound...]
        let isRow = line.hasPrefix("|") && !line.hasPrefix("| `./quire ")
        let own = rest.prefix(upTo: rest.firstRange(of: "./quire ")?.lowerBound ?? rest.endIndex)
        let cell = isRow ? own.prefix { $0 != "|" } : own
        return Call(
          place: "\(file):\(number + 1)", command: String(match.1), next: match.2.map(String.init) ?? "",
          options: cell.matches(of: /--[a-z][a-z-]*/).map { String($0.0) })
      }
    }
  }

  /// The commands that a help lists.
  private func commands(in help: String) -> Set<String> {
    guard let list = help.firstRange(of: "SUBCOMMANDS:") else { return [] }
    return Set(help[list.upperBound...].matches(of: #/\n  ([a-z]+) /#).map { String($0.1) })
  }

  @Test(
    "every command named in the documents is one, and every option beside it is in its help",
    .enabled(if: CommandProject.command != nil, CommandProject.reason),
    arguments: ["README.md", "CONTRIBUTING.md"])
  func options(file: String) throws {
    let project = try CommandProject()
    var helps: [[String]: String] = [:]
    func help(_ words: [String]) throws -> String {
      if let known = helps[words] { return known }
      let result = try project.quire(words + ["--help"], environment: [:])
      #expect(result.code == 0, "\(words): \(result.messages)")
      helps[words] = result.output
      return result.output
    }
    // These are asked for their help by another program, which is built first where it is missing.
    let tensors: Set<String> = ["detect", "train", "sensitivity", "quantize"]
    let known = commands(in: try help([]))
    #expect(known.count > 15 && known.isSuperset(of: tensors))
    let calls = try calls(in: file)
    #expect(calls.count >= (file == "README.md" ? 30 : 3))
    for call in calls {
      #expect(known.contains(call.command), "\(call.place): there is no command \(call.command)")
      guard known.contains(call.command), !tensors.contains(call.command) else { continue }
      var text = try help([call.command])
      if commands(in: text).contains(call.next) { text += try help([call.command, call.next]) }
      let offered = Set(text.matches(of: /--[a-z][a-z-]*/).map { String($0.0) })
      for option in call.options {
        #expect(offered.contains(option), "\(call.place): \(call.command) has no option \(option)")
      }
    }
  }

  @Test("everything that the README says is where, is there")
  func tree() throws {
    let lines = try lines("README.md")
    let title = try #require(lines.firstIndex(of: "## What is where"))
    let block = lines[title...].split(separator: "```", maxSplits: 2).dropFirst().first ?? []
    #expect(block.count > 15)
    for line in block {
      let names = try #require(line.firstMatch(of: /^(\S+(?:, \S+)*) {2,}\S/), "\(line)").1
      for name in names.split(separator: ", ") {
        let url = Fixtures.root.appending(path: String(name))
        var isFolder = ObjCBool(false)
        let isThere = FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder)
        #expect(isThere && isFolder.boolValue == name.hasSuffix("/"), "\(name)")
      }
    }
  }
}
