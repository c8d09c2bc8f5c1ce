// Prose lines in blocks.

/// Splits prose into blocks.
struct ProseBlocks {
  let file: String
  var blocks: [Block] = []
  var problems: [WeaveProblem] = []
  private var paragraph: [NumberedLine] = []
  /// Outputs placed by a line of their own that holds only their name.
  var placed: [(label: String, line: Int)] = []

  init(file: String) { self.file = file }

  mutating func add(_ lines: [NumberedLine]) {
    var fence = FenceState()
    var index = 0
    while index < lines.count {
      let line = lines[index]
      if fence.isInside(line.text) {
        index = takeFence(lines, from: index, &fence)
      } else if trimmed(line.text).isEmpty {
        flush()
        index += 1
      } else if let heading = parseHeading(line.text, line: line.number) {
        flush()
        append(.heading(level: heading.level, title: heading.title, label: heading.label), line.number)
        index += 1
      } else if trimmed(line.text).hasPrefix("$$") {
        index = takeEquation(lines, from: index)
      } else if let name = onlyName(line.text), paragraph.isEmpty {
        if name == "claims" { append(.claims, line.number) } else { place(name, line.number) }
        index += 1
      } else {
        paragraph.append(line)
        index += 1
      }
    }
    flush()
  }

  private mutating func append(_ content: Block.Content, _ line: Int) {
    blocks.append(Block(content: content, file: file, line: line))
  }

  /// A placeholder that the assembly replaces by the output.
  private mutating func place(_ label: String, _ line: Int) {
    placed.append((label, line))
    append(.markdown("{{\(label)}}"), line)
  }

  private mutating func flush() {
    guard let first = paragraph.first else { return }
    let text = paragraph.map(\.text).joined(separator: "\n")
    if let (kind, rest) = callout(text) {
      append(.callout(kind: kind, text: rest), first.number)
    } else {
      append(.markdown(text), first.number)
    }
    paragraph = []
  }

  private mutating func takeFence(_ lines: [NumberedLine], from start: Int, _ fence: inout FenceState) -> Int
  {
    flush()
    var end = start + 1
    while end < lines.count, fence.isInside(lines[end].text) { end += 1 }
    append(.verbatim(lines[start..<end].map(\.text).joined(separator: "\n")), lines[start].number)
    return end
  }

  private mutating func takeEquation(_ lines: [NumberedLine], from start: Int) -> Int {
    flush()
    var text = trimmed(lines[start].text).dropFirst(2)
    var index = start
    var collected: [String] = []
    while true {
      if let close = text.ranges(of: "$$").last {
        let (rest, label) = splitLabel(String(text[close.upperBound...]))
        collected.append(String(text[..<close.lowerBound]))
        if !rest.isEmpty {
          problems.append(
            WeaveProblem(
              .error, file: file, line: lines[index].number, "expected {#eq-…} or nothing after $$"))
        } else if let label, !label.hasPrefix("eq-") || !isLabel(label) {
          problems.append(
            WeaveProblem(
              .error, file: file, line: lines[index].number,
              "the label {#\(label)} of an equation begins with eq-"))
        }
        let equation = collected.map(trimmed).filter { !$0.isEmpty }.joined(separator: "\n")
        append(.equation(equation, label: label), lines[start].number)
        return index + 1
      }
      collected.append(String(text))
      index += 1
      guard index < lines.count, !trimmed(lines[index].text).isEmpty else {
        problems.append(
          WeaveProblem(.error, file: file, line: lines[start].number, "the equation is not closed by $$"))
        return index
      }
      text = lines[index].text[...]
    }
  }

  private func onlyName(_ text: String) -> String? {
    let text = trimmed(text)
    guard text.hasPrefix("{{"), text.hasSuffix("}}"), text.count > 4 else { return nil }
    let name = String(text.dropFirst(2).dropLast(2))
    return name == "claims" || name.hasPrefix("fig-") || name.hasPrefix("tbl-") ? name : nil
  }

  private func callout(_ text: String) -> (kind: String, text: String)? {
    for (word, kind) in [
      ("Note", "NOTE"), ("Warning", "WARNING"), ("Important", "IMPORTANT"), ("Example", "TIP"),
    ] {
      for bullet in ["- ", "* "] where text.hasPrefix("\(bullet)\(word):") {
        let rest = text.dropFirst(bullet.count + word.count + 1)
        let lines = rest.split(separator: "\n", omittingEmptySubsequences: false).map { trimmed(String($0)) }
        let body = lines.joined(separator: "\n")
        return (kind, word == "Example" ? "**Example.** " + body : body)
      }
    }
    return nil
  }
}
