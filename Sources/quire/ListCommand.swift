// quire list: notebooks, their sections and outputs, and which are fresh.
import ArgumentParser
import Foundation
import Weave

/// `quire list`.
struct ListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "Notebooks, their sections and outputs, and which are fresh.")

  @OptionGroup var subject: ProfileOption

  @Flag(help: "Print one JSON object.")
  var json = false

  private struct Listing: Encodable {
    struct Output: Encodable {
      let label: String
      let kind: String
      let state: String
      let files: [String]
    }
    struct Section: Encodable {
      let id: String
      let title: String
      let outputs: [Output]
    }
    struct Notebook: Encodable {
      let name: String
      let title: String
      /// What -p takes; absent where there is nothing.
      let parameters: [String]?
      let sections: [Section]
    }
    let notebooks: [Notebook]
  }

  func run() throws {
    try reporting {
      let project = try Session(subject).project()
      let listing = Listing(notebooks: project.notebooks.map(describe))
      if json { try printJSON(listing) } else { show(listing) }
    }
  }

  private func describe(_ notebook: NotebookState) -> Listing.Notebook {
    let headings =
      [(label: "", title: "")] + notebook.source.sections.map { (label: $0.label ?? "", title: $0.title) }
    let sections = headings.compactMap { heading -> Listing.Section? in
      let outputs = notebook.outputs.filter { $0.section == heading.label }
      if heading.label.isEmpty && outputs.isEmpty { return nil }
      return Listing.Section(id: heading.label, title: heading.title, outputs: outputs.map(describe))
    }
    let parameters = notebook.code.parameters.sorted()
    return Listing.Notebook(
      name: notebook.source.name, title: notebook.source.title,
      parameters: parameters.isEmpty ? nil : parameters, sections: sections)
  }

  private func describe(_ output: OutputStatus) -> Listing.Output {
    let endings = output.kind == "figure" ? ["pdf", "png", "svg"] : []
    return Listing.Output(
      label: output.label, kind: output.kind, state: output.state.name,
      files: endings.map { figurePath(output.label, $0) })
  }

  private func show(_ listing: Listing) {
    for notebook in listing.notebooks {
      print("\(notebook.name)  \(notebook.title)")
      if let parameters = notebook.parameters { print("  parameters: \(parameters.joined(separator: ", "))") }
      for section in notebook.sections {
        print("  #\(section.id)  \(section.title)")
        for output in section.outputs {
          let state = output.state.padding(toLength: 8, withPad: " ", startingAt: 0)
          let kind = output.kind.padding(toLength: 7, withPad: " ", startingAt: 0)
          print("    \(state)\(kind)\(output.label)")
        }
      }
    }
  }
}
