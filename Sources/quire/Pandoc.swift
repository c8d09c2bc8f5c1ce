// Pandoc: from the woven Markdown to HTML and to Typst's source.
import Artifacts
import Foundation
import Weave

/// The folders in which the set-up installs what is no part of a project: that of the project, then that of the
/// checkout the command was built in, which a project made by `quire new` names in the environment.
func dependencyFolders(root: URL) -> [URL] {
  let engine = ProcessInfo.processInfo.environment["QUIRE_ENGINE"] ?? ""
  let roots = engine.isEmpty ? [root] : [root, URL(filePath: engine)]
  return roots.map { $0.appending(path: ".deps") }
}

/// A pandoc. Version 3 writes all forms; from version 2.17, which Debian 12 has, there is the web page only.
struct Pandoc {
  let program: URL
  let version: String

  /// Whether it writes Typst's source.
  var writesTypst: Bool { (version.split(separator: ".").first.flatMap { Int($0) } ?? 0) >= 3 }

  /// The one that the set-up installed, or one on PATH; one that is too old is none.
  static func find(root: URL) -> Pandoc? {
    let installed = dependencyFolders(root: root).map { $0.appending(path: "pandoc/pandoc") }
    let candidates = installed.filter { FileManager.default.isExecutableFile(atPath: $0.path) }
    for program in candidates + [findProgram("pandoc")].compactMap({ $0 }) {
      guard let text = Subprocess(program: program, arguments: ["--version"]).output(),
        let version = text.split(separator: "\n").first?.split(separator: " ").last.map(String.init)
      else { continue }
      let parts = version.split(separator: ".").compactMap { Int($0) }
      if parts.lexicographicallyPrecedes([2, 17]) { continue }
      return Pandoc(program: program, version: version)
    }
    return nil
  }

  /// Converts Markdown in a scratch folder, which is gone afterwards.
  /// - Parameters:
  ///   - template: the frame, in pandoc's template language.
  ///   - form: the arguments that say what to write.
  ///   - finish: what is done with the file that pandoc wrote.
  func convert<Result>(
    _ markdown: String, title: String, template: String, form: [String], root: URL,
    _ finish: (URL) throws -> Result
  ) throws -> Result {
    let scratch = root.appending(path: "build/.weave-\(ProcessInfo.processInfo.processIdentifier)")
    try Files.makeFolder(scratch)
    defer { Files.remove(scratch) }
    let (input, frame, output) = (
      scratch.appending(path: "paper.md"), scratch.appending(path: "template"),
      scratch.appending(path: "paper.out")
    )
    try Files.write(markdown, to: input)
    try Files.write(template, to: frame)
    let code = try Subprocess(
      program: program,
      arguments: [
        "--from=\(pandocFormat)", "--standalone", "--wrap=preserve", "--template=\(frame.path)",
        "--metadata=title=\(title)", "--output=\(output.path)", input.path,
      ] + form, folder: root
    ).run()
    guard code == 0 else { throw CommandFailure(description: "pandoc failed with exit code \(code)") }
    return try finish(output)
  }

  /// The web page, its pictures inside.
  /// - Parameter dark: a figure's picture for dark screens, by the path of the light one.
  func html(
    _ page: HTMLPage, footer: [String], root: URL, dark: (String) throws -> Data?
  ) throws -> String {
    try convert(
      page.markdown, title: page.title, template: HTMLPage.template(footer: footer),
      form: ["--to=html5", "--mathml", "--toc", "--toc-depth=3"], root: root
    ) { output in
      try embeddingPictures(
        in: String(decoding: try Files.read(output), as: UTF8.self),
        light: { path in
          let url = root.appending(path: path)
          return Files.exists(url) ? try Files.read(url) : nil
        }, dark: dark)
    }
  }
}
