// Joining prose, code and records in the order of the paper.
import Authoring

/// The paper in blocks, and what was wrong on the way.
struct Assembly {
  var parts: [PaperPart] = []
  var problems: [WeaveProblem] = []

  init(_ project: Project) {
    var placedElsewhere: Set<String> = []
    var records: [String: Record] = [:]
    for (_, record) in project.records { records[record.name] = record }
    var drafts: [(isNotebook: Bool, file: String, notebook: NotebookState?, prose: [ProseBlocks])] = []
    var front = ProseBlocks(file: Project.frontPath)
    let lines = project.front.split(separator: "\n", omittingEmptySubsequences: false)
    front.add(lines.enumerated().map { NumberedLine(number: $0.offset + 1, text: String($0.element)) })
    drafts.append((false, Project.frontPath, nil, [front]))
    for notebook in project.notebooks {
      let prose = notebook.source.chunks.map { chunk in
        var prose = ProseBlocks(file: notebook.source.path)
        if chunk.kind == .prose { prose.add(chunk.lines) }
        return prose
      }
      drafts.append((true, notebook.source.path, notebook, prose))
    }
    for draft in drafts {
      for prose in draft.prose {
        problems += prose.problems
        for (label, line) in prose.placed where !placedElsewhere.insert(label).inserted {
          problems.append(
            WeaveProblem(.error, file: draft.file, line: line, "\"\(label)\" is placed a second time"))
        }
      }
    }
    for draft in drafts {
      var blocks: [Block] = []
      var waiting =
        draft.notebook.map { Self.outputs(of: $0).filter { !placedElsewhere.contains($0.record.name) } } ?? []
      for (index, prose) in draft.prose.enumerated() {
        blocks += prose.blocks.map { Self.resolved($0, records) }
        guard let notebook = draft.notebook else { continue }
        let chunk = notebook.source.chunks[index]
        guard case .code(let options) = chunk.kind else { continue }
        if options.isShown, !chunk.lines.isEmpty {
          blocks.append(
            Block(content: .code(chunk.text, options), file: draft.file, line: chunk.span.lowerBound))
        }
        let here = waiting.filter { $0.line <= chunk.span.upperBound }
        waiting.removeFirst(here.count)
        blocks += here.map { Block(content: .output($0.record), file: draft.file, line: $0.line) }
      }
      blocks += waiting.map { Block(content: .output($0.record), file: draft.file, line: $0.line) }
      parts.append(PaperPart(isNotebook: draft.isNotebook, blocks: blocks))
    }
  }

  /// What stands after code, by the present line of the call.
  private static func outputs(of notebook: NotebookState) -> [(record: Record, line: Int)] {
    let records = (notebook.file?.records ?? []).filter { record in
      switch record.payload {
      case .figure, .table, .note: true
      case .value, .claim: false
      }
    }
    let lines = records.map { (record: $0, line: notebook.presentLine(of: $0)) }
    return lines.enumerated().sorted { ($0.element.line, $0.offset) < ($1.element.line, $1.offset) }.map(
      \.element)
  }

  /// A line that holds only the name of a figure or table becomes that figure or table.
  private static func resolved(_ block: Block, _ records: [String: Record]) -> Block {
    guard case .markdown(let text) = block.content, text.hasPrefix("{{"), text.hasSuffix("}}"),
      let record = records[String(text.dropFirst(2).dropLast(2))]
    else { return block }
    switch record.payload {
    case .figure, .table: return Block(content: .output(record), file: block.file, line: block.line)
    case .value, .claim, .note: return block
    }
  }
}
