// quire serve: the paper in a browser, following the files.
import ArgumentParser
import Artifacts
import Foundation
import Weave

/// `quire serve`.
struct ServeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve",
    abstract: "Show the paper in a browser on this machine; the page follows the files.",
    discussion: """
      A change of prose is woven at once. A change of code is built and run first, with the steps it needs, and after a \
      change of what draws all figures are drawn; --no-run leaves that to you. What runs stands at the foot of the page, \
      what went wrong at its head, with file and line.
      """)

  @OptionGroup var subject: ProfileOption

  @Option(help: "The port of 127.0.0.1; 0 for any that is free.")
  var port: UInt16 = 8090

  @Flag(help: "Do not run what a change of code made out of date.")
  var noRun = false

  func run() throws {
    try reporting {
      let session = try Session(subject)
      let server = try LoopbackServer(port: port)
      let preview = Preview(session: session, runs: !noRun)
      say("http://127.0.0.1:\(server.port)/ shows the paper; ctrl-C ends it")
      if noRun || preview.hasRecords { preview.refresh(running: false) }
      Thread.detachNewThread {
        // What is out of date may take long; the paper as recorded is there meanwhile.
        if preview.isOutOfDate { preview.refresh(running: true) }
        preview.watch()
      }
      server.run { request in
        switch request.path {
        case "/", "/paper.html": PageAnswer(body: preview.page)
        case "/version": PageAnswer(type: "text/plain; charset=utf-8", body: preview.version)
        default:
          PageAnswer(status: "404 Not Found", type: "text/plain; charset=utf-8", body: "there is only /\n")
        }
      }
    }
  }
}

/// What another process said before it failed.
private struct LaunchFailure: Error, CustomStringConvertible {
  let description: String
}

/// The page as it is now, made anew when files change.
private final class Preview: @unchecked Sendable {
  private let session: Session
  private let runs: Bool
  private let lock = NSLock()
  private var current = (version: 0, html: "", error: "")
  /// The last line of the command that runs, as it would stand in a terminal; empty if none does.
  private var progress = ""
  private var firstCode: [String] = []
  private var firstFiles: [String] = []

  init(session: Session, runs: Bool) {
    self.session = session
    self.runs = runs
    firstCode = code()
    firstFiles = files()
  }

  /// The number of the newest page and, on a line of its own, what runs.
  var version: String {
    lock.withLock { progress.isEmpty ? "\(current.version)" : "\(current.version)\n\(progress)" }
  }

  /// The last page that could be woven, below what went wrong since; it asks every half second whether it is the newest, and
  /// what runs.
  var page: String {
    let (version, html, error) = lock.withLock { current }
    let script = """
      <script>setInterval(async () => {
        try {
          const [version, progress] = (await (await fetch("/version")).text()).split("\\n");
          if (version !== "\(version)") location.reload();
          const bar = document.getElementById("progress");
          bar.textContent = progress ?? "";
          bar.hidden = !progress;
        } catch {}
      }, 500);</script><div id="progress" hidden style="position:fixed;left:0;right:0;bottom:0;z-index:9;\
      padding:.4rem 1rem;background:#0b3d5c;color:#fff;font:.85rem monospace;white-space:nowrap;overflow:hidden;\
      text-overflow:ellipsis"></div>
      """
    let safe = error.replacingOccurrences(of: "&", with: "&amp;").replacingOccurrences(of: "<", with: "&lt;")
    let style =
      "position:sticky;top:0;z-index:9;margin:0;padding:1rem;background:#8a1f11;color:#fff;white-space:pre-wrap"
    let notice = error.isEmpty ? "" : "<pre id=\"error\" style=\"\(style)\">\(safe)</pre>"
    let frame = html.isEmpty ? "<!DOCTYPE html><html><body></body></html>" : html
    return frame.replacingOccurrences(of: "<body>", with: "<body>\(notice)\(script)")
  }

  /// Whether there is anything to weave.
  var hasRecords: Bool {
    ((try? session.project())?.notebooks ?? []).contains { $0.file != nil }
  }

  /// Whether something is to be run.
  var isOutOfDate: Bool {
    guard runs else { return false }
    // What cannot be read is told in the page.
    guard let project = try? session.project() else { return true }
    return !project.notebooks.allSatisfy(\.isFresh)
  }

  /// Weaves; runs what is out of date before, if that is wanted.
  func refresh(running: Bool) {
    do {
      guard let pandoc = Pandoc.find(root: session.root) else {
        throw CommandFailure(
          description: "there is no pandoc in .deps/pandoc or on PATH; make setup installs it")
      }
      var project = try session.project()
      if running, !project.notebooks.allSatisfy(\.isFresh) {
        try launch("run")
        project = try session.project()
      }
      let html: String
      if runs, hasLauncher, code() != firstCode {
        // This program may be older than what draws and weaves now: the launcher builds that.
        try launch("figures")
        try launch("weave", "--to", "html")
        let page = try Files.read(session.root.appending(path: "build/paper.html"))
        html = String(decoding: page, as: UTF8.self)
      } else {
        html = try Publisher(session: session, project: project).html(with: pandoc)
      }
      lock.withLock { current = (current.version + 1, html, "") }
    } catch {
      let words = (error as? CommandFailure)?.description ?? "\(error)"
      lock.withLock { current = (current.version + 1, current.html, words) }
      // What another process said was handed on as it came.
      if !(error is LaunchFailure) { say(words) }
    }
  }

  /// Looks at the files every third of a second.
  func watch() -> Never {
    var (seen, recorded) = (firstFiles, records())
    while true {
      Thread.sleep(forTimeInterval: 0.3)
      let now = files()
      if now == seen && records() == recorded { continue }
      // Edits made during a long run are seen after it; the records that it wrote are no change.
      seen = now
      refresh(running: runs)
      recorded = records()
    }
  }

  private var launcher: URL { session.root.appending(path: "quire") }

  private var hasLauncher: Bool { FileManager.default.isExecutableFile(atPath: launcher.path) }

  /// A command in another process, through the launcher where there is one, so that changed code is built too.
  private func launch(_ arguments: String...) throws {
    let process = Process()
    process.executableURL = hasLauncher ? launcher : URL(filePath: CommandLine.arguments[0])
    process.arguments = arguments
    process.environment = ProcessInfo.processInfo.environment.merging(["QUIRE_ROOT": session.root.path]) {
      $1
    }
    let pipe = Pipe()
    process.standardError = pipe
    process.standardOutput = pipe
    try process.run()
    var data = Data()
    defer { lock.withLock { progress = "" } }
    while case let part = pipe.fileHandleForReading.availableData, !part.isEmpty {
      data += part
      let text = String(decoding: part, as: UTF8.self)
      writeToStandardError(text)
      if let line = text.split(whereSeparator: \.isNewline).last { lock.withLock { progress = String(line) } }
    }
    process.waitUntilExit()
    if process.terminationStatus != 0 {
      throw LaunchFailure(description: String(decoding: data.suffix(4000), as: UTF8.self))
    }
  }

  /// The files that the paper follows from, with sizes and times. Times only say when to look; what is done follows
  /// from contents.
  private func files() -> [String] { facts(about: ["Notebooks", "references.bib"]) + code() }

  private func records() -> [String] { facts(about: ["Results/records"]) }

  /// The same of the code that may stand in this program.
  private func code() -> [String] { facts(about: ["Package.swift", "Sources"]) }

  private func facts(about names: [String]) -> [String] {
    var lines: [String] = []
    for name in names {
      // In a report on other data these are links, which a walk does not follow.
      let top = session.root.appending(path: name).resolvingSymlinksInPath()
      let below = FileManager.default.enumerator(atPath: top.path)?.compactMap { $0 as? String } ?? []
      for path in [""] + below {
        let url = path.isEmpty ? top : top.appending(path: path)
        guard let facts = try? FileManager.default.attributesOfItem(atPath: url.path) else { continue }
        let time = (facts[.modificationDate] as? Date)?.timeIntervalSince1970 ?? 0
        lines.append("\(name)/\(path) \(facts[.size] ?? 0) \(time)")
      }
    }
    return lines.sorted()
  }
}
