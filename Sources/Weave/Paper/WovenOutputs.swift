// Figures, tables, notes and claims in the paper.
import Authoring

extension Weaver {
  mutating func writeOutput(_ record: Record, _ block: Block) {
    guard let (_, notebook) = writer.records[record.name] else { return }
    let line = notebook.presentLine(of: record)
    let source = sourceLink(notebook.source, line)
    let number = numbering.targets[record.name]?.number ?? "?"
    switch record.payload {
    case .figure(let figure):
      let alternative = figure.alternative.replacing("\n", with: " ").replacing("[", with: "\\[")
        .replacing("]", with: "\\]")
      let call =
        "picture(\(typstString("/" + figurePath(record.name, "pdf"))), \(typstString(figure.alternative)))"
      page.write(dialect.open(record.name, kind: "figure", call: call))
      if dialect != .print { page.write("![\(alternative)](\(figurePath(record.name, "svg")))\n\n") }
      page.write("**Figure \(number).** ")
      writeCaption(figure.caption, file: notebook.source.path, line: line)
      page.write(" " + source + dialect.close(record.name))
    case .table(let recorded):
      page.write(dialect.open(record.name, kind: "table", call: "sheet"))
      if dialect == .print { page.write("```{=typst}\n#heading-of-sheet[\n```\n\n") }
      page.write("**Table \(number).** ")
      writeCaption(recorded.caption, file: notebook.source.path, line: line)
      page.write(" " + source + "\n\n")
      if dialect == .print { page.write("```{=typst}\n]\n```\n\n") }
      if dialect == .page { page.write(":::: scroll\n") }
      write(recorded.table, label: record.name, origin: NumberOrigin(record, in: notebook))
      if dialect == .page { page.write("\n::::") }
      page.write(dialect.close(record.name))
    case .note(let note):
      page.write(dialect == .host ? "> [!NOTE]\n> " : "> ")
      page.write("Skipped: \(note.skipped). Reason: \(note.because). \(source)")
    case .value, .claim:
      break
    }
  }

  /// Where an output was made: the lines of its notebook.
  private func sourceLink(_ source: NotebookSource, _ line: Int) -> String {
    switch dialect {
    case .host: return "<sub>[\(source.name)](\(source.path)#L\(line))</sub>"
    case .page:
      let target = source.anchor(ofLine: line).map { "#" + $0 } ?? "../\(source.path)#L\(line)"
      return "[\(source.name), line \(line)](\(target)){.source}"
    case .print: return "`#source[\(source.name), line \(line)]`{=typst}"
    }
  }

  private mutating func writeCaption(_ caption: String, file: String, line: Int) {
    var inner = PaperText()
    writer.write(caption, on: &inner, file: file, line: line, isLinted: false)
    page.write(inner, beforeEachLine: "")
  }

  private mutating func write(_ table: Table, label: String, origin: NumberOrigin) {
    let titles = table.columns.map { cellText($0.title + ($0.unit.map { " (\($0))" } ?? "")) }
    page.write("| " + titles.joined(separator: " | ") + " |\n")
    let rules = table.columns.map { column in
      switch column.alignment {
      case .left: ":--"
      case .center: ":-:"
      case .right: "--:"
      }
    }
    page.write("| " + rules.joined(separator: " | ") + " |\n")
    for row in table.rows.indices {
      page.write("|")
      for column in table.columns.indices {
        page.write(" ")
        let strong = table.isEmphasized(row: row, column: column) ? "**" : ""
        page.write(strong)
        let printed = cellText(table.printed(row: row, column: column))
        if case .number(let estimate) = table.rows[row][column] {
          let name = "\(label), row \(rowName(table, row)), column \(table.columns[column].title)"
          // Where a table is wider than the sheet, words go to the next line, numbers stay whole.
          let whole = dialect == .print ? printed.replacing(" ", with: "\u{A0}") : printed
          page.write(number: whole, name: name, value: "\(estimate.value)", origin: origin)
        } else {
          page.write(printed)
        }
        page.write(strong + " |")
      }
      page.write("\n")
    }
  }

  private func rowName(_ table: Table, _ row: Int) -> String {
    var words: [String] = []
    for case .text(let text) in table.rows[row].prefix(while: { if case .text = $0 { true } else { false } })
    {
      words.append(text)
    }
    return words.isEmpty ? String(row + 1) : "“\(words.joined(separator: ", "))”"
  }

  /// The claims ledger.
  mutating func writeClaims(_ block: Block) {
    guard !claims.isEmpty else {
      problems.append(WeaveProblem(.error, file: block.file, line: block.line, "no claims are recorded"))
      return
    }
    if dialect == .page { page.write("::: {.scroll .ledger}\n") }
    // The verdict stands where narrow screens show it without scrolling.
    page.write("| Claim | Verdict | Statement | Test | Rests on |\n| :-- | :-- | :-- | :-- | :-- |\n")
    let sorted = claims.sorted { first, second in
      let (one, two) = (claimOrder(first.claim.number), claimOrder(second.claim.number))
      return one.number != two.number ? one.number < two.number : one.text < two.text
    }
    for (claim, record, notebook) in sorted {
      let place = (file: notebook.source.path, line: notebook.presentLine(of: record))
      page.write("| \(dialect.anchor(record.name))\(claim.number) | ")
      page.write(
        number: claim.verdict.rawValue, name: record.name, value: "",
        origin: NumberOrigin(record, in: notebook))
      page.write(" | ")
      for text in [claim.statement, claim.test] {
        var inner = PaperText()
        writer.write(cellText(text), on: &inner, file: place.file, line: place.line, isLinted: false)
        page.write(inner, beforeEachLine: "")
        page.write(" | ")
      }
      for (index, name) in claim.restsOn.enumerated() {
        if index > 0 { page.write("; ") }
        page.write("`\(name)` ")
        switch writer.records[name]?.record.payload {
        case .value, .claim: writer.write(value: name, on: &page, place)
        case .table, .figure:
          let target = numbering.targets[name]
          page.write("[\(target?.word ?? "") \(target?.number ?? "?")](#\(name))")
        case .note, nil: break
        }
      }
      page.write(" |\n")
    }
    if dialect == .page { page.write("\n:::") }
  }

  private func claimOrder(_ number: String) -> (number: Int, text: String) {
    (Int(number.filter(\.isNumber)) ?? 0, number)
  }
}

/// A text for a cell of a table in Markdown.
func cellText(_ text: String) -> String {
  text.replacing("|", with: "\\|").replacing("\n", with: " ")
}
