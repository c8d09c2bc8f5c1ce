// quire doctor: what is installed, and whether the store is sound.
import ArgumentParser
import Artifacts
import Foundation
import Weave

/// `quire doctor`.
struct DoctorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor", abstract: "Versions, fonts, threads, and whether the store is sound.")

  @Flag(help: "Print one JSON object.")
  var json = false

  private struct Report: Encodable {
    var checks: [Line] = []
    struct Line: Encodable {
      let name: String
      let isGood: Bool
      let finding: String
    }
  }

  func run() throws {
    try reporting {
      let session = try Session()
      var report = Report()
      programs(session, &report)
      fonts(session, &report)
      let environment = RunEnvironment(threads: ProcessInfo.processInfo.activeProcessorCount)
      let vectors = environment.vectors.isEmpty ? "" : " with \(environment.vectors)"
      let name = environment.processor.map { ", \($0)" } ?? ""
      add(
        "processor", true, "\(environment.architecture)\(vectors)\(name), \(environment.threads) threads",
        &report)
      try store(session, &report)
      if json {
        try printJSON(report)
      } else {
        for line in report.checks {
          print(
            "\(line.isGood ? "ok  " : "BAD ") \(line.name.padding(toLength: 12, withPad: " ", startingAt: 0))\(line.finding)"
          )
        }
      }
      if report.checks.contains(where: { !$0.isGood }) { throw ExitCode(1) }
    }
  }

  private func add(_ name: String, _ isGood: Bool, _ finding: String, _ report: inout Report) {
    report.checks.append(Report.Line(name: name, isGood: isGood, finding: finding))
  }

  private func programs(_ session: Session, _ report: inout Report) {
    let swift = findProgram("swift").flatMap { Subprocess(program: $0, arguments: ["--version"]).output() }
    let version = swift?.split(separator: "\n").first { $0.contains("version") }.map(String.init)
    add("swift", version != nil, version ?? "there is none on PATH", &report)
    let pandoc = Pandoc.find(root: session.root)
    add(
      "pandoc", pandoc != nil,
      pandoc.map {
        "\($0.version), writes build/paper.html" + ($0.writesTypst ? " and, with typst, build/paper.pdf" : "")
      }
        ?? "none from version 2.17; make setup installs it",
      &report)
    let typst = Typst.find(root: session.root)
    add(
      "typst", typst != nil,
      typst.map { "\($0.folder?.path ?? "found by python3"), writes build/paper.pdf after pandoc 3" }
        ?? "none for python3 in .deps/typst; make setup installs it",
      &report)
    let named = ProcessInfo.processInfo.environment["QUIRE_TORCH"].map { [URL(filePath: $0)] }
    let torches = named ?? dependencyFolders(root: session.root).map { $0.appending(path: "torch") }
    let hasTorch = torches.contains { Files.exists($0.appending(path: "include/ATen/ATen.h")) }
    add(
      "libtorch", hasTorch, hasTorch ? "headers and libraries are there" : "missing; make setup installs it",
      &report)
  }

  private func fonts(_ session: Session, _ report: inout Report) {
    let versions = session.drawer.versions
    let list = versions.keys.sorted().map { "\($0) \(versions[$0] ?? "")" }.joined(separator: ", ")
    add(
      "fonts", versions.keys.count { $0.hasSuffix(".otf") } >= 2, versions.isEmpty ? "none in Fonts" : list,
      &report)
  }

  private func store(_ session: Session, _ report: inout Report) throws {
    let store = Store(StoreOptions(root: session.root), reporter: Reporter(isQuiet: true))
    for (name, layer, isCommitted) in [("store", store.local, false), ("committed", store.committed, true)] {
      var sound = 0
      var bytes = 0
      var damaged: [String] = []
      for step in layer.steps {
        let traces = Files.names(in: layer.folder.appending(path: step)).filter {
          $0.hasSuffix(".trace.json")
        }
        let readable = layer.traces(step: step)
        if traces.count != readable.count {
          damaged.append("\(step): \(traces.count - readable.count) traces")
        }
        for trace in readable {
          switch layer.lookup(step: step, key: trace.key) {
          case .found(_, let data):
            sound += 1
            bytes += data.count
          case .absent, .broken: damaged.append("\(step)/\(trace.output.file)")
          }
        }
      }
      let text = "\(sound) results, \(shortBytes(bytes))"
      add(
        name, damaged.isEmpty,
        damaged.isEmpty
          ? text
          : "\(text); damaged, \(isCommitted ? "git restores it" : "will be computed again"): \(damaged.joined(separator: ", "))",
        &report)
    }
  }
}
