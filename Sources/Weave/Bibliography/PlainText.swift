// The TeX that occurs in bibliographies, as plain text.

/// A field without braces, with accents and dashes as characters.
func plainText(_ field: String) -> String {
  let characters = Array(field)
  var result = ""
  var index = 0
  while index < characters.count {
    let character = characters[index]
    if character == "\\" {
      index += 1
      result += command(characters, &index)
    } else if character == "{" || character == "}" {
      index += 1
    } else if character == "-", index + 1 < characters.count, characters[index + 1] == "-" {
      result += "–"
      while index < characters.count, characters[index] == "-" { index += 1 }
    } else if character == "~" || character.isWhitespace {
      if result.last != " " { result += " " }
      index += 1
    } else {
      result.append(character)
      index += 1
    }
  }
  return trimmed(result)
}

private let combining: [Character: Character] = [
  "'": "\u{301}", "`": "\u{300}", "^": "\u{302}", "\"": "\u{308}", "~": "\u{303}", "=": "\u{304}",
  ".": "\u{307}",
  "u": "\u{306}", "v": "\u{30C}", "H": "\u{30B}", "c": "\u{327}", "k": "\u{328}", "r": "\u{30A}",
]
private let letters: [String: String] = [
  "L": "Ł", "l": "ł", "O": "Ø", "o": "ø", "ss": "ß", "ae": "æ", "AE": "Æ", "aa": "å", "AA": "Å", "i": "ı",
]

/// A command after its backslash: an accent with its letter, a letter of its own, or an escaped sign.
private func command(_ characters: [Character], _ index: inout Int) -> String {
  guard index < characters.count else { return "" }
  let first = characters[index]
  if first.isLetter {
    var name = ""
    var end = index
    while end < characters.count, characters[end].isLetter {
      name.append(characters[end])
      end += 1
    }
    if let letter = letters[name] {
      index = end
      while index < characters.count, characters[index] == " " { index += 1 }
      return letter
    }
    guard combining[first] != nil, name.count == 1 else {
      index = end
      return name
    }
  }
  index += 1
  guard let accent = combining[first] else { return String(first) }
  while index < characters.count, characters[index] == "{" || characters[index] == " " { index += 1 }
  if index < characters.count, characters[index] == "\\" { index += 1 }
  guard index < characters.count else { return "" }
  let letter = characters[index]
  index += 1
  // Precomposed, as other programs write it.
  return precomposed("\(letter)\(accent)")
}

/// Latin letters with an accent as one scalar; FoundationEssentials offers no normalization.
private func precomposed(_ text: String) -> String {
  for value in 0xC0...0x17F {
    if let scalar = Unicode.Scalar(UInt32(value)), String(Character(scalar)) == text {
      return String(Character(scalar))
    }
  }
  return text
}
