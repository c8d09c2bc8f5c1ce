// quire gc: what is in the store, what it weighs, and what nothing refers to.
import ArgumentParser
import Artifacts
import Foundation
import Weave

/// `quire gc`.
struct GarbageCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "gc",
    abstract: "Remove results from the local store that no record refers to; say what everything weighs.",
    discussion:
      "Committed results are only removed by name, as the report prints them: quire gc train/1a09d301f2dc.")

  @Argument(help: ArgumentHelp("Committed results to remove.", valueName: "step/key"))
  var names: [String] = []

  @Flag(help: "Only say what would be removed.")
  var dryRun = false

  @Flag(help: "Remove a named committed result even if records refer to it.")
  var force = false

  @Flag(help: "Print one JSON object.")
  var json = false

  private struct Line: Encodable {
    let layer: String
    let name: String
    let title: String
    let bytes: Int
    let usedBy: [String]
    let isRemoved: Bool
  }

  private struct Report: Encodable {
    var entries: [Line] = []
    var keptBytes = 0
    var removedBytes = 0
  }

  func run() throws {
    try reporting {
      let session = try Session()
      guard let lock = try FileLock(ifFree: session.root.appending(path: ".quire/locks/store")) else {
        throw CommandFailure(
          description: "a run is under way, and its results are not recorded yet; try again after it")
      }
      let report = try withExtendedLifetime(lock) { try collect(session) }
      if json { return try printJSON(report) }
      for line in report.entries {
        let use =
          line.usedBy.isEmpty
          ? line.isRemoved
            ? (dryRun ? "would be removed: " : "removed: ") + "nothing refers to it" : "nothing refers to it"
          : "for \(line.usedBy.prefix(3).joined(separator: ", "))\(line.usedBy.count > 3 ? " and \(line.usedBy.count - 3) more" : "")"
        print("\(line.layer)  \(shortBytes(line.bytes))  \(line.name)  \(line.title)  \(use)")
      }
      let verb = dryRun ? "would be removed" : "removed"
      print("\(shortBytes(report.keptBytes)) kept, \(shortBytes(report.removedBytes)) \(verb)")
    }
  }

  private func collect(_ session: Session) throws -> Report {
    let store = Store(StoreOptions(root: session.root), reporter: Reporter(isQuiet: true))
    let users = try users(of: session.project(), store)
    let committed = store.committed.entries
    for name in names {
      guard committed.contains(where: { $0.name == name }) else {
        throw UnknownTarget(name, kind: "committed result", among: committed.map(\.name))
      }
      if let use = users[name]?.first, !force {
        throw CommandFailure(
          description: "\(name) is what \(use) and others rest on; --force removes it all the same", code: 1)
      }
    }
    var report = Report()
    // Nothing runs now: these were left by runs that were cut off.
    if !dryRun {
      Files.remove(session.root.appending(path: ".quire/runs"))
      for folder in ["", "Figures", "Results", "Results/records"] {
        Files.removeTemporaries(in: session.root.appending(path: folder))
      }
    }
    for (layer, entries) in [("local", store.local.entries), ("committed", committed)] {
      for entry in entries {
        let usedBy = users[entry.name] ?? []
        let isRemoved = layer == "local" ? usedBy.isEmpty || entry.trace == nil : names.contains(entry.name)
        report.entries.append(
          Line(
            layer: layer, name: entry.name, title: entry.trace?.title ?? "left by a run that was cut off",
            bytes: entry.bytes, usedBy: usedBy, isRemoved: isRemoved))
        if isRemoved { report.removedBytes += entry.bytes } else { report.keptBytes += entry.bytes }
        if isRemoved && !dryRun { entry.remove() }
      }
    }
    return report
  }

  /// The outputs that rest on each result, by its name; committed results keep what they were made from.
  private func users(of project: Project, _ store: Store) throws -> [String: [String]] {
    var users: [String: [String]] = [:]
    for (notebook, record) in project.records {
      for name in notebook.file?.steps(behind: record.artifacts) ?? [] {
        users[name, default: []].append(record.name)
      }
    }
    for entry in store.committed.entries {
      for input in entry.trace?.parts.inputs ?? [] where !input.isFile {
        users[StepNode.name(step: input.step, key: input.key), default: []].append(entry.name)
      }
    }
    return users
  }
}
