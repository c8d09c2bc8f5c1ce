// What pandoc needs for the web page: the paper with its numbers marked up, and a page frame.
import Authoring

/// The paper as input for pandoc: Markdown whose numbers carry what made them, and the frame around it.
public struct HTMLPage: Sendable {
  /// Markdown with HTML around the numbers, in the extensions of `pandocFormat`.
  public let markdown: String
  /// The title without markup.
  public let title: String

  /// The web page of a paper that was woven in the dialect `page`.
  public init(_ paper: WovenPaper) {
    let bytes = Array(paper.markdown.utf8)
    var text = ""
    var position = 0
    func piece(_ end: Int) -> String { String(decoding: bytes[position..<end], as: UTF8.self) }
    for number in paper.numbers {
      text += piece(number.offset)
      position = number.offset
      let printed = piece(number.offset + number.length)
      text += Self.element(number, printed, isLink: !Self.isHeading(bytes, number.offset))
      position = number.offset + number.length
    }
    text += piece(bytes.count)
    // The frame shows the title itself.
    markdown = withBoundReferences(withoutTitle(text))
    title = paper.plainTitle
  }

  /// A number with its hover card: what the script of the page shows, and what a browser shows without it.
  private static func element(_ number: PrintedNumber, _ printed: String, isLink: Bool) -> String {
    let origin = number.origin
    let exact = number.value.isEmpty ? "" : " = \(number.value)"
    var attributes = ""
    for (name, text) in [
      ("title", "\(number.name)\(exact); \(origin.description)"), ("data-name", number.name),
      ("data-exact", number.value), ("data-from", origin.resultText), ("data-promise", origin.promise),
      ("data-line", "\(origin.path):\(origin.line)"), ("data-command", origin.command),
    ] where !text.isEmpty {
      attributes += " \(name)=\"\(escaped(text))\""
    }
    let value = number.value.isEmpty ? "" : " value=\"\(escaped(number.value))\""
    let data = "<data\(value)>\(printed)</data>"
    // The table of contents repeats headings, and a link cannot hold a link.
    guard isLink else { return data }
    let target = origin.anchor.map { "#" + $0 } ?? "../\(origin.path)#L\(origin.line)"
    return "<a class=\"number\" href=\"\(escaped(target))\"\(attributes)>\(data)</a>"
  }

  private static func isHeading(_ bytes: [UInt8], _ offset: Int) -> Bool {
    let start = bytes[..<offset].lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
    return bytes[start] == UInt8(ascii: "#")
  }

  /// The frame: a template for pandoc.
  /// - Parameter footer: what the paper rests on, in lines of plain text.
  public static func template(footer: [String]) -> String {
    """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>$pagetitle$</title>
    <style>
    \(styleSheet)
    </style>
    </head>
    <body>
    <a class="skip" href="#paper">Skip to the paper</a>
    <nav aria-label="Contents">
    <details id="contents"><summary>Contents</summary>
    $toc$
    </details>
    </nav>
    <main id="paper">
    <h1>$title$</h1>
    $body$
    <footer>
    \(footer.map { "<p>\(escaped($0))</p>" }.joined(separator: "\n"))
    </footer>
    </main>
    <div id="card" role="tooltip" hidden></div>
    <script>
    \(script)
    </script>
    </body>
    </html>

    """
  }
}

extension WovenPaper {
  /// The title without markup.
  var plainTitle: String { title.filter { $0 != "*" && $0 != "`" } }
}

/// A paper without the heading it begins with.
func withoutTitle(_ text: String) -> String {
  text.hasPrefix("# ") ? String(text.drop { $0 != "\n" }) : text
}

/// A paper in which no line breaks between the word and the number of a reference.
func withBoundReferences(_ text: String) -> String {
  text.replacing(#/\[(?<word>[A-Z][a-z]+) (?<number>[0-9.]+)\]\(#/#) { "[\($0.word)\u{A0}\($0.number)](#" }
}

/// A text for HTML, also inside double quotes; a dollar sign would speak to pandoc's templates.
func escaped(_ text: String) -> String {
  var result = ""
  for character in text {
    switch character {
    case "&": result += "&amp;"
    case "<": result += "&lt;"
    case ">": result += "&gt;"
    case "\"": result += "&quot;"
    case "$": result += "&#36;"
    default: result.append(character)
    }
  }
  return result
}
