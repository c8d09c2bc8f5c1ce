// quire weave: join prose and records into the paper.
import ArgumentParser
import Artifacts
import Foundation
import Weave

/// `quire weave`.
struct WeaveCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "weave",
    abstract: "Join prose and records into paper.md, build/paper.html and build/paper.pdf; computes nothing.")

  private static let forms = ["md", "html", "pdf"]

  @OptionGroup var subject: ProfileOption

  @Option(
    help: ArgumentHelp(
      "Which forms, separated by commas: md, html, pdf; without it all that can be made here.",
      valueName: "forms"))
  var to: String?

  @Flag(help: "Fail (3) on numerals in the prose that are bound to no value.")
  var strict = false

  private var wanted: [String] { to?.split(separator: ",").map(String.init) ?? Self.forms }

  func validate() throws {
    if wanted.isEmpty { throw ValidationError("--to names no form, expected md, html or pdf") }
    for form in wanted where !Self.forms.contains(form) {
      throw ValidationError("--to knows md, html and pdf, not \"\(form)\"")
    }
  }

  func run() throws {
    try reporting {
      let session = try Session(subject)
      try session.keepingResults { try publish(session) }
    }
  }

  private func publish(_ session: Session) throws {
    let project = try session.project()
    let paper = try weave(project)
    for warning in paper.warnings { say("\(warning)") }
    if wanted.contains("md") {
      try write(paper.markdown, to: session.root.appending(path: "paper.md"))
      try Files.write(
        CanonicalJSON.encodePretty(paper.map), to: session.root.appending(path: "build/paper.map.json"))
      let drawn = try session.draw(project, nil, paper: paper.markdown)
      say("paper.md: \(paper.numbers.count) numbers, \(drawn) figures")
    }
    let publisher = Publisher(session: session, project: project)
    var missing: [String] = []
    for (form, publish) in [("html", publisher.writeHTML), ("pdf", publisher.writePDF)]
    where wanted.contains(form) {
      if let reason = try publish() {
        missing.append(reason)
      } else {
        say("build/paper.\(form)")
      }
    }
    if to != nil, !missing.isEmpty { throw CommandFailure(description: missing.joined(separator: "\n")) }
    for reason in missing { say(reason) }
    if strict, paper.warnings.contains(where: { $0.severity == .unboundNumber }) { throw ExitCode(3) }
  }

  private func write(_ text: String, to url: URL) throws {
    if FileManager.default.contents(atPath: url.path) != Data(text.utf8) { try Files.write(text, to: url) }
  }
}
