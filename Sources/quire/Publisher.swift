// The web page and the PDF of a project.
import Artifacts
import Authoring
import CairoCanvas
import Foundation
import Plotting
import Weave

/// Writes what is made for readers from what is woven.
struct Publisher {
  let session: Session
  let project: Project

  /// Writes `build/paper.html`: one file with its figures inside.
  /// - Returns: what is missing for it, in a sentence; nil where it was written.
  func writeHTML() throws -> String? {
    guard let pandoc = Pandoc.find(root: session.root) else {
      return "no web page: there is no pandoc in .deps/pandoc or on PATH; make setup installs it"
    }
    let html = try html(with: pandoc)
    try Files.write(html, to: session.root.appending(path: "build/paper.html"))
    return nil
  }

  /// The web page as text.
  func html(with pandoc: Pandoc) throws -> String {
    let paper = try weave(project, for: .page)
    let figures = Dictionary(
      project.figures.map { (figurePath($0.label, "svg"), $0.figure) },
      uniquingKeysWith: { first, _ in first })
    let fonts = session.root.appending(path: "Fonts")
    return try pandoc.html(
      HTMLPage(paper), footer: footer(paper) + [coverage(of: paper).computation] + toolchain,
      root: session.root
    ) { path in
      try figures[path].map { Data(try renderSVG($0, fonts: fonts, appearance: .dark)) }
    }
  }

  /// Writes `build/paper.pdf`. It depends on the project alone, not on what this machine has computed.
  /// - Returns: what is missing for it, in a sentence; nil where it was written.
  func writePDF() throws -> String? {
    guard let pandoc = Pandoc.find(root: session.root), pandoc.writesTypst else {
      return "no PDF: there is no pandoc of version 3 in .deps/pandoc or on PATH; make setup installs it"
    }
    guard let typst = Typst.find(root: session.root) else {
      return "no PDF: there is no typst for python3 in .deps/typst; make setup installs it"
    }
    let paper = try weave(project, for: .print)
    try typst.writePDF(
      PrintDocument(paper), footer: footer(paper), with: pandoc, root: session.root)
    return nil
  }

  private func footer(_ paper: WovenPaper) throws -> [String] {
    var versions: [String] = []
    if let commit = session.git("rev-parse", "--short=12", "HEAD") {
      let isClean = session.git("status", "--porcelain", "--untracked-files=no")?.isEmpty == true
      versions.append("commit \(commit)" + (isClean ? "" : " with changes"))
    }
    if let lock = try? Files.read(session.root.appending(path: LockFile.path)) {
      versions.append("lock file \(SHA256.hash(of: lock).prefix(12))")
    }
    return [coverage(of: paper).bindings]
      + (versions.isEmpty ? [] : ["Made from " + versions.joined(separator: ", ") + "."])
      + [rebuilding]
  }

  /// How the paper is made again: a report on other data and a new package have no Makefile.
  private var rebuilding: String {
    let hasMakefile = Files.exists(session.root.appending(path: "Makefile"))
    let isForeign = (try? Profile.read(root: session.root)) ?? nil != nil
    let option = isForeign ? ", each with --profile" : ""
    return
      "Rebuilt by: \(hasMakefile ? "make paper" : "./quire run, then ./quire weave"). Checked by: ./quire check\(option)."
  }

  /// Where the notebooks ran, from their records: the kind of machine and the libraries.
  private var toolchain: [String] {
    let runs = Set(
      project.notebooks.compactMap { notebook in
        notebook.file.map { file in
          let environment = file.provenance.environment
          let libraries = environment.libraries.keys.sorted().map {
            "\($0) \(environment.libraries[$0] ?? "")"
          }
          let threads = environment.threads == 1 ? "1 thread" : "\(environment.threads) threads"
          let processor = environment.processor.map { ["processor \($0)"] } ?? []
          return ([environment.architecture] + processor + [threads] + libraries).joined(separator: ", ")
        }
      })
    return runs.isEmpty ? [] : ["Recorded on " + runs.sorted().joined(separator: "; ") + "."]
  }

  private func coverage(of paper: WovenPaper) -> Coverage {
    let store = Store(StoreOptions(root: session.root), reporter: Reporter(isQuiet: true))
    return Coverage(paper, of: project) { node in
      store.local.trace(step: node.parts.step, key: node.key) != nil
    }
  }
}
