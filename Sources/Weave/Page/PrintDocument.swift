// What pandoc and Typst need for the PDF: the paper in Markdown, and the frame around it in Typst.
import Authoring

/// The paper as input for pandoc on the way to Typst.
public struct PrintDocument: Sendable {
  /// Markdown with calls of the template's functions, in the extensions of `pandocFormat`.
  public let markdown: String
  /// The title without markup.
  public let title: String

  /// The printed form of a paper that was woven in the dialect `print`.
  public init(_ paper: WovenPaper) {
    markdown = withBoundReferences(withGrowingNorms(withoutTitle(paper.markdown)))
    title = paper.plainTitle
  }

  /// The frame: a template for pandoc. No date goes in, and no font of the system, so that equal papers are equal bytes.
  /// - Parameter footer: what the paper rests on, in lines of plain text.
  public static func template(footer: [String]) -> String {
    """
    #let soft = rgb("#57606b")
    #let sans = "Inter"
    #set document(title: "$title$", date: none)
    #set page(paper: "a4", margin: (x: 24mm, top: 22mm, bottom: 24mm), numbering: "1 / 1")
    #set text(font: "Libertinus Serif", size: 10.5pt, lang: "en")
    #set par(justify: true, leading: 0.62em)
    #show heading: set text(font: sans, weight: 600)
    #show heading: set block(above: 1.5em, below: 0.8em, sticky: true)
    #show heading.where(level: 2): set text(size: 13pt)
    #show heading.where(level: 3): set text(size: 11pt)
    #show heading.where(level: 4): set text(size: 10pt)
    #show link: set text(fill: rgb("#0a3f78"))
    #show raw: set text(font: "DejaVu Sans Mono", size: 0.88em)
    #show quote: it => block(inset: (left: 10pt, y: 4pt), stroke: (left: 2pt + soft), it.body)
    #let horizontalrule = line(length: 100%, stroke: 0.5pt + soft)
    #let source(place) = box(text(font: sans, size: 6.5pt, fill: soft, place))
    #let caption(body) = block(width: 100%, above: 0.7em, {
      set text(size: 9pt)
      set par(leading: 0.55em)
      body
    })
    #let picture(file, description, body) = block(breakable: false, above: 1.5em, below: 1.6em, layout(size => {
      let natural = measure(image(file)).width
      align(center, image(file, alt: description, width: calc.min(natural, size.width)))
      caption(body)
    }))
    #let numbered(number, body) = block(width: 100%, grid(
      columns: (1fr, auto), align: (center + horizon, right + horizon), body, number))
    // A table of numbers gets smaller until it fits, in the end with its words on several lines; one of sentences is
    // broken into lines instead.
    #let sizes = (8.5pt, 8pt, 7.5pt, 7pt, 6.5pt, 6pt)
    #let fitted(it) = layout(room => {
      let width(size) = measure({ set text(size: size); it }).width
      let least = width(sizes.last())
      let chosen = if least > 1.25 * room.width { 8pt } else if least > room.width { sizes.last() } else {
        sizes.find(size => width(size) <= room.width)
      }
      set text(size: chosen)
      it
    })
    // What stands above a table stays with its first rows.
    #let heading-of-sheet(body) = block(width: 100%, sticky: true, body)
    #let sheet(body) = layout(room => {
      let content = { set text(size: 9pt); body }
      let height = measure(block(width: room.width, content)).height
      // Short tables stay on one page.
      block(above: 1.5em, below: 1.6em, breakable: height > 300pt, content)
    })
    #set table(stroke: none, inset: (x: 0.5em, y: 3pt))
    #show figure.where(kind: table): set block(breakable: true)
    #show figure.where(kind: table): it => {
      set par(justify: false)
      set text(font: sans, number-width: "tabular")
      show par: set block(spacing: 0.6em)
      block(above: 0.8em, width: 100%, fitted(it.body))
    }

    #align(left, text(font: sans, weight: 600, size: 19pt, par(justify: false)[$title$]))
    #v(0.6em)

    $body$

    #v(1.5em)
    #line(length: 100%, stroke: 0.5pt + soft)
    #text(font: sans, size: 7pt, fill: soft)[
    \(footer.map(typstText).joined(separator: " \\\n"))
    ]

    """
  }
}

/// A text in Typst's markup; a dollar sign would speak to pandoc's templates.
private func typstText(_ text: String) -> String {
  var result = ""
  for character in text {
    if character == "$" {
      result += "\\$$"
    } else {
      if "\\#*_`<>@[]~=/-+".contains(character) { result += "\\" }
      result.append(character)
    }
  }
  return result
}

/// Pandoc writes bars with `\left` and `\right` as plain signs for Typst, which then do not grow with what is between.
private func withGrowingNorms(_ markdown: String) -> String {
  markdown.replacing(#/\\left(?:\\lVert|\\\|)(?<letter>[A-Za-z])?/#) {
    "\\lVert" + ($0.letter.map { " \($0)" } ?? "")
  }
  .replacing(#/\\right(?:\\rVert|\\\|)(?<letter>[A-Za-z])?/#) {
    "\\rVert" + ($0.letter.map { " \($0)" } ?? "")
  }
}
