// What a line of prose may be, as far as weaving needs to know Markdown.
import Authoring

/// A text without white space at its ends.
func trimmed(_ text: String) -> String {
  let isBlank: (Character) -> Bool = { $0 == " " || $0 == "\t" }
  guard let first = text.firstIndex(where: { !isBlank($0) }),
    let last = text.lastIndex(where: { !isBlank($0) })
  else { return "" }
  return String(text[first...last])
}

/// Whether a label is made of lower-case letters, digits and single hyphens.
func isLabel(_ text: String) -> Bool { Label.isWellFormed(text) }

/// Follows code fences from line to line.
struct FenceState {
  private var marker: Character?
  private var length = 0

  /// Takes a line in, and says whether it belongs to a fence, its marks included.
  mutating func isInside(_ line: String) -> Bool {
    let text = trimmed(line)
    let run = text.first.map { first in text.prefix { $0 == first }.count } ?? 0
    if let marker {
      if text.first == marker, run >= length, run == text.count { self.marker = nil }
      return true
    }
    if let first = text.first, first == "`" || first == "~", run >= 3 {
      marker = first
      length = run
      return true
    }
    return false
  }
}

/// A text split from an attribute `{#label}` at its end.
func splitLabel(_ text: String) -> (text: String, label: String?) {
  let text = trimmed(text)
  guard text.hasSuffix("}"), let open = text.ranges(of: "{#").last else { return (text, nil) }
  let label = text[open.upperBound..<text.index(before: text.endIndex)]
  if label.contains(where: { $0 == " " || $0 == "}" || $0 == "{" }) { return (text, nil) }
  return (trimmed(String(text[..<open.lowerBound])), String(label))
}

/// How the attribute of a heading ends whose section is about the data that comes along, and about no other.
private let embeddedMark = " .embedded}"

/// The heading a line is, if it is one.
func parseHeading(_ text: String, line: Int) -> Heading? {
  let marks = text.prefix { $0 == "#" }.count
  guard (1...6).contains(marks), text.dropFirst(marks).first == " " else { return nil }
  var rest = trimmed(String(text.dropFirst(marks)))
  let isEmbedded = rest.hasSuffix(embeddedMark)
  if isEmbedded { rest = rest.dropLast(embeddedMark.count) + "}" }
  let (title, label) = splitLabel(rest)
  return Heading(level: marks, title: title, label: label, line: line, isEmbedded: isEmbedded)
}
