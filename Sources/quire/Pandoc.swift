// The web page, by pandoc.
import Artifacts
import Foundation
import Weave

/// A pandoc of version 3 or later.
struct Pandoc {
  let program: URL
  let version: String

  /// The one that the set-up installed, or one on PATH.
  static func find(root: URL) -> Pandoc? {
    let installed = root.appending(path: ".deps/pandoc/pandoc")
    let candidates = [
      FileManager.default.isExecutableFile(atPath: installed.path) ? installed : nil, findProgram("pandoc"),
    ]
    for program in candidates.compactMap({ $0 }) {
      guard let text = Subprocess(program: program, arguments: ["--version"]).output(),
        let version = text.split(separator: "\n").first?.split(separator: " ").last.map(String.init),
        let major = version.split(separator: ".").first.flatMap({ Int($0) }), major >= 3
      else { continue }
      return Pandoc(program: program, version: version)
    }
    return nil
  }

  /// Writes `build/paper.html`: one file with its figures inside.
  func writePage(_ page: HTMLPage, footer: String, root: URL) throws {
    let folder = root.appending(path: "build")
    try Files.makeFolder(folder)
    let scratch = folder.appending(path: ".weave-\(ProcessInfo.processInfo.processIdentifier)")
    try Files.makeFolder(scratch)
    defer { Files.remove(scratch) }
    let input = scratch.appending(path: "paper.md")
    let template = scratch.appending(path: "template.html")
    let output = scratch.appending(path: "paper.html")
    try Files.write(page.markdown, to: input)
    try Files.write(HTMLPage.template(footer: footer), to: template)
    let code = try Subprocess(
      program: program,
      arguments: [
        "--from=gfm+tex_math_dollars", "--to=html5", "--standalone", "--embed-resources", "--mathml",
        "--wrap=preserve", "--toc",
        "--toc-depth=3", "--template=\(template.path)", "--metadata=title=\(page.title)",
        "--resource-path=\(root.path)", "--output=\(output.path)", input.path,
      ], folder: root
    ).run()
    guard code == 0 else { throw CommandFailure(description: "pandoc failed with exit code \(code)") }
    try Files.write(try Files.read(output), to: folder.appending(path: "paper.html"))
  }
}
