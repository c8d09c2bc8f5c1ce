// The numbers of sections, figures, tables and equations.
import Authoring

/// What a label refers to.
struct LabelTarget {
  /// `Section`, `Figure`, `Table`, `Equation` or `Claim`.
  let word: String
  /// The number as it is printed.
  let number: String
}

/// Numbers in the order of the paper.
struct Numbering {
  /// What labels refer to.
  private(set) var targets: [String: LabelTarget] = [:]
  /// The numbers of headings, by file and line.
  private(set) var headings: [String: String] = [:]
  private(set) var problems: [WeaveProblem] = []

  init(_ parts: [PaperPart], claims: [RecordedClaim]) {
    var sections = [0, 0, 0]
    var counts: [String: Int] = [:]
    for part in parts {
      for block in part.blocks {
        switch block.content {
        case .heading(let level, _, let label):
          guard part.isNotebook else {
            if let label {
              problems.append(
                WeaveProblem(
                  .error, file: block.file, line: block.line,
                  "headings of the front matter have no label, remove {#\(label)}"))
            }
            continue
          }
          var number = ""
          if level <= 3 {
            sections[level - 1] += 1
            for deeper in level..<3 { sections[deeper] = 0 }
            number = sections[..<level].map(String.init).joined(separator: ".")
          }
          headings["\(block.file):\(block.line)"] = number
          if let label { targets[label] = LabelTarget(word: "Section", number: number) }
        case .equation(_, let label?):
          add(label, "Equation", &counts, block)
        case .output(let record):
          switch record.payload {
          case .figure: add(record.name, "Figure", &counts, block)
          case .table: add(record.name, "Table", &counts, block)
          case .value, .claim, .note: break
          }
        case .equation, .markdown, .verbatim, .callout, .code, .claims: break
        }
      }
    }
    for claim in claims {
      targets["claim-" + claim.number.lowercased()] = LabelTarget(word: "Claim", number: claim.number)
    }
  }

  private mutating func add(_ label: String, _ word: String, _ counts: inout [String: Int], _ block: Block) {
    counts[word, default: 0] += 1
    if targets[label] != nil {
      problems.append(
        WeaveProblem(.error, file: block.file, line: block.line, "the label \"\(label)\" is used already"))
    }
    targets[label] = LabelTarget(word: word, number: String(counts[word, default: 0]))
  }
}
