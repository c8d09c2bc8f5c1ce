// What pandoc needs for the web page: the paper with its numbers marked up, and a page frame.
import Authoring

/// The paper as input for pandoc: Markdown whose numbers carry what made them, and the frame around it.
public struct HTMLPage: Sendable {
  /// Markdown with HTML around the numbers.
  public let markdown: String
  /// The title without markup.
  public let title: String

  /// The web page of a paper.
  /// - Parameters:
  ///   - paper: as woven.
  ///   - sourcePrefix: what leads from the page's folder back to the root, for links to notebooks.
  public init(_ paper: WovenPaper, sourcePrefix: String = "../") {
    let bytes = Array(paper.markdown.utf8)
    var text = ""
    var position = 0
    func piece(_ end: Int) -> String { String(decoding: bytes[position..<end], as: UTF8.self) }
    for number in paper.numbers {
      text += piece(number.offset)
      position = number.offset
      let value = number.value.isEmpty ? "" : " value=\"\(escaped(number.value))\""
      let known = number.value.isEmpty ? "" : " = \(number.value)"
      text += "<data\(value) title=\"\(escaped("\(number.name)\(known); \(number.origin)"))\">"
      text += piece(number.offset + number.length) + "</data>"
      position = number.offset + number.length
    }
    text += piece(bytes.count)
    // The frame shows the title itself.
    if text.hasPrefix("# ") { text = String(text.drop { $0 != "\n" }) }
    markdown = text.replacing("](Notebooks/", with: "](\(sourcePrefix)Notebooks/")
    title = paper.title.filter { $0 != "*" && $0 != "`" }
  }

  /// The frame: a template for pandoc.
  /// - Parameter footer: plain text under the paper.
  public static func template(footer: String) -> String {
    """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>$pagetitle$</title>
    <style>
    \(styleSheet)
    </style>
    </head>
    <body>
    <nav aria-label="Contents">
    $toc$
    </nav>
    <main>
    <h1>$title$</h1>
    $body$
    <footer>\(escaped(footer))</footer>
    </main>
    </body>
    </html>

    """
  }

  static let styleSheet = """
    :root {
      color-scheme: light dark;
      --ink: #1b1f24; --paper: #ffffff; --soft: #5b6570; --line: #d5dbe1; --tint: #f4f6f8; --link: #0a58a8;
      --keyword: #8a3ea8; --string: #1f6f3d; --number: #9a4a00;
    }
    @media (prefers-color-scheme: dark) {
      :root {
        --ink: #e4e8ec; --paper: #14181c; --soft: #9aa5b0; --line: #333b44; --tint: #1d2329; --link: #7ab7f5;
        --keyword: #d5a3ea; --string: #8fd3a6; --number: #eeb47c;
      }
    }
    * { box-sizing: border-box; }
    body {
      margin: 0; background: var(--paper); color: var(--ink);
      font: 17px/1.55 Georgia, "Times New Roman", serif;
    }
    main { max-width: 47rem; margin: 0 auto; padding: 1rem 1.25rem 4rem; }
    h1, h2, h3, h4, nav, table, summary, footer, sub { font-family: system-ui, "Segoe UI", Helvetica, Arial, sans-serif; }
    h1 { font-size: 1.9rem; line-height: 1.2; margin: 1.5rem 0; }
    h2 { font-size: 1.35rem; line-height: 1.25; margin: 2.6rem 0 .8rem; }
    h3 { font-size: 1.1rem; margin: 2rem 0 .6rem; }
    h4 { font-size: 1rem; }
    a { color: var(--link); text-decoration: none; }
    a:hover { text-decoration: underline; }
    nav { font-size: .84rem; line-height: 1.4; max-width: 47rem; margin: 1rem auto; padding: 0 1.25rem; }
    nav ul { list-style: none; margin: 0; padding-left: .9rem; }
    nav > ul { padding-left: 0; }
    nav li { margin: .3rem 0; }
    @media (min-width: 80rem) {
      nav { position: fixed; top: 0; left: 0; bottom: 0; width: 16rem; margin: 0; padding: 1.5rem 1rem; overflow-y: auto;
        border-right: 1px solid var(--line); }
      main { margin-left: max(19rem, calc(50vw - 23rem)); }
    }
    img { display: block; max-width: 100%; margin: 1.2rem auto .4rem; background: #fff; border-radius: 3px; }
    table { border-collapse: collapse; margin: .8rem 0 1.4rem; font-size: .84rem; max-width: 100%; }
    th, td { padding: .28rem .5rem; border-bottom: 1px solid var(--line); vertical-align: top; }
    thead th { border-bottom: 2px solid var(--soft); text-align: left; }
    td { font-variant-numeric: tabular-nums; }
    td[style*="right"] { white-space: nowrap; }
    data { text-decoration: underline dotted var(--line); text-underline-offset: .2em; cursor: help; }
    data:hover { background: var(--tint); }
    sub { vertical-align: baseline; font-size: .72rem; color: var(--soft); }
    details { margin: 1rem 0; }
    summary { cursor: pointer; font-size: .82rem; color: var(--soft); }
    pre { background: var(--tint); padding: .8rem 1rem; border-radius: 4px; overflow-x: auto; font-size: .8rem; line-height: 1.45; }
    code { font-family: ui-monospace, "SF Mono", Menlo, Consolas, monospace; font-size: .88em; }
    pre code { font-size: inherit; }
    pre a { color: inherit; }
    code .kw, code .cf, code .im { color: var(--keyword); }
    code .st, code .ss, code .vs { color: var(--string); }
    code .dv, code .fl, code .bn { color: var(--number); }
    code .co { color: var(--soft); font-style: italic; }
    blockquote, div.note, div.tip, div.important, div.warning, div.caution {
      margin: 1rem 0; padding: .1rem 1rem; border-left: 4px solid var(--line); background: var(--tint);
    }
    div.warning, div.caution { border-color: #c47f00; }
    div.important { border-color: var(--keyword); }
    div.tip { border-color: var(--string); }
    div.note { border-color: var(--link); }
    .title { font-family: system-ui, sans-serif; font-size: .84rem; font-weight: 600; }
    math[display="block"] { overflow-x: auto; overflow-y: hidden; padding: .3rem 0; }
    footer { margin-top: 3rem; padding-top: .8rem; border-top: 1px solid var(--line); font-size: .78rem; color: var(--soft); }
    @media print { nav { display: none; } main { max-width: none; margin: 0; } details > summary { display: none; } }
    """
}

/// A text for HTML, also inside double quotes.
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
