// What is in a layer of the store: sizes, soundness, and what may go.
import FoundationEssentials

/// A result in a layer, with all files that belong to its key.
public struct StoreEntry: Sendable {
  /// The step and the beginning of the key, as records name it.
  public let name: String
  /// What made it; nothing if the trace is missing or cannot be read.
  public let trace: Trace?
  /// Its files in the folder of the step.
  public let files: [String]
  /// What they weigh.
  public let bytes: Int
  /// The folder of the step.
  let folder: URL

  /// Whether it has no trace at all, not even a damaged one: then a run was cut off before the result was one.
  public var isLeftover: Bool { !files.contains { $0.hasSuffix(".trace.json") } }

  /// Removes its files, the trace first: without it the rest is no result.
  public func remove() {
    for file in files.sorted(by: { $0.hasSuffix(".trace.json") && !$1.hasSuffix(".trace.json") }) {
      Files.remove(folder.appending(path: file))
    }
  }
}

extension StoreLayer {
  /// All results, sorted by name; what a kill has left half-done counts as a result without a trace.
  public var entries: [StoreEntry] {
    steps.flatMap { step -> [StoreEntry] in
      let folder = folder.appending(path: step)
      let all = ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []).sorted()
      let stems = Dictionary(grouping: all) { name in
        String((name.hasPrefix(".") ? name.dropFirst() : name[...]).prefix { $0 != "." && $0 != "-" })
      }
      let traces = Dictionary(
        traces(step: step).map { (String($0.key.prefix(nameLength)), $0) },
        uniquingKeysWith: { first, _ in first })
      return stems.keys.sorted().map { stem in
        let files = stems[stem] ?? []
        let bytes = files.reduce(0) { sum, file in
          let path = folder.appending(path: file).path
          let attributes = try? FileManager.default.attributesOfItem(atPath: path)
          return sum + (attributes?[.size] as? Int ?? 0)
        }
        return StoreEntry(
          name: StepNode.name(step: step, key: stem), trace: traces[stem], files: files, bytes: bytes,
          folder: folder)
      }
    }
  }
}
