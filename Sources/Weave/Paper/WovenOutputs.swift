// Figures, tables, notes and claims in the paper.
import Authoring

extension Weaver {
  mutating func writeOutput(_ record: Record, _ block: Block) {
    guard let (_, notebook) = writer.records[record.name] else { return }
    let line = notebook.presentLine(of: record)
    let source = "<sub>[\(notebook.source.name)](\(notebook.source.path)#L\(line))</sub>"
    let number = numbering.targets[record.name]?.number ?? "?"
    switch record.payload {
    case .figure(let figure):
      let alternative = figure.alternative.replacing("\n", with: " ").replacing("[", with: "\\[")
        .replacing("]", with: "\\]")
      page.write("<a id=\"\(record.name)\"></a>\n\n![\(alternative)](Figures/\(record.name).svg)\n\n")
      page.write("**Figure \(number).** ")
      writeCaption(figure.caption, file: notebook.source.path, line: line)
      page.write(" " + source)
    case .table(let recorded):
      page.write("<a id=\"\(record.name)\"></a>\n\n**Table \(number).** ")
      writeCaption(recorded.caption, file: notebook.source.path, line: line)
      page.write(" " + source + "\n\n")
      write(recorded.table, label: record.name, origin: Origin.describe(record, in: notebook))
    case .note(let note):
      page.write("> [!NOTE]\n> Skipped: \(note.skipped). Reason: \(note.because). \(source)")
    case .value, .claim:
      break
    }
  }

  private mutating func writeCaption(_ caption: String, file: String, line: Int) {
    var inner = Page()
    writer.write(caption, on: &inner, file: file, line: line, isLinted: false)
    page.write(inner, beforeEachLine: "")
  }

  private mutating func write(_ table: Table, label: String, origin: String) {
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
        let printed = cellText(table.printed(row: row, column: column))
        if case .number(let estimate) = table.rows[row][column] {
          let name = "\(label), row \(rowName(table, row)), column \(table.columns[column].title)"
          page.write(number: printed, name: name, value: "\(estimate.value)", origin: origin)
        } else {
          page.write(printed)
        }
        page.write(" |")
      }
      page.write("\n")
    }
  }

  private func rowName(_ table: Table, _ row: Int) -> String {
    let words = table.rows[row].compactMap { if case .text(let text) = $0 { text } else { nil } }
    return words.first.map { "“\($0)”" } ?? String(row + 1)
  }

  private func cellText(_ text: String) -> String {
    text.replacing("|", with: "\\|").replacing("\n", with: " ")
  }

  /// The claims ledger.
  mutating func writeClaims(_ block: Block) {
    guard !claims.isEmpty else {
      problems.append(WeaveProblem(.error, file: block.file, line: block.line, "no claims are recorded"))
      return
    }
    page.write("| Claim | Statement | Test | Verdict | Rests on |\n| :-- | :-- | :-- | :-- | :-- |\n")
    let sorted = claims.sorted { first, second in
      let (one, two) = (claimOrder(first.claim.number), claimOrder(second.claim.number))
      return one.number != two.number ? one.number < two.number : one.text < two.text
    }
    for (claim, record, notebook) in sorted {
      let place = (file: notebook.source.path, line: notebook.presentLine(of: record))
      page.write("| <a id=\"\(record.name)\"></a>\(claim.number) | ")
      for text in [claim.statement, claim.test] {
        var inner = Page()
        writer.write(cellText(text), on: &inner, file: place.file, line: place.line, isLinted: false)
        page.write(inner, beforeEachLine: "")
        page.write(" | ")
      }
      page.write(
        number: claim.verdict.rawValue, name: record.name, value: "",
        origin: Origin.describe(record, in: notebook))
      page.write(" | ")
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
  }

  private func claimOrder(_ number: String) -> (number: Int, text: String) {
    (Int(number.filter(\.isNumber)) ?? 0, number)
  }
}
