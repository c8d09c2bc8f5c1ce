// The paper: Markdown that reads well on a git host and needs no filter.
import Artifacts
import Authoring

/// A woven paper.
public struct WovenPaper: Sendable {
  /// The Markdown.
  public let markdown: String
  /// Its numbers, in order.
  public let numbers: [PrintedNumber]
  /// The title, for the page frame.
  public let title: String
  /// What looks wrong, but does not stop the weave.
  public let warnings: [WeaveProblem]
  /// For whom it is written.
  public let dialect: Dialect
}

/// Weaves a paper from prose and records.
/// - Parameters:
///   - project: what to weave.
///   - dialect: for whom.
/// - Throws: all errors together, each with its file and line.
public func weave(_ project: Project, for dialect: Dialect = .host) throws(WeaveProblems) -> WovenPaper {
  var weaver = Weaver(project, dialect)
  weaver.run()
  let errors = weaver.problems.filter { $0.severity == .error }
  if !errors.isEmpty { throw WeaveProblems(errors) }
  return WovenPaper(
    markdown: weaver.page.text, numbers: weaver.page.numbers, title: weaver.title,
    warnings: weaver.problems.filter { $0.severity != .error }, dialect: dialect)
}

struct Weaver {
  let project: Project
  let dialect: Dialect
  let assembly: Assembly
  let numbering: Numbering
  let claims: [(claim: RecordedClaim, record: Record, notebook: NotebookState)]
  var writer: InlineWriter
  var page = PaperText()
  var problems: [WeaveProblem] = []
  var title = "Paper"

  init(_ project: Project, _ dialect: Dialect) {
    self.project = project
    self.dialect = dialect
    assembly = Assembly(project)
    claims = project.records.compactMap { notebook, record in
      if case .claim(let claim) = record.payload { (claim, record, notebook) } else { nil }
    }
    numbering = Numbering(assembly.parts, claims: claims.map(\.claim))
    var records: [String: (record: Record, notebook: NotebookState)] = [:]
    for (notebook, record) in project.records { records[record.name] = (record, notebook) }
    writer = InlineWriter(targets: numbering.targets, records: records, bibliography: project.bibliography)
  }

  mutating func run() {
    if let heading = assembly.parts.first?.blocks.first, case .heading(1, let text, _) = heading.content {
      title = text
    } else {
      problems.append(
        WeaveProblem(
          .warning, file: Project.frontPath, line: 1, "expected the title of the paper as a heading: # …"))
    }
    for part in assembly.parts {
      for block in part.blocks { write(block, isNotebook: part.isNotebook) }
    }
    writeReferences()
    for (claim, record, notebook) in claims {
      writer.mention(claim.restsOn, file: notebook.source.path, line: notebook.presentLine(of: record))
    }
    findUnused()
    findLooseDigits()
    problems = assembly.problems + numbering.problems + problems + writer.problems
    page.trimEnd()
  }

  private mutating func write(_ block: Block, isNotebook: Bool) {
    page.separate()
    switch block.content {
    case .heading(let level, let title, let label):
      writeHeading(level: level, title: title, label: label, block, isNotebook: isNotebook)
    case .markdown(let text):
      writer.write(text, on: &page, file: block.file, line: block.line)
    case .verbatim(let text):
      page.write(text)
    case .equation(let text, let label):
      writeEquation(text, label: label)
    case .callout(let kind, let text):
      var inner = PaperText()
      writer.write(text, on: &inner, file: block.file, line: block.line)
      writeCallout(kind, inner)
    case .code(let text, let options):
      writeCode(text, options, anchor: "code-\(block.stem)-\(block.line)")
    case .output(let record):
      writeOutput(record, block)
    case .claims:
      writeClaims(block)
    }
  }

  private mutating func writeHeading(
    level: Int, title: String, label: String?, _ block: Block, isNotebook: Bool
  ) {
    if let label, dialect == .host { page.write(dialect.anchor(label) + "\n\n") }
    let number = numbering.headings["\(block.file):\(block.line)"] ?? ""
    let depth = min(6, level + (isNotebook ? 1 : 0))
    page.write(String(repeating: "#", count: depth) + " " + (number.isEmpty ? "" : number + " "))
    writer.write(title, on: &page, file: block.file, line: block.line, isLinted: isNotebook)
    if let label, dialect != .host { page.write(" {#\(label)}") }
  }

  private mutating func writeCallout(_ kind: String, _ text: PaperText) {
    // An example says so in its text.
    var titled = PaperText()
    if kind != "TIP" { titled.write("**\(kind.prefix(1) + kind.dropFirst().lowercased()).** ") }
    titled.write(text, beforeEachLine: "")
    switch dialect {
    case .host:
      page.write("> [!\(kind)]\n")
      page.write(text, beforeEachLine: "> ")
    case .page:
      page.write("::: {.callout .\(kind.lowercased())}\n")
      page.write(titled, beforeEachLine: "")
      page.write("\n:::")
    case .print: page.write(titled, beforeEachLine: "> ")
    }
  }

  private mutating func writeEquation(_ text: String, label: String?) {
    guard let label, let target = numbering.targets[label] else { return page.write("$$\n\(text)\n$$") }
    page.write(dialect.open(label, kind: "equation", call: "numbered[(\(target.number))]"))
    switch dialect {
    case .host: page.write("$$\n\(text) \\qquad\\text{(\(target.number))}\n$$")
    case .page: page.write("$$\n\(text)\n$$\n\n[(\(target.number))]{.number-of-equation}")
    case .print: page.write("$$\n\(text)\n$$")
    }
    page.write(dialect.close(label))
  }

  private mutating func writeCode(_ text: String, _ options: CodeOptions, anchor: String) {
    if dialect == .print { return }
    let longestRun = text.split(whereSeparator: { $0 != "`" }).map(\.count).max() ?? 0
    let fence = String(repeating: "`", count: max(3, longestRun + 1))
    let language = dialect == .page ? "{#\(anchor) .swift}" : "swift"
    let code = "\(fence)\(language)\n\(text)\n\(fence)"
    if options.fold == .plain {
      page.write(code)
    } else {
      let open = options.fold == .open ? " open" : ""
      page.write("<details\(open)><summary>\(options.summary)</summary>\n\n\(code)\n\n</details>")
    }
  }

  private mutating func findUnused() {
    for (notebook, record) in project.records where !writer.mentioned.contains(record.name) {
      let line = notebook.presentLine(of: record)
      let file = notebook.source.path
      switch record.payload {
      case .value:
        problems.append(
          WeaveProblem(
            .error, file: file, line: line,
            "the value \"\(record.name)\" is mentioned nowhere; write {{\(record.name)}} or remove it"))
      case .figure, .table:
        problems.append(
          WeaveProblem(.warning, file: file, line: line, "nothing refers to @\(record.name)"))
      case .claim, .note: break
      }
    }
  }

  /// No digit is printed that a rerun may change.
  private mutating func findLooseDigits() {
    for (notebook, record) in project.records {
      guard case .value(let value) = record.payload, let number = value.number, var format = value.format,
        let digits = format.digits, case .within(let absolute, let relative) = record.determinism
      else { continue }
      format.digits = nil
      let tolerance = absolute + relative * number.value.magnitude
      let honest = format.print(Estimate(number.value), tolerance: tolerance)
      let decimals =
        honest.contains(".") ? honest.drop { $0 != "." }.dropFirst().prefix { $0.isNumber }.count : 0
      if tolerance > 0, format.scale != .bytes, decimals < digits {
        problems.append(
          WeaveProblem(
            .warning, file: notebook.source.path, line: notebook.presentLine(of: record),
            "\"\(record.name)\" prints \(value.printed), but a rerun may differ by \(tolerance); "
              + "\(honest) would hold"))
      }
    }
  }

  private mutating func writeReferences() {
    guard !writer.cited.isEmpty else { return }
    page.separate()
    page.write("## References\n")
    for (index, key) in writer.cited.enumerated() {
      guard let entry = project.bibliography.entries[key] else { continue }
      page.write("\n\(index + 1). \(dialect.anchor("ref-" + key))\(entry.listed)")
    }
  }
}
