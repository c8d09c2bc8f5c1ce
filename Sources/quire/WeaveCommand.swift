// quire weave: join prose and records into the paper.
import ArgumentParser
import Artifacts
import Foundation
import Weave

/// `quire weave`.
struct WeaveCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "weave",
    abstract: "Join prose and records into paper.md and build/paper.html; computes nothing.")

  @Option(help: ArgumentHelp("Which forms, separated by commas: md, html.", valueName: "forms"))
  var to = "md,html"

  @Flag(help: "Fail (3) on numerals in the prose that are bound to no value.")
  var strict = false

  func validate() throws {
    for form in forms where form != "md" && form != "html" {
      throw ValidationError("--to knows md and html, not \"\(form)\"")
    }
  }

  private var forms: [String] { to.split(separator: ",").map(String.init) }

  func run() throws {
    try reporting {
      let session = try Session()
      let project = try session.project()
      let paper = try weave(project)
      for warning in paper.warnings { say("\(warning)") }
      if forms.contains("md") {
        try write(paper.markdown, to: session.root.appending(path: "paper.md"))
        try Files.write(
          CanonicalJSON.encodePretty(paper.map), to: session.root.appending(path: "build/paper.map.json"))
        let drawn = try session.draw(project, nil, paper: paper.markdown)
        say("paper.md: \(paper.numbers.count) numbers, \(drawn) figures")
      }
      if forms.contains("html") { try writeHTML(paper, session) }
      if strict, paper.warnings.contains(where: { $0.severity == .unboundNumber }) { throw ExitCode(3) }
    }
  }

  private func write(_ text: String, to url: URL) throws {
    if FileManager.default.contents(atPath: url.path) != Data(text.utf8) { try Files.write(text, to: url) }
  }

  private func writeHTML(_ paper: WovenPaper, _ session: Session) throws {
    guard let pandoc = Pandoc.find(root: session.root) else {
      let message =
        "no web page: there is no pandoc of version 3 in .deps/pandoc or on PATH; make setup installs it"
      if forms == ["html"] { throw CommandFailure(description: message) }
      return say(message)
    }
    try pandoc.writePage(HTMLPage(paper), footer: footer(paper, session), root: session.root)
    say("build/paper.html")
  }

  private func footer(_ paper: WovenPaper, _ session: Session) -> String {
    var parts = ["\(paper.numbers.count) numbers bound to records"]
    if let git = findProgram("git"),
      let commit = Subprocess(
        program: git, arguments: ["rev-parse", "--short=12", "HEAD"], folder: session.root
      ).output()
    {
      let status = Subprocess(
        program: git, arguments: ["status", "--porcelain", "--untracked-files=no"], folder: session.root
      ).output()
      parts.append(
        "commit \(commit.filter { !$0.isWhitespace })" + (status?.isEmpty == true ? "" : " with changes"))
    }
    parts.append("rebuilt by: make paper; checked by: ./quire check")
    return parts.joined(separator: " · ")
  }
}
