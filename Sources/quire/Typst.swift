// Typst: from its source to the PDF.
import Artifacts
import Foundation
import Weave

/// The typst of the Python wheel, called through its binding.
struct Typst {
  let python: URL
  /// The folder that holds the module; nil for one that Python finds by itself.
  let folder: URL?

  /// The one that the set-up installed, or one that Python knows.
  static func find(root: URL) -> Typst? {
    guard let python = findProgram("python3") else { return nil }
    let folder = dependencyFolders(root: root).map { $0.appending(path: "typst") }
      .first { Files.exists($0.appending(path: "typst/__init__.py")) }
    let typst = Typst(python: python, folder: folder)
    let probe = Subprocess(
      program: python, arguments: ["-c", "import typst"], environment: typst.environment)
    return probe.output() == nil ? nil : typst
  }

  private var environment: [String: String] {
    folder.map { ["PYTHONPATH": $0.path, "PYTHONDONTWRITEBYTECODE": "1"] } ?? [:]
  }

  /// Only the project's fonts and Typst's own are used, so that a machine's fonts leave no mark.
  private static let script = """
    from sys import argv, exit
    from typst import compile
    source, output, root, fonts = argv[1:]
    try:
      compile(source, output=output, root=root, font_paths=[fonts], ignore_system_fonts=True)
    except Exception as error:
      exit(str(error))
    """

  /// Writes `build/paper.pdf`.
  func writePDF(_ document: PrintDocument, footer: [String], with pandoc: Pandoc, root: URL) throws {
    try pandoc.convert(
      document.markdown, title: document.title, template: PrintDocument.template(footer: footer),
      form: ["--to=typst"], root: root
    ) { source in
      let output = source.deletingLastPathComponent().appending(path: "paper.pdf")
      let code = try Subprocess(
        program: python,
        arguments: [
          "-c", Self.script, source.path, output.path, root.path, root.appending(path: "Fonts").path,
        ], environment: environment, folder: root
      ).run()
      guard code == 0 else {
        throw CommandFailure(description: "typst could not write the PDF; its words are above")
      }
      try Files.write(try Files.read(output), to: root.appending(path: "build/paper.pdf"))
    }
  }
}
