// What is left of a notebook in a report on other data than its own.

extension NotebookSource {
  /// The notebook without the sections that are about the data that comes along; nothing if its title says that all of it is.
  public var withoutEmbeddedSections: NotebookSource? {
    if headings.first?.isEmbedded == true { return nil }
    let ranges = headings.indices.filter { headings[$0].isEmbedded }.map { index in
      let next = headings[(index + 1)...].first { $0.level <= headings[index].level }
      return headings[index].line...max(headings[index].line, (next?.line ?? lineCount + 1) - 1)
    }
    if ranges.isEmpty { return self }
    func isLeft(_ line: Int) -> Bool { !ranges.contains { $0.contains(line) } }
    let chunks = chunks.compactMap { chunk -> Chunk? in
      guard chunk.kind == .prose else { return isLeft(chunk.span.lowerBound) ? chunk : nil }
      let lines = chunk.lines.filter { isLeft($0.number) }
      return lines.isEmpty ? nil : Chunk(kind: .prose, lines: lines, span: chunk.span)
    }
    var rest = NotebookSource(
      name: name, chunks: chunks, headings: headings.filter { isLeft($0.line) }, tokens: tokens,
      lineCount: lineCount)
    rest.omitted = headings.filter { !isLeft($0.line) }
    return rest
  }
}
