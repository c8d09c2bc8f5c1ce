// quire plan: what would run, and why.
import ArgumentParser
import Artifacts
import Foundation
import Weave

/// `quire plan`.
struct PlanCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan", abstract: "What would run, why, and how long it would take; nothing runs.")

  @OptionGroup var options: RunOptions

  @Flag(help: "Print one JSON object.")
  var json = false

  func run() throws {
    try reporting { try showPlan(options, asJSON: json) }
  }
}

private struct PlanListing: Encodable {
  struct Output: Encodable {
    let label: String
    let reason: String
  }
  struct Step: Encodable {
    let name: String
    let title: String
    let reason: String
    let seconds: Double?
    let bytes: Int?
  }
  struct Notebook: Encodable {
    let name: String
    let outputs: [Output]
    let steps: [Step]
  }
  let notebooks: [Notebook]
  let fresh: [String]
}

/// Prints what would run.
func showPlan(_ options: RunOptions, jobs: Int? = nil, asJSON: Bool) throws {
  let session = try Session(options.subject)
  let project = try options.project(session)
  let planner = RunPlanner(project: project, options: options, runner: options.runner(root: session.root))
  let (needed, fresh) = try planner.requests()
  let plans = try session.keepingResults { try needed.map(planner.plan) }
  if asJSON {
    return try printJSON(
      PlanListing(
        notebooks: plans.map { plan in
          PlanListing.Notebook(
            name: plan.notebook.source.name,
            outputs: plan.outputs.map { PlanListing.Output(label: $0.label, reason: $0.reason) },
            steps: plan.steps.map {
              PlanListing.Step(
                name: $0.node.name, title: $0.node.title, reason: "\($0.reason)", seconds: $0.seconds,
                bytes: $0.bytes)
            })
        }, fresh: fresh))
  }
  for name in fresh { print("fresh \(name)") }
  for plan in plans {
    print("run \(plan.notebook.source.name): \(plan.headline)")
    for line in plan.stepLines { print("  \(line)") }
    for output in plan.outputs { print("  \(output.label)  because \(output.reason)") }
  }
  print(plans.isEmpty ? "nothing to run" : costLine(plans, jobs: jobs ?? options.jobs))
}
