// Writing prose with its values, references and citations resolved.
import Artifacts
import Authoring

/// What prose may refer to, and what it did refer to.
struct InlineWriter {
  let targets: [String: LabelTarget]
  let records: [String: (record: Record, notebook: NotebookState)]
  let bibliography: Bibliography
  private(set) var problems: [WeaveProblem] = []
  /// The names of values, figures, tables and claims that the text mentions.
  private(set) var mentioned: Set<String> = []
  /// The keys of cited works, in the order of their numbers.
  private(set) var cited: [String] = []

  init(
    targets: [String: LabelTarget], records: [String: (record: Record, notebook: NotebookState)],
    bibliography: Bibliography
  ) {
    self.targets = targets
    self.records = records
    self.bibliography = bibliography
  }

  /// Writes a text.
  /// - Parameters:
  ///   - text: prose, a caption, a heading.
  ///   - page: where it goes.
  ///   - file: its file, for problems.
  ///   - line: its first line there.
  ///   - isLinted: whether numerals in it should be values.
  mutating func write(
    _ text: String, on page: inout PaperText, file: String, line: Int, isLinted: Bool = true
  ) {
    let pieces = InlineScanner.pieces(of: text)
    let waived = Set(pieces.filter { $0.piece == .waiver }.map(\.line))
    var beginsLine = true
    for placed in pieces {
      let place = (file: file, line: line + placed.line)
      switch placed.piece {
      case .text(let text):
        if isLinted {
          lint(text, placed.line, file: file, line: line, waived: waived, beginsLine: beginsLine)
        }
        page.write(text)
        beginsLine = text.hasSuffix("\n")
      case .opaque(let text):
        page.write(text)
        beginsLine = false
      case .value(let name):
        write(value: name, on: &page, place)
        beginsLine = false
      case .group(let references, let isTextual):
        write(references, isTextual: isTextual, on: &page, place)
        beginsLine = false
      case .waiver: break
      }
    }
  }

  /// Notes that values are mentioned by a claim.
  mutating func mention(_ names: [String], file: String, line: Int) {
    for name in names {
      mentioned.insert(name)
      if records[name] == nil {
        fail((file, line), "the claim rests on \"\(name)\", which is not recorded\(hint(name))")
      }
    }
  }

  /// Writes the printed form of a value.
  mutating func write(value name: String, on page: inout PaperText, _ place: (file: String, line: Int)) {
    guard let (record, notebook) = records[name] else {
      page.write("?")
      return fail(place, "there is no value \"\(name)\"\(hint(name))")
    }
    mentioned.insert(name)
    let origin = NumberOrigin(record, in: notebook)
    switch record.payload {
    case .value(let value):
      let number = value.number.map { "\($0.value)" } ?? ""
      page.write(number: value.printed, name: name, value: number, origin: origin)
    case .claim(let claim):
      page.write(number: claim.verdict.rawValue, name: name, value: "", origin: origin)
    case .figure, .table:
      fail(
        place,
        "{{\(name)}} places a figure or table, so it stands alone on its line; refer to it with @\(name)")
    case .note:
      fail(place, "\"\(name)\" is a note and has no printed form")
    }
  }

  private mutating func write(
    _ references: [InlineReference], isTextual: Bool, on page: inout PaperText,
    _ place: (file: String, line: Int)
  ) {
    let labels = references.filter { Label.isReserved($0.key) }
    if labels.isEmpty {
      writeCitations(references, isTextual: isTextual, on: &page, place)
    } else if labels.count == references.count {
      writeLabels(references, on: &page, place)
    } else {
      fail(place, "references and citations do not stand in one pair of brackets")
    }
  }

  private mutating func writeLabels(
    _ references: [InlineReference], on page: inout PaperText, _ place: (file: String, line: Int)
  ) {
    var known: [(target: LabelTarget, reference: InlineReference)] = []
    for reference in references {
      mentioned.insert(reference.key)
      if let target = targets[reference.key] {
        known.append((target, reference))
      } else {
        fail(place, "@\(reference.key) refers to nothing\(hint(reference.key))")
      }
    }
    guard let first = known.first else { return page.write("?") }
    let isOneKind = known.allSatisfy { $0.target.word == first.target.word && !$0.reference.isBare }
    for (index, entry) in known.enumerated() {
      if index > 0 { page.write(index == known.count - 1 ? (known.count > 2 ? ", and " : " and ") : ", ") }
      let word = entry.target.word + (isOneKind && known.count > 1 ? "s" : "")
      let needsWord = !entry.reference.isBare && (index == 0 || !isOneKind)
      page.write("[\(needsWord ? word + " " : "")\(entry.target.number)](#\(entry.reference.key))")
    }
  }

  private mutating func writeCitations(
    _ references: [InlineReference], isTextual: Bool, on page: inout PaperText,
    _ place: (file: String, line: Int)
  ) {
    var parts: [String] = []
    for reference in references {
      guard let entry = bibliography.entries[reference.key] else {
        let near = nearNames(reference.key, among: Array(bibliography.entries.keys) + Array(targets.keys))
        let help = near.isEmpty ? "" : "; did you mean @\(near.joined(separator: ", @"))?"
        fail(place, "there is no work \"\(reference.key)\" in \(Project.bibliographyPath)\(help)")
        continue
      }
      if !cited.contains(reference.key) { cited.append(reference.key) }
      let number = (cited.firstIndex(of: reference.key) ?? 0) + 1
      let locator = reference.locator.isEmpty ? "" : ", \(reference.locator)"
      parts.append("[\(number)](#ref-\(reference.key))\(locator)")
      if isTextual { page.write(entry.shortAuthors + " ") }
    }
    if !parts.isEmpty { page.write("\\[\(parts.joined(separator: ", "))\\]") }
  }

  private mutating func lint(
    _ text: String, _ offset: Int, file: String, line: Int, waived: Set<Int>, beginsLine: Bool
  ) {
    for (numeral, breaks) in unboundNumbers(in: text, beginsLine: beginsLine)
    where !waived.contains(offset + breaks) {
      problems.append(
        WeaveProblem(
          .unboundNumber, file: file, line: line + offset + breaks,
          "the numeral \(numeral) is bound to no value; record it, or end the line with <!-- number: reason -->"
        ))
    }
  }

  private mutating func fail(_ place: (file: String, line: Int), _ message: String) {
    problems.append(WeaveProblem(.error, file: place.file, line: place.line, message))
  }

  private func hint(_ name: String) -> String {
    let near = nearNames(name, among: Array(records.keys) + Array(targets.keys))
    return near.isEmpty ? "" : "; did you mean \(near.joined(separator: ", "))?"
  }
}
