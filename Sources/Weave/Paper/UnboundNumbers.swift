// The lint for numerals in prose that no computation stands behind.

/// The numerals of a text that are bound to nothing. Years, names with digits in them (R50) and the numbers of list
/// items do not count.
/// - Parameter beginsLine: whether the text begins at the beginning of a line.
/// - Returns: the numerals with the number of line breaks before them.
func unboundNumbers(in text: String, beginsLine: Bool) -> [(numeral: String, line: Int)] {
  let characters = Array(text)
  var found: [(numeral: String, line: Int)] = []
  var index = 0
  var line = 0
  var lineStart = beginsLine ? 0 : -1
  while index < characters.count {
    let character = characters[index]
    if character == "\n" {
      line += 1
      lineStart = index + 1
    }
    guard isDigit(character) else {
      index += 1
      continue
    }
    var end = index
    while end < characters.count, isDigit(characters[end]) || ".,".contains(characters[end]) { end += 1 }
    while end > index, !isDigit(characters[end - 1]) { end -= 1 }
    let numeral = String(characters[index..<end])
    let isListNumber =
      lineStart >= 0 && characters[lineStart..<index].allSatisfy { $0 == " " } && end < characters.count
      && (characters[end] == "." || characters[end] == ")")
    if !isPartOfName(characters, index) && !isYear(numeral) && !isListNumber { found.append((numeral, line)) }
    index = end
  }
  return found
}

private func isDigit(_ character: Character) -> Bool { character.isASCII && character.isNumber }

/// Whether a letter stands directly before, or before a hyphen or dot.
private func isPartOfName(_ characters: [Character], _ index: Int) -> Bool {
  guard index > 0 else { return false }
  let before = characters[index - 1]
  if before.isLetter || before == "_" { return true }
  return (before == "-" || before == ".") && index > 1
    && (characters[index - 2].isLetter || isDigit(characters[index - 2]))
}

private func isYear(_ numeral: String) -> Bool {
  guard numeral.count == 4, let year = Int(numeral) else { return false }
  return (1900...2099).contains(year)
}
