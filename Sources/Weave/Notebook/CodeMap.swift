// Identities of a notebook's code: of each statement with all it uses, of each section, and where calls stand.
import Artifacts
import Authoring

/// What the code of a notebook is made of, for telling which outputs are out of date.
public struct CodeMap: Sendable {
  /// A part of the notebook from one labeled heading to the next.
  public struct Section: Sendable, Equatable {
    /// The heading's label; empty before the first.
    public let label: String
    /// Its lines, up to the next labeled heading.
    public let lines: ClosedRange<Int>
    /// The identity of its code with the code that it uses, 16 digits.
    public let code: String
    /// The names that this code mentions.
    let mentions: Set<String>
    /// Whether there is any code in it.
    public let hasCode: Bool
  }

  /// A call that records an output under a label written out in the code.
  public struct WrittenOutput: Sendable, Equatable {
    /// The label.
    public let label: String
    /// `value`, `table`, `figure`, `claim` or `note`.
    public let kind: String
    /// The line of the call.
    public let line: Int
  }

  struct Piece {
    let firstToken: Int
    let lines: ClosedRange<Int>
    /// The identity of the statement with all it uses, 16 digits.
    let code: String
    /// The names that this code mentions.
    let mentions: Set<String>
  }

  /// The sections in order; together they are the whole notebook.
  public let sections: [Section]
  /// The outputs whose labels are written out.
  public let writtenOutputs: [WrittenOutput]
  /// The names of its parameters: first arguments of `parameter(…)` that are written out.
  public let parameters: Set<String>
  /// The names of the modules it imports, sorted.
  public let imports: [String]
  /// The identity of all code, 64 digits.
  public let code: String
  let pieces: [Piece]
  let tokens: [SourceToken]
  private let lineCount: Int

  /// The map of a notebook.
  public init(_ notebook: NotebookSource) {
    let tokens = notebook.tokens
    let all = statements(of: tokens)
    let uses = all.indices.map { used(by: $0, among: all) }
    func identity(_ indices: Set<Int>) -> String {
      let code = codeIdentity(of: indices.sorted().flatMap { tokens[all[$0].tokens] })
      return String(code.prefix(16))
    }
    func mentions(_ indices: Set<Int>) -> Set<String> {
      indices.reduce(into: []) { $0.formUnion(all[$1].mentions) }
    }
    pieces = all.indices.map { index in
      let range = all[index].tokens
      let last = tokens[range].map(\.lastLine).max() ?? 0
      return Piece(
        firstToken: range.lowerBound, lines: tokens[range.lowerBound].line...last,
        code: identity(uses[index]), mentions: mentions(uses[index]))
    }
    var starts: [(label: String, line: Int)] = [("", 1)]
    for heading in notebook.sections + notebook.omitted { starts.append((heading.label ?? "", heading.line)) }
    starts.sort { $0.line < $1.line }
    let omitted = Set(notebook.omitted.map(\.line))
    sections = starts.indices.compactMap { index in
      if omitted.contains(starts[index].line) { return nil }
      let end =
        index + 1 < starts.count ? starts[index + 1].line - 1 : max(notebook.lineCount, starts[index].line)
      guard starts[index].line <= end else { return nil }
      let lines = starts[index].line...end
      let own = all.indices.filter { lines.contains(tokens[all[$0].tokens.lowerBound].line) }
      let used = own.reduce(into: Set<Int>()) { $0.formUnion(uses[$1]) }
      return Section(
        label: starts[index].label, lines: lines, code: identity(used), mentions: mentions(used),
        hasCode: !own.isEmpty)
    }
    code = codeIdentity(of: tokens)
    self.tokens = tokens
    lineCount = notebook.lineCount
    imports = Set(
      tokens.indices.dropFirst().filter { tokens[$0 - 1].text == "import" }.map { tokens[$0].text }
    )
    .sorted()
    let left = sections.map(\.lines)
    writtenOutputs = findWrittenOutputs(tokens).filter { output in
      left.contains { $0.contains(output.line) }
    }
    parameters = Set(
      tokens.indices.dropLast(2).filter { index in
        tokens[index].text == "parameter" && tokens[index + 1].text == "("
          && tokens[index + 2].kind == .string
      }.map { String(tokens[$0 + 2].text.dropFirst().dropLast()) })
  }

  /// Where a record stands now.
  func presentLine(of record: Record) -> Int {
    if let place = record.place, let line = line(code: place.code, token: place.token) { return line }
    if let output = writtenOutputs.first(where: { $0.label == record.name }) { return output.line }
    return min(record.line, max(1, lineCount))
  }

  /// The section that contains a line.
  public func section(ofLine line: Int) -> Section? {
    sections.first { $0.lines.contains(line) }
  }

  /// The identity of the statement that a line belongs to, and the place of the line's first token in it.
  func place(ofLine line: Int) -> (code: String, token: Int)? {
    guard let piece = pieces.first(where: { $0.lines.contains(line) }) else { return nil }
    let token = tokens.indices.first { $0 >= piece.firstToken && tokens[$0].line >= line } ?? piece.firstToken
    return (piece.code, token - piece.firstToken)
  }

  /// The names that a statement with this identity and all it uses mention; nothing if it is not there any more.
  func mentions(code: String) -> Set<String>? {
    pieces.first { $0.code == code }?.mentions
  }

  /// The present line of a call, given its statement's identity and its place in it.
  func line(code: String, token: Int) -> Int? {
    guard let piece = pieces.first(where: { $0.code == code }) else { return nil }
    let index = piece.firstToken + token
    return tokens.indices.contains(index) ? tokens[index].line : nil
  }
}

/// A statement and all it rests on, directly and through others.
private func used(by start: Int, among all: [Statement]) -> Set<Int> {
  let variables = all.filter(\.isVariable)
  var result: Set<Int> = []
  var pending = [start]
  while let index = pending.popLast() {
    guard result.insert(index).inserted else { continue }
    for other in all.indices where !result.contains(other) {
      let changesWhatIsUsed = variables.contains { variable in
        !variable.declares.isDisjoint(with: all[index].mentions)
          && !variable.declares.isDisjoint(with: all[other].mentions)
      }
      if all[other].concernsAll || changesWhatIsUsed
        || !all[other].declares.isDisjoint(with: all[index].mentions)
      {
        pending.append(other)
      }
    }
  }
  return result
}

/// Calls of the notebook's methods with a plain text as first argument.
private func findWrittenOutputs(_ tokens: [SourceToken]) -> [CodeMap.WrittenOutput] {
  var notebooks: Set<String> = []
  for index in tokens.indices where tokens[index].text == "Notebook" {
    if index >= 2, tokens[index - 1].text == "=" { notebooks.insert(tokens[index - 2].text) }
  }
  let kinds = [
    "value": "value", "text": "value", "table": "table", "figure": "figure", "claim": "claim", "note": "note",
  ]
  var found: [CodeMap.WrittenOutput] = []
  for index in tokens.indices.dropLast(4)
  where notebooks.contains(tokens[index].text) && tokens[index + 1].text == "."
    && tokens[index + 3].text == "("
  {
    let argument = tokens[index + 4]
    guard let kind = kinds[tokens[index + 2].text], argument.kind == .string, !argument.text.contains("\\")
    else {
      continue
    }
    let text = String(argument.text.dropFirst().dropLast())
    let label = kind == "claim" ? "claim-" + text.lowercased() : text
    if isLabel(label) {
      found.append(CodeMap.WrittenOutput(label: label, kind: kind, line: tokens[index].line))
    }
  }
  return found
}
