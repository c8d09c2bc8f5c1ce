// A project on disk: its notebooks, their records, its bibliography.
import Artifacts
import Authoring
import FoundationEssentials

/// A project, read.
public struct Project: Sendable {
  /// Its root.
  public let root: URL
  /// The notebooks in reading order.
  public let notebooks: [NotebookState]
  /// The front matter in Markdown: title, authors, abstract; empty if there is none.
  public let front: String
  /// The works that may be cited.
  public let bibliography: Bibliography
  /// What it is about, if not about the data that comes along.
  public let profile: Profile?

  /// Where the front matter stands, relative to the root.
  public static let frontPath = "Notebooks/front.md"
  /// Where the works stand, relative to the root.
  public static let bibliographyPath = "references.bib"

  /// Reads a project.
  /// - Parameters:
  ///   - root: its root.
  ///   - parameters: values for parameters of the notebooks.
  public init(root: URL, parameters: [String: JSONValue] = [:]) throws {
    let folder = root.appending(path: "Notebooks")
    let records = Self.records(in: root)
    let index = SourceIndex(root: root)
    var problems: [WeaveProblem] = []
    var notebooks: [NotebookState] = []
    var omitted: [String] = []
    let profile = try Profile.read(root: root)
    for name in Files.names(in: folder) where name.hasSuffix(".swift") {
      let stem = String(name.dropLast(6))
      do {
        let text = try Self.text(folder.appending(path: name), path: "Notebooks/\(name)")
        var source = try parseNotebook(text, name: stem)
        if profile != nil {
          guard let rest = source.withoutEmbeddedSections else {
            omitted.append(source.title)
            continue
          }
          omitted += rest.omitted.filter(\.isEmbedded).map(\.title)
          source = rest
        }
        notebooks.append(
          NotebookState(
            source: source, file: try Self.recordFile(stem, in: records), index: index, parameters: parameters
          ))
      } catch let error as WeaveProblems {
        problems += error.problems
      } catch let error as WeaveProblem {
        problems.append(error)
      }
    }
    self.root = root
    self.notebooks = notebooks
    let frontURL = root.appending(path: Self.frontPath)
    let own = Files.exists(frontURL) ? try Self.text(frontURL, path: Self.frontPath) : ""
    front = profile.map { $0.frontMatter(omitted: omitted) } ?? own
    self.profile = profile
    let works = root.appending(path: Self.bibliographyPath)
    do {
      bibliography =
        Files.exists(works)
        ? try Bibliography(Self.text(works, path: Self.bibliographyPath), path: Self.bibliographyPath)
        : Bibliography()
    } catch let error as WeaveProblem {
      problems.append(error)
      bibliography = Bibliography()
    }
    problems += Self.repeatedLabels(notebooks)
    if !problems.isEmpty { throw WeaveProblems(problems) }
  }

  /// The folder of a project's records.
  public static func records(in root: URL) -> URL {
    root.appending(path: "Results/records")
  }

  /// The records of a notebook; nothing if it never ran.
  public static func recordFile(_ notebook: String, in folder: URL) throws -> RecordFile? {
    let url = folder.appending(path: "\(notebook).jsonl")
    guard Files.exists(url) else { return nil }
    return try RecordFile(try Files.read(url), path: "Results/records/\(notebook).jsonl")
  }

  /// A notebook by its name.
  public func notebook(_ name: String) -> NotebookState? {
    notebooks.first { $0.source.name == name }
  }

  /// All records with the notebooks they belong to, in reading order.
  public var records: [(notebook: NotebookState, record: Record)] {
    notebooks.flatMap { notebook in (notebook.file?.records ?? []).map { (notebook, $0) } }
  }

  /// The steps that records rest on, sorted by notebook and name.
  public var steps: [StepNode] {
    notebooks.compactMap(\.file).flatMap { file in
      file.steps(behind: file.records.flatMap(\.artifacts)).compactMap { file.steps[$0] }
    }
  }

  /// Writes down what the files declare that records rest on, so that a later change can be told by its functions.
  public func keepCode() throws {
    var identities: [String: Set<String>] = [:]
    for file in notebooks.compactMap(\.file) {
      for (path, identity) in file.provenance.library { identities[path, default: []].insert(identity) }
    }
    // The code of committed results stands in their traces: it may be older than the records.
    let committed = StoreLayer.committed(root: root)
    let traces = committed.steps.flatMap { committed.traces(step: $0) }
    for (path, identity) in (steps.map(\.parts) + traces.map(\.parts)).flatMap(\.code) {
      identities[path, default: []].insert(String(identity.prefix(16)))
    }
    try CodeHistory(root: root).keep(identities)
  }

  private static func text(_ url: URL, path: String) throws -> String {
    guard let text = String(validating: try Files.read(url), as: UTF8.self) else {
      throw WeaveProblem(.error, file: path, line: 0, "this is not UTF-8")
    }
    return text.replacing("\r\n", with: "\n")
  }

  /// Labels are unique in the whole paper.
  private static func repeatedLabels(_ notebooks: [NotebookState]) -> [WeaveProblem] {
    var seen: [String: String] = [:]
    var problems: [WeaveProblem] = []
    for notebook in notebooks {
      let headings = notebook.source.sections.map { ($0.label ?? "", $0.line) }
      let outputs = notebook.outputs.map { ($0.label, $0.line) }
      for (label, line) in headings + outputs {
        let place = "\(notebook.source.path):\(line)"
        if let other = seen[label] {
          problems.append(
            WeaveProblem(
              .error, file: notebook.source.path, line: line,
              "the label \"\(label)\" is used already at \(other)"))
        }
        seen[label] = place
      }
    }
    return problems
  }
}
