// The code of a notebook in top-level statements, and which of them rest on which: an output is out of date only if
// its own statement or one that it uses has changed.
import Artifacts

/// A statement at the top level of a notebook.
struct Statement {
  /// Its tokens, as positions in the notebook's list.
  let tokens: Range<Int>
  /// The names it declares.
  var declares: Set<String> = []
  /// The names it mentions.
  var mentions: Set<String> = []
  /// Whether every other statement rests on it: imports, extensions, compiler conditions.
  var concernsAll = false
  /// Whether it declares with `var`: who mentions such a name may also change it.
  var isVariable = false
}

/// Splits tokens into top-level statements. Where in doubt two statements are one, which makes more depend on them.
func statements(of tokens: [SourceToken]) -> [Statement] {
  var result: [Statement] = []
  var start = 0
  var depth = 0
  for index in tokens.indices {
    if index > start, depth == 0, beginsStatement(tokens, index, after: start) {
      result.append(describe(tokens, start..<index))
      start = index
    }
    switch tokens[index].text {
    case "(", "[", "{": depth += 1
    case ")", "]", "}": depth = max(0, depth - 1)
    default: break
    }
  }
  if start < tokens.count { result.append(describe(tokens, start..<tokens.count)) }
  return result
}

private func beginsStatement(_ tokens: [SourceToken], _ index: Int, after start: Int) -> Bool {
  let token = tokens[index]
  let previous = tokens[index - 1]
  if token.text == ";" { return false }
  if previous.text == ";" { return true }
  guard token.line > previous.lastLine else { return false }
  // A line that begins with an operator, a dot, a comma or an opening brace goes on with the statement before.
  if token.kind == .symbol && token.text != "#" && token.text != "@" { return false }
  if [",", ")", "]", "}", "{"].contains(token.text) { return false }
  if ["else", "catch", "where", "as", "is", "in", "throws", "async"].contains(token.text) { return false }
  if previous.kind == .symbol && ![")", "]", "}", "?", "!"].contains(previous.text) { return false }
  if previous.text == "," { return false }
  // An attribute on a line of its own belongs to what follows.
  return tokens[start].text != "@"
    || tokens[start..<index].contains { declaringWords.contains($0.text) }
}

private let declaringWords: Set<String> = [
  "let", "var", "func", "struct", "enum", "class", "actor", "protocol", "typealias", "macro",
]

private func describe(_ tokens: [SourceToken], _ range: Range<Int>) -> Statement {
  var statement = Statement(tokens: range)
  statement.mentions = mentionedNames(in: tokens[range])
  var depth = 0
  var isPattern = false
  for index in range {
    let token = tokens[index]
    switch token.text {
    case "(", "[", "{": depth += 1
    case ")", "]", "}": depth -= 1
    default: break
    }
    guard token.kind == .word else {
      if depth == 0 && (token.text == "=" || token.text == ":") { isPattern = false }
      continue
    }
    if depth == 0 && ["import", "extension", "operator", "precedencegroup"].contains(token.text)
      || (index > range.lowerBound && tokens[index - 1].text == "#" && token.text == "if")
    {
      statement.concernsAll = true
    }
    if depth == 0 && declaringWords.contains(token.text) {
      isPattern = token.text == "let" || token.text == "var"
      if token.text == "var" { statement.isVariable = true }
      if !isPattern, index + 1 < range.upperBound { statement.declares.insert(tokens[index + 1].text) }
    } else if isPattern {
      statement.declares.insert(token.text)
    } else if depth == 0, index > range.lowerBound, tokens[index - 1].text == ",", !statement.declares.isEmpty
    {
      statement.declares.insert(token.text)
      isPattern = true
    }
  }
  return statement
}

/// The names that some code mentions, keywords among them; interpolations in strings mention names too.
func mentionedNames(in tokens: some Sequence<SourceToken>) -> Set<String> {
  var names: Set<String> = []
  for token in tokens {
    switch token.kind {
    case .word: names.insert(token.text)
    case .string where token.text.contains("\\"):
      for inner in lex(token.text.replacing("\"", with: " "), as: .swift).tokens where inner.kind == .word {
        names.insert(inner.text)
      }
    default: break
    }
  }
  return names
}
