// A notebook as text: chunks, headings, tokens.
import Artifacts
import FoundationEssentials

/// A notebook's source, parsed.
public struct NotebookSource: Sendable {
  /// The name: the file without ending, for example `05-mixed-precision`.
  public let name: String
  /// The chunks in order.
  public let chunks: [Chunk]
  /// The headings in order.
  public let headings: [Heading]
  /// The tokens of the code.
  public let tokens: [SourceToken]
  /// The number of lines.
  public let lineCount: Int
  /// The headings of sections that are left out.
  public var omitted: [Heading] = []

  /// The file, relative to the project's root.
  public var path: String { "Notebooks/\(name).swift" }

  /// The title: the first heading of the highest level.
  public var title: String { headings.first?.title ?? name }

  /// The headings with a label: the sections that can be asked for.
  public var sections: [Heading] { headings.filter { $0.label != nil } }

  /// The lines of a section: from its heading to the next of the same or a higher level.
  public func lines(ofSection label: String) -> ClosedRange<Int>? {
    guard let index = headings.firstIndex(where: { $0.label == label }) else { return nil }
    let heading = headings[index]
    let next = headings[(index + 1)...].first { $0.level <= heading.level }
    return heading.line...max(heading.line, (next?.line ?? lineCount + 1) - 1)
  }
}
