// What people name on the command line: notebooks, sections, outputs.
import Authoring

/// What is to be run of a notebook.
public struct Target: Sendable, Equatable {
  /// The notebook.
  public let notebook: String
  /// What of it; all that is not up to date if nil.
  public let request: RunRequest?
}

/// A name that means nothing here: one sentence with names that are near.
public struct UnknownTarget: Error, Sendable, CustomStringConvertible {
  /// The sentence.
  public let description: String

  /// The sentence for a name, with the names that are near.
  /// - Parameters:
  ///   - name: what was asked for.
  ///   - kind: what it should have been, for example `notebook`.
  ///   - candidates: the names there are.
  ///   - command: which one prints them all.
  public init(
    _ name: String, kind: String, among candidates: [String], listedBy command: String = "quire list"
  ) {
    let near = nearNames(name, among: candidates)
    let help = near.isEmpty ? "\(command) shows all names" : "did you mean \(near.joined(separator: ", "))?"
    description = "there is no \(kind) \"\(name)\"; \(help)"
  }
}

extension Project {
  /// What a name means: `notebook`, `notebook#section`, the label of a section, or the label of an output.
  public func target(_ name: String) throws(UnknownTarget) -> Target {
    let parts = name.split(separator: "#", omittingEmptySubsequences: false).map(String.init)
    if parts.count == 2 {
      guard let notebook = notebook(parts[0]) ?? numbered(parts[0]) else {
        throw unknown(parts[0], "notebook", among: notebooks.map(\.source.name))
      }
      guard let request = sectionRequest(parts[1], in: notebook) else {
        throw unknown(
          parts[1], "section of \(notebook.source.name)", among: notebook.source.sections.compactMap(\.label))
      }
      return Target(notebook: notebook.source.name, request: request)
    }
    if let notebook = notebook(name) ?? numbered(name) {
      return Target(notebook: notebook.source.name, request: nil)
    }
    for notebook in notebooks {
      if let request = sectionRequest(name, in: notebook) {
        return Target(notebook: notebook.source.name, request: request)
      }
      if notebook.outputs.contains(where: { $0.label == name }) {
        return Target(notebook: notebook.source.name, request: RunRequest(labels: [name]))
      }
    }
    throw unknown(name, "notebook, section or output")
  }

  /// A notebook by the number its name begins with.
  private func numbered(_ text: String) -> NotebookState? {
    guard !text.isEmpty, text.allSatisfy(\.isNumber) else { return nil }
    return notebooks.first { $0.source.name.hasPrefix(text + "-") }
  }

  /// A section with those below it.
  private func sectionRequest(_ label: String, in notebook: NotebookState) -> RunRequest? {
    guard let lines = notebook.source.lines(ofSection: label) else { return nil }
    return RunRequest(
      sections: notebook.code.sections.filter { lines.contains($0.lines.lowerBound) }.map(\.label))
  }

  private func unknown(_ name: String, _ kind: String, among candidates: [String]? = nil) -> UnknownTarget {
    let all =
      candidates
      ?? notebooks.flatMap { notebook in
        [notebook.source.name] + notebook.source.sections.compactMap(\.label) + notebook.outputs.map(\.label)
      }
    return UnknownTarget(name, kind: kind, among: all)
  }
}

/// Up to three names that are like a misspelt one, the nearest first.
public func nearNames(_ name: String, among candidates: [String]) -> [String] {
  let scored = Set(candidates).map { candidate in
    (
      distance: candidate.contains(name) && name.count > 2 ? 0 : editDistance(name, candidate),
      name: candidate
    )
  }
  let limit = max(2, name.count / 3)
  return scored.filter { $0.distance <= limit }.sorted { ($0.distance, $0.name) < ($1.distance, $1.name) }
    .prefix(3).map(\.name)
}

/// The least number of inserted, removed or replaced characters that makes one text of another.
func editDistance(_ first: String, _ second: String) -> Int {
  let (a, b) = (Array(first.utf8), Array(second.utf8))
  var row = Array(0...b.count)
  for i in a.indices {
    var diagonal = row[0]
    row[0] = i + 1
    for j in b.indices {
      let cost = a[i] == b[j] ? diagonal : min(diagonal, row[j], row[j + 1]) + 1
      diagonal = row[j + 1]
      row[j + 1] = cost
    }
  }
  return row[b.count]
}
