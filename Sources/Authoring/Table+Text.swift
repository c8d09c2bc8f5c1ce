// A table for terminals and for other programs.

extension Table {
  /// The printed cells in columns, with titles and a rule under them; a star follows those that stand out.
  public var text: String {
    let titles = columns.map { $0.title + ($0.unit.map { " (\($0))" } ?? "") }
    let cells = rows.indices.map { row in
      columns.indices.map { printed(row: row, column: $0) + (isEmphasized(row: row, column: $0) ? "*" : "") }
    }
    let widths = columns.indices.map { column in
      ([titles] + cells).map { $0[column].count }.max() ?? 0
    }
    func line(_ texts: [String]) -> String {
      let padded = columns.indices.map { column in
        let blanks = String(repeating: " ", count: widths[column] - texts[column].count)
        return columns[column].alignment == .left ? texts[column] + blanks : blanks + texts[column]
      }
      return String(padded.joined(separator: "  ").reversed().drop { $0 == " " }.reversed()) + "\n"
    }
    let rule = widths.map { String(repeating: "-", count: $0) }.joined(separator: "  ") + "\n"
    return line(titles) + rule + cells.map(line).joined()
  }

  /// Comma-separated values (RFC 4180) with a line of titles. Numbers read back to the same bits, and their intervals
  /// stand in columns of their own; what is missing is empty.
  public var csv: String {
    let hasIntervals = columns.indices.map { column in
      rows.contains { row in
        if case .number(let estimate) = row[column] { estimate.low != nil } else { false }
      }
    }
    func fields(_ text: String, _ ends: [String], _ column: Int) -> [String] {
      [text] + (hasIntervals[column] ? ends : [])
    }
    var lines = [
      columns.indices.flatMap { column in
        let title = columns[column].title
        return fields(title, [title + " low", title + " high"], column)
      }
    ]
    for row in rows {
      lines.append(
        row.enumerated().flatMap { column, cell in
          switch cell {
          case .number(let estimate):
            fields(
              "\(estimate.value)", [estimate.low, estimate.high].map { $0.map { "\($0)" } ?? "" }, column)
          case .text(let text): fields(text, ["", ""], column)
          case .missing: fields("", ["", ""], column)
          }
        })
    }
    return lines.map { $0.map(quoted).joined(separator: ",") + "\n" }.joined()
  }
}

private func quoted(_ field: String) -> String {
  field.contains { ",\"\n\r".contains($0) } ? "\"" + field.replacing("\"", with: "\"\"") + "\"" : field
}
