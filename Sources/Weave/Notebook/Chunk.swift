// The pieces of a notebook: prose and code in turn.

/// How a code chunk is shown.
public struct CodeOptions: Sendable, Equatable {
  /// How code is folded.
  public enum Fold: String, Sendable {
    /// Behind a line to click on.
    case folded = "true"
    /// Shown as it is.
    case plain = "false"
    /// Behind a line to click on, but open at first.
    case open = "show"
  }

  /// Whether the code is shown at all.
  public var isShown = true
  /// How it is folded.
  public var fold = Fold.folded
  /// The line to click on.
  public var summary = "Show the code"

  /// The usual options: shown, folded.
  public init() {}
}

/// A line with its number in the file, from 1.
public struct NumberedLine: Sendable, Equatable {
  /// The number.
  public let number: Int
  /// The text; of prose without the marker.
  public let text: String
}

/// A run of lines of one kind.
public struct Chunk: Sendable, Equatable {
  /// What the lines are.
  public enum Kind: Sendable, Equatable {
    /// Markdown.
    case prose
    /// Swift, and how it is shown.
    case code(CodeOptions)
  }

  /// What the lines are.
  public let kind: Kind
  /// The lines; of code those that are shown, which may be none.
  public let lines: [NumberedLine]
  /// The lines of the file it stands for, hidden ones included.
  public let span: ClosedRange<Int>

  /// The text of the lines.
  public var text: String { lines.map(\.text).joined(separator: "\n") }
}

/// A heading of a notebook.
public struct Heading: Sendable, Equatable {
  /// 1 for the notebook's title.
  public let level: Int
  /// The words, without label.
  public let title: String
  /// Its label, which begins with `sec-`.
  public let label: String?
  /// Its line in the file.
  public let line: Int
  /// Whether its section is about the data that comes along: `{#label .embedded}`.
  public var isEmbedded = false
}
