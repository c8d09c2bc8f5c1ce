// The line grammar: one line at a time decides what a line is.
import Artifacts

/// Parses a notebook.
/// - Parameters:
///   - text: the Swift file.
///   - name: the file's name without ending.
/// - Throws: all grammar errors together.
public func parseNotebook(_ text: String, name: String) throws(WeaveProblems) -> NotebookSource {
  var parser = NotebookParser(text: text.replacing("\r\n", with: "\n"), name: name)
  parser.run()
  if !parser.problems.isEmpty { throw WeaveProblems(parser.problems) }
  return NotebookSource(
    name: name, chunks: parser.chunks, headings: parser.headings, tokens: parser.lexed.tokens,
    lineCount: parser.lines.count)
}

struct NotebookParser {
  private enum LineKind: Equatable {
    case prose(String)
    case split
    case option(String)
    case code
  }

  let name: String
  let lines: [String]
  let lexed: LexedSource
  var chunks: [Chunk] = []
  var headings: [Heading] = []
  var problems: [WeaveProblem] = []

  private var isProse = false
  private var pending: [NumberedLine] = []
  private var first = 0
  private var last = 0
  private var isHiding = false
  private var options = CodeOptions()
  private var optionLine: Int?

  init(text: String, name: String) {
    self.name = name
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    if lines.last == "" { lines.removeLast() }
    self.lines = lines
    lexed = lex(text, as: .swift)
  }

  mutating func run() {
    let inside = linesInsideTokens()
    for (index, line) in lines.enumerated() {
      let number = index + 1
      switch inside.contains(number) ? .code : kind(of: line) {
      case .prose(let text): add(text, number: number, asProse: true)
      case .code: addCode(line, number: number, isInsideToken: inside.contains(number))
      case .split: flush()
      case .option(let text):
        flush()
        readOption(text, line: number)
      }
    }
    flush()
    if let optionLine {
      fail(optionLine, "this display option has no code after it")
    }
    for comment in lexed.blockComments
    where lines.indices.contains(comment.lowerBound - 1) && lines[comment.lowerBound - 1].contains("/*:") {
      fail(comment.lowerBound, "prose stands in lines that begin with //: and not in a block /*: … */")
    }
    findHeadings()
  }

  /// Lines that begin within a multi-line string or a block comment, so that nothing in them is markup.
  private func linesInsideTokens() -> Set<Int> {
    var inside: Set<Int> = []
    for token in lexed.tokens where token.kind == .string && token.lastLine > token.line {
      inside.formUnion(token.line + 1...token.lastLine)
    }
    for comment in lexed.blockComments where comment.count > 1 {
      inside.formUnion(comment.lowerBound + 1...comment.upperBound)
    }
    return inside
  }

  private func kind(of line: String) -> LineKind {
    let text = trimmed(line)
    if text.hasPrefix("//:") {
      let rest = text.dropFirst(3)
      return .prose(String(rest.hasPrefix(" ") ? rest.dropFirst() : rest))
    }
    if text == "//-" { return .split }
    if text.hasPrefix("//|") { return .option(trimmed(String(text.dropFirst(3)))) }
    return .code
  }

  private mutating func addCode(_ line: String, number: Int, isInsideToken: Bool) {
    if isProse { flush() }
    let text = trimmed(line)
    if !isInsideToken && (text == "// snippet.hide" || text == "// snippet.show") {
      isHiding = text.hasSuffix("hide")
      extend(to: number)
    } else if isHiding || (!isInsideToken && text.hasSuffix("// hide")) {
      extend(to: number)
    } else if text.isEmpty && pending.isEmpty && first == 0 {
      // A blank line before code belongs to nothing.
    } else {
      add(line, number: number, asProse: false)
    }
  }

  private mutating func add(_ text: String, number: Int, asProse: Bool) {
    if isProse != asProse { flush() }
    isProse = asProse
    extend(to: number)
    pending.append(NumberedLine(number: number, text: text))
  }

  private mutating func extend(to number: Int) {
    if first == 0 { first = number }
    last = number
  }

  private mutating func flush() {
    defer {
      pending = []
      first = 0
      isProse = false
    }
    guard first > 0 else { return }
    let lines = withoutBlankEnds(pending)
    if isProse {
      if !lines.isEmpty { chunks.append(Chunk(kind: .prose, lines: lines, span: first...last)) }
    } else if !lines.isEmpty || hasCode(first...last) {
      chunks.append(Chunk(kind: .code(options), lines: lines, span: first...last))
      options = CodeOptions()
      optionLine = nil
    }
  }

  private func hasCode(_ span: ClosedRange<Int>) -> Bool {
    lexed.tokens.contains { span.contains($0.line) }
  }

  private func withoutBlankEnds(_ lines: [NumberedLine]) -> [NumberedLine] {
    let isBlank: (NumberedLine) -> Bool = { trimmed($0.text).isEmpty }
    let tail = lines.drop(while: isBlank)
    return Array(tail.reversed().drop(while: isBlank).reversed())
  }

  private mutating func readOption(_ text: String, line: Int) {
    optionLine = line
    guard let colon = text.firstIndex(of: ":") else {
      return fail(line, "expected //| key: value")
    }
    let key = trimmed(String(text[..<colon]))
    let value = trimmed(String(text[text.index(after: colon)...]))
    switch (key, value) {
    case ("echo", "true"), ("echo", "false"):
      options.isShown = value == "true"
    case ("code-fold", _):
      guard let fold = CodeOptions.Fold(rawValue: value) else {
        return fail(line, "code-fold is true, false or show, not \"\(value)\"")
      }
      options.fold = fold
    case ("code-summary", _):
      guard value.count >= 3, value.hasPrefix("\""), value.hasSuffix("\"") else {
        return fail(line, "code-summary is a text in double quotes, not \(value)")
      }
      options.summary = String(value.dropFirst().dropLast())
    case ("echo", _):
      fail(line, "echo is true or false, not \"\(value)\"")
    default:
      fail(line, "unknown display option \"\(key)\"; there are echo, code-fold and code-summary")
    }
  }

  private mutating func findHeadings() {
    for chunk in chunks where chunk.kind == .prose {
      var fence = FenceState()
      for line in chunk.lines where !fence.isInside(line.text) {
        guard let heading = parseHeading(line.text, line: line.number) else { continue }
        if let label = heading.label, !label.hasPrefix("sec-") || !isLabel(label) {
          fail(
            line.number,
            "the label of a section begins with sec- and has lower-case letters, digits, hyphens, "
              + "which {#\(label)} has not")
        }
        headings.append(heading)
      }
    }
    let firstProse = chunks.first { $0.kind == .prose }?.lines.first
    guard let firstProse, headings.first?.level == 1, headings.first?.line == firstProse.number else {
      return fail(
        firstProse?.number ?? 1, "the first prose line is a heading that states the finding: //: # …")
    }
  }

  private mutating func fail(_ line: Int, _ message: String) {
    problems.append(WeaveProblem(.error, file: "Notebooks/\(name).swift", line: line, message))
  }
}
