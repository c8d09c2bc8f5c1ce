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
    discussion: """
      Committed results are only removed by name, as the report prints them: quire gc train/1a09d301f2dc; what a run that was \
      cut off left half-done among them goes with the rest. States of steps that did not end, what the last check computed, \
      and what runs from scratch and retrain did that did not end are what later runs go on from: only --leftovers removes \
      them.
      """)

  @Argument(help: ArgumentHelp("Committed results to remove.", valueName: "step/key"))
  var names: [String] = []

  @Flag(help: "Only say what would be removed.")
  var dryRun = false

  @Flag(help: "Also remove the states of steps, and the stores of checks and of runs from scratch.")
  var leftovers = false

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
    /// Why it goes or stays.
    let reason: String
    let isRemoved: Bool
    /// Whether it should be gone, and is not.
    let isStuck: Bool
  }

  /// What may be removed, and whether it is to be.
  private struct Item {
    let layer: String
    let name: String
    let title: String
    let places: [URL]
    let usedBy: [String]
    let reason: String
    let goes: Bool
    let remove: () -> Void
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
      if json { try printJSON(report) } else { show(report) }
      let stuck = report.entries.filter(\.isStuck)
      if let first = stuck.first {
        let more = stuck.count > 1 ? " and \(stuck.count - 1) more" : ""
        throw CommandFailure(
          description: "\(first.name)\(more) could not be removed; expected folders that may be written")
      }
    }
  }

  private func show(_ report: Report) {
    let verb = dryRun ? "would be removed" : "removed"
    for line in report.entries {
      let fate = line.isStuck ? "could not be removed: " : line.isRemoved ? "\(verb): " : ""
      print(
        "\(line.layer)  \(shortBytes(line.bytes))  \(line.name)  \(line.title)  \(fate)\(line.reason)")
    }
    print("\(shortBytes(report.keptBytes)) kept, \(shortBytes(report.removedBytes)) \(verb)")
  }

  private func collect(_ session: Session) throws -> Report {
    let items = try results(session) + leftBehind(session.root)
    // Nothing runs or weaves now: these were left by what was cut off.
    if !dryRun {
      Files.remove(session.root.appending(path: ".quire/runs"))
      for folder in ["", "Figures", "Results", "Results/records"] {
        Files.removeTemporaries(in: session.root.appending(path: folder))
      }
    }
    var report = Report()
    for item in items {
      let bytes = weight(of: item.places)
      if item.goes && !dryRun { item.remove() }
      let left = item.goes && dryRun ? 0 : weight(of: item.places)
      let isStuck = item.goes && !dryRun && item.places.contains(where: Files.exists)
      report.entries.append(
        Line(
          layer: item.layer, name: item.name, title: item.title, bytes: bytes, usedBy: item.usedBy,
          reason: item.reason, isRemoved: item.goes && !isStuck, isStuck: isStuck))
      report.keptBytes += left
      report.removedBytes += bytes - left
    }
    return report
  }

  /// The results of both layers.
  private func results(_ session: Session) throws -> [Item] {
    let store = Store(StoreOptions(root: session.root), reporter: Reporter(isQuiet: true))
    let users = try users(of: session.project(), store)
    let committed = store.committed.entries
    for name in names {
      guard committed.contains(where: { $0.name == name }) else {
        throw UnknownTarget(
          name, kind: "committed result", among: committed.map(\.name), listedBy: "quire gc")
      }
      if let use = users[name]?.first, !force {
        throw CommandFailure(
          description: "\(name) is what \(use) and others rest on; --force removes it all the same", code: 1)
      }
    }
    func item(_ layer: String, _ entry: StoreEntry, in folder: URL, goes: Bool) -> Item {
      let usedBy = users[entry.name] ?? []
      let more = usedBy.count > 3 ? " and \(usedBy.count - 3) more" : ""
      let step = folder.appending(path: String(entry.name.prefix { $0 != "/" }))
      return Item(
        layer: layer, name: entry.name, title: entry.trace?.title ?? "left by a run that was cut off",
        places: entry.files.map { step.appending(path: $0) }, usedBy: usedBy,
        reason: usedBy.isEmpty
          ? "nothing refers to it" : "for \(usedBy.prefix(3).joined(separator: ", "))\(more)",
        goes: goes, remove: entry.remove)
    }
    let local = store.local.entries.map { entry in
      item("local", entry, in: store.local.folder, goes: users[entry.name] == nil || entry.trace == nil)
    }
    return local
      + committed.map { entry in
        let isLeftBehind = entry.isLeftover && users[entry.name] == nil
        return item(
          "committed", entry, in: store.committed.folder, goes: names.contains(entry.name) || isLeftBehind)
      }
  }

  /// What stands beside the store: the states that steps go on from, and stores of their own.
  private func leftBehind(_ root: URL) -> [Item] {
    func item(_ layer: String, _ name: String, _ title: String, _ use: String, _ places: [URL]) -> Item {
      Item(
        layer: layer, name: name, title: title, places: places, usedBy: [],
        reason: leftovers ? "as --leftovers says" : "\(use); --leftovers removes it", goes: leftovers,
        remove: { places.forEach(Files.remove) })
    }
    let work = root.appending(path: ".quire/work")
    var items: [Item] = []
    for step in Files.names(in: work) {
      let folder = work.appending(path: step)
      // A folder for each key, and beside it the seconds so far.
      let names = Dictionary(grouping: Files.names(in: folder)) { name in String(name.prefix { $0 != "." }) }
      for key in names.keys.sorted() {
        items.append(
          item(
            "work", StepNode.name(step: step, key: key), "the state of a step that did not end",
            "its next run goes on from it", (names[key] ?? []).map { folder.appending(path: $0) }))
      }
    }
    for (layer, title, use) in [
      ("check", "what the last check computed", "accept takes it"),
      ("scratch", "a run from scratch that did not end", "the next one goes on from it"),
      ("retrained", "trainings that did not end or came out otherwise", "the next retrain goes on from it"),
    ] {
      let place = root.appending(path: ".quire/\(layer)")
      if Files.exists(place) { items.append(item(layer, ".quire/\(layer)", title, use, [place])) }
    }
    return items
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

/// What files weigh, and folders with all that is in them.
private func weight(of places: [URL]) -> Int {
  places.reduce(0) { sum, place in
    let below = FileManager.default.enumerator(atPath: place.path)?.compactMap { $0 as? String } ?? []
    return ([place] + below.map { place.appending(path: $0) }).reduce(sum) { sum, file in
      let facts = try? FileManager.default.attributesOfItem(atPath: file.path)
      guard facts?[.type] as? FileAttributeType == .typeRegular else { return sum }
      return sum + (facts?[.size] as? Int ?? 0)
    }
  }
}
