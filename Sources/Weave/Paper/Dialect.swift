// For whom the Markdown of the paper is written.

/// A dialect of Markdown: the words are the same in all, anchors and frames differ.
public enum Dialect: Sendable {
  /// For people and git hosts: what `paper.md` holds; needs no filter.
  case host
  /// For pandoc on the way to the web page: figures, tables and equations in divisions, code with line anchors.
  case page
  /// For pandoc on the way to Typst: frames are calls of the template's functions, code is left out.
  case print
}

/// The extensions of GitHub's Markdown that pandoc must read in the dialects `page` and `print`.
public let pandocFormat =
  "gfm+tex_math_dollars+attributes+bracketed_spans+fenced_divs+raw_attribute"

extension Dialect {
  /// A place to refer to within a line.
  func anchor(_ label: String) -> String {
    switch self {
    case .host: "<a id=\"\(label)\"></a>"
    case .page: "<span id=\"\(label)\"></span>"
    case .print: "`#metadata(none) <\(label)>`{=typst}"
    }
  }

  /// Opens the frame of an output or equation that bears a label, as a block of its own.
  /// - Parameters:
  ///   - kind: its class in the web page.
  ///   - call: the function of the Typst template that takes what is inside, with its arguments.
  func open(_ label: String, kind: String, call: String) -> String {
    switch self {
    case .host: anchor(label) + "\n\n"
    case .page: "::: {#\(label) .\(kind)}\n"
    case .print: "```{=typst}\n#\(call)[\n```\n\n"
    }
  }

  /// Closes what `open` opened.
  func close(_ label: String) -> String {
    switch self {
    case .host: ""
    case .page: "\n\n:::"
    case .print: "\n\n```{=typst}\n] <\(label)>\n```"
    }
  }
}

/// A text between double quotes of Typst.
func typstString(_ text: String) -> String {
  "\""
    + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: " ")
    + "\""
}
