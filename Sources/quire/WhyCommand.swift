// quire why: the parts of the keys behind an output, then and now.
import ArgumentParser
import Artifacts
import Foundation
import Weave

/// `quire why`.
struct WhyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "why",
    abstract: "Whether an output is up to date, and the parts of all keys behind it, then and now.")

  @OptionGroup var options: RunOptions

  @Flag(help: "Print one JSON object.")
  var json = false

  func validate() throws {
    if options.targets.isEmpty { throw ValidationError("why needs the name of a section or an output") }
  }

  private struct Answer: Encodable {
    struct Step: Encodable {
      let name: String
      let title: String
      let reason: String?
      let parts: [KeyPart]
    }
    struct Output: Encodable {
      let label: String
      let state: String
      let reason: String?
    }
    var outputs: [Output] = []
    var steps: [Step] = []
    /// The step that the change starts at: its own parts differ, and those of nothing before it.
    var start: String?
  }

  func run() throws {
    try reporting {
      let session = try Session(options.subject)
      let project = try options.project(session)
      let planner = RunPlanner(
        project: project, options: options, runner: options.runner(root: session.root))
      for name in options.targets {
        let target = try project.target(name)
        guard let notebook = project.notebook(target.notebook) else { continue }
        let plan = try session.keepingResults {
          try planner.plan(notebook, target.request ?? notebook.everything)
        }
        let answer = answer(plan, CodeHistory(root: session.root))
        if json { try printJSON(answer) } else { show(answer) }
      }
    }
  }

  private func answer(_ plan: NotebookPlan, _ history: CodeHistory) -> Answer {
    var answer = Answer()
    let reasons = Dictionary(
      plan.outputs.map { ($0.label, $0.reason) }, uniquingKeysWith: { first, _ in first })
    for output in plan.notebook.asked(plan.request) {
      answer.outputs.append(
        Answer.Output(
          label: output.label, state: output.state.name,
          reason: output.state == .fresh ? nil : reasons[output.label]))
    }
    for step in plan.comparisons {
      answer.steps.append(
        Answer.Step(
          name: step.now.name, title: step.now.title, reason: step.reason.map { "\($0)" },
          parts: KeyPart.compare(step.then?.parts, step.now.parts, history: history)))
    }
    answer.start = plan.frontier?.now.name
    return answer
  }

  private func show(_ answer: Answer) {
    for output in answer.outputs {
      print("\(output.label)  \(output.state)\(output.reason.map { ": \($0)" } ?? "")")
    }
    for step in answer.steps {
      print("\(step.name)  \(step.title)\(step.reason.map { "  would run because \($0)" } ?? "")")
      for part in step.parts {
        let change = part.isSame ? part.now ?? "" : "\(part.then ?? "nothing") -> \(part.now ?? "nothing")"
        let functions = part.functions.map { " in \($0)" } ?? ""
        print("  \(part.isSame ? "=" : "≠") \(part.name)  \(change)\(functions)")
      }
    }
    if let start = answer.start { print("it starts at \(start)") }
  }
}
