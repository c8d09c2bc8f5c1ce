// What made a printed number.
import Artifacts
import Authoring

/// What made a printed number: the call, the steps behind it, and how to make it again.
public struct NumberOrigin: Codable, Sendable, Equatable {
  /// The notebook, relative to the root.
  public let path: String
  /// The line of the call.
  public let line: Int
  /// The place of that line in the web page; nil where its code is not shown.
  public let anchor: String?
  /// The command that brings the number up to date.
  public let command: String
  /// The results of steps it was computed from, by the names that records use, and their titles.
  public let results: [StepResult]
  /// What the number promises about being computed again.
  public let promise: String
  /// The promise in one word.
  public let kind: String

  /// A result of a step.
  public struct StepResult: Codable, Sendable, Equatable {
    /// The name that records use: the step and the beginning of its key.
    public let name: String
    /// What people call it.
    public let title: String
  }

  init(_ record: Record, in notebook: NotebookState) {
    path = notebook.source.path
    line = notebook.presentLine(of: record)
    anchor = notebook.source.anchor(ofLine: line)
    command = "./quire run \(record.name)"
    results = record.artifacts.compactMap { name in
      notebook.file?.steps[name].map { StepResult(name: name, title: $0.title) }
    }
    promise = Self.promise(record.determinism)
    kind = Self.kind(record.determinism)
  }

  /// The first steps in words, and how many more there are.
  public var resultText: String {
    guard let first = results.first else { return "" }
    return "\(first.title) (\(first.name))" + (results.count > 1 ? " and \(results.count - 1) more" : "")
  }

  /// All of it in one line.
  public var description: String {
    (["\(path):\(line)"] + (results.isEmpty ? [] : ["from " + resultText]) + [promise])
      .joined(separator: "; ")
  }

  private static func kind(_ determinism: Determinism) -> String {
    switch determinism {
    case .within: "within a tolerance"
    case .exact: "exact"
    case .exactOn: "exact on one kind of processor"
    case .statistical: "statistical"
    case .volatile: "volatile"
    }
  }

  private static func promise(_ determinism: Determinism) -> String {
    switch determinism {
    case .within(let absolute, let relative):
      "a rerun differs by at most \(absolute)" + (relative > 0 ? " or \(relative) of it" : "")
    case .exact: "exact"
    case .exactOn: "exact on one kind of processor"
    case .statistical(let seeds): "statistical over \(seeds) seeds"
    case .volatile: "volatile"
    }
  }
}

extension NotebookSource {
  /// The name of a shown code chunk in the web page; its lines are `name-1`, `name-2`, ….
  func anchor(of chunk: Chunk) -> String { "code-\(name)-\(chunk.span.lowerBound)" }

  /// The place of a line of shown code in the web page.
  func anchor(ofLine line: Int) -> String? {
    for chunk in chunks where chunk.span.contains(line) {
      guard case .code(let options) = chunk.kind, options.isShown,
        let index = chunk.lines.firstIndex(where: { $0.number == line })
      else { return nil }
      return "\(anchor(of: chunk))-\(index + 1)"
    }
    return nil
  }
}
