// The paper as a list of blocks, before numbers and references are known.
import Authoring

/// A piece of the paper that stands on its own.
struct Block {
  enum Content {
    /// A heading; level 1 is the title of the front matter or of a notebook.
    case heading(level: Int, title: String, label: String?)
    /// Markdown in which references, citations and values are resolved.
    case markdown(String)
    /// Text that is left alone: fences.
    case verbatim(String)
    /// A displayed equation without its dollar signs.
    case equation(String, label: String?)
    /// A note set apart; its kind is one of GitHub's alerts.
    case callout(kind: String, text: String)
    /// Code of a notebook.
    case code(String, CodeOptions)
    /// A figure, a table or a note.
    case output(Record)
    /// The table of all claims.
    case claims
  }

  let content: Content
  /// The file it comes from, relative to the root.
  let file: String
  /// Its first line there.
  let line: Int

  /// The file's name without folder and ending.
  var stem: String {
    String((file.split(separator: "/").last ?? "").prefix { $0 != "." })
  }
}

/// The front matter or a notebook in blocks.
struct PaperPart {
  /// Whether headings get numbers and stand one level lower.
  let isNotebook: Bool
  let blocks: [Block]
}
