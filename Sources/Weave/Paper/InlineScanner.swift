// The few constructs of prose that the weave resolves; everything else is left to Markdown.

/// A piece of a text.
enum InlinePiece: Equatable {
  /// Text that stays as it is; a lint looks for numerals in it.
  case text(String)
  /// Text that stays as it is and holds no numerals to bind: code, mathematics, links, tags.
  case opaque(String)
  /// `{{name}}`.
  case value(String)
  /// `[@a; -@b, p. 3]` or `@a`.
  case group([InlineReference], isTextual: Bool)
  /// `<!-- number: reason -->`: the numerals of this line are meant.
  case waiver
}

/// One name after an @.
struct InlineReference: Equatable {
  let key: String
  let isBare: Bool
  let locator: String
}

/// A piece with the line it begins on, counted from 0.
struct PlacedPiece: Equatable {
  let piece: InlinePiece
  let line: Int
}

/// Splits a text into pieces.
struct InlineScanner {
  private let characters: [Character]
  private var position = 0
  private var line = 0
  private var plain = ""
  private var plainLine = 0
  private var pieces: [PlacedPiece] = []

  static func pieces(of text: String) -> [PlacedPiece] {
    var scanner = InlineScanner(characters: Array(text))
    scanner.run()
    return scanner.pieces
  }

  private init(characters: [Character]) { self.characters = characters }

  private mutating func run() {
    while position < characters.count {
      let character = characters[position]
      switch character {
      case "\\" where position + 1 < characters.count: takePlain(2)
      case "`": takeCode()
      case "$": takeMathematics()
      case "<": takeTag()
      case "]" where peek(1) == "(": takeLink()
      case "{" where peek(1) == "{": takeValue()
      case "[" where peek(1) == "@" || (peek(1) == "-" && peek(2) == "@"): takeGroup()
      case "@" where isNameStart(peek(1)) && !isWord(position > 0 ? characters[position - 1] : " "):
        takeReference()
      default: takePlain(1)
      }
    }
    flush()
  }

  private func peek(_ offset: Int) -> Character? {
    position + offset < characters.count ? characters[position + offset] : nil
  }

  private func isWord(_ character: Character) -> Bool {
    character.isLetter || character.isNumber || character == "_"
  }

  private func isNameStart(_ character: Character?) -> Bool { character?.isLetter == true }

  private mutating func takePlain(_ count: Int) {
    if plain.isEmpty { plainLine = line }
    for character in characters[position..<position + count] {
      plain.append(character)
      if character == "\n" { line += 1 }
    }
    position += count
  }

  private mutating func flush() {
    if !plain.isEmpty { pieces.append(PlacedPiece(piece: .text(plain), line: plainLine)) }
    plain = ""
  }

  private mutating func emit(_ piece: InlinePiece, to end: Int) {
    flush()
    pieces.append(PlacedPiece(piece: piece, line: line))
    line += characters[position..<end].count { $0 == "\n" }
    position = end
  }

  private mutating func emitOpaque(to end: Int) {
    emit(.opaque(String(characters[position..<end])), to: end)
  }

  /// A code span ends with as many backticks as it begins with.
  private mutating func takeCode() {
    let run = characters[position...].prefix { $0 == "`" }.count
    var index = position + run
    while index < characters.count {
      let next = characters[index...].prefix { $0 == "`" }.count
      if next == run { return emitOpaque(to: index + run) }
      index += max(1, next)
    }
    takePlain(run)
  }

  /// As pandoc: no blank after the opening dollar or before the closing one, no digit after it.
  private mutating func takeMathematics() {
    if peek(1) == "$" {
      if let end = find("$$", from: position + 2) { return emitOpaque(to: end + 2) }
      return takePlain(2)
    }
    guard let next = peek(1), !next.isWhitespace else { return takePlain(1) }
    var index = position + 1
    while index < characters.count {
      if characters[index] == "\\" {
        index += 2
        continue
      }
      if characters[index] == "$" {
        let after = index + 1 < characters.count ? characters[index + 1] : " "
        if !characters[index - 1].isWhitespace && !after.isNumber { return emitOpaque(to: index + 1) }
      }
      index += 1
    }
    takePlain(1)
  }

  private mutating func takeTag() {
    if position + 3 < characters.count, String(characters[position..<position + 4]) == "<!--",
      let end = find("-->", from: position + 4)
    {
      let comment = trimmed(String(characters[position + 4..<end]))
      if comment.hasPrefix("number:"), comment.count > 8 {
        while plain.hasSuffix(" ") { plain.removeLast() }
        return emit(.waiver, to: end + 3)
      }
      return emitOpaque(to: end + 3)
    }
    guard let next = peek(1), next.isLetter || next == "/",
      let end = characters[position...].firstIndex(of: ">")
    else { return takePlain(1) }
    emitOpaque(to: end + 1)
  }

  private mutating func takeLink() {
    guard let end = characters[position...].firstIndex(of: ")") else { return takePlain(1) }
    emitOpaque(to: end + 1)
  }

  private mutating func takeValue() {
    guard let end = find("}}", from: position + 2) else { return takePlain(2) }
    emit(.value(String(characters[position + 2..<end])), to: end + 2)
  }

  private mutating func takeGroup() {
    guard let end = characters[position...].firstIndex(of: "]"),
      end + 1 >= characters.count || characters[end + 1] != "("
    else { return takePlain(1) }
    let references = String(characters[position + 1..<end]).split(separator: ";").map {
      part -> InlineReference? in
      var text = trimmed(String(part.replacing("\n", with: " ")))[...]
      let isBare = text.hasPrefix("-")
      if isBare { text = text.dropFirst() }
      guard text.hasPrefix("@") else { return nil }
      let key = name(in: Array(text.dropFirst()))
      let rest = text.dropFirst(1 + key.count).drop { $0 == "," || $0 == " " }
      return InlineReference(key: key, isBare: isBare, locator: String(rest))
    }
    if references.contains(where: { $0 == nil }) { return takePlain(1) }
    emit(.group(references.compactMap { $0 }, isTextual: false), to: end + 1)
  }

  private mutating func takeReference() {
    let key = name(in: Array(characters[(position + 1)...]))
    emit(
      .group([InlineReference(key: key, isBare: false, locator: "")], isTextual: true),
      to: position + 1 + key.count)
  }

  /// Letters, digits and inner punctuation.
  private func name(in text: [Character]) -> String {
    var name = text.prefix { isWord($0) || "-:.".contains($0) }
    while let last = name.last, !isWord(last) { name.removeLast() }
    return String(name)
  }

  private func find(_ text: String, from start: Int) -> Int? {
    let wanted = Array(text)
    guard characters.count >= wanted.count else { return nil }
    var index = start
    while index + wanted.count <= characters.count {
      if Array(characters[index..<index + wanted.count]) == wanted { return index }
      index += 1
    }
    return nil
  }
}
