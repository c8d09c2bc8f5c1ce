// `quire allocate`: bits for layers under a budget.
import Allocation
import ArgumentParser
import Foundation

struct AllocateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "allocate",
    abstract: "Choose the bit widths of layers that cost least within a budget; the result is optimal.",
    discussion: """
      The costs are a JSON object: {"bits": [3, 4, 8], "layers": [{"name": …, "weights": …, "cost": [one per \
      width]}, …], "fixed": {"name": 8}, "tied": [["name", "name"], …]}; the last two may be absent. Fixed layers \
      count in every budget, scales in none. Without a budget, 4 bits on average are asked for.
      """)

  @Option(help: ArgumentHelp("The layers and their costs.", valueName: "costs.json"))
  var costs: String

  @Option(help: ArgumentHelp("The budget in bits per weight.", valueName: "bits"))
  var averageBits: Double?

  @Option(help: ArgumentHelp("The budget in bytes for all weights.", valueName: "count"))
  var bytes: Int?

  @Flag(help: "Print every size that buys a lower cost, instead of one allocation.")
  var pareto = false

  @Flag(help: "Print one JSON object.")
  var json = false

  func validate() throws {
    if (averageBits == nil ? 0 : 1) + (bytes == nil ? 0 : 1) + (pareto ? 1 : 0) > 1 {
      throw ValidationError("--average-bits, --bytes and --pareto exclude each other")
    }
    if let averageBits, !averageBits.isFinite {
      throw ValidationError("--average-bits should be a number, found \(averageBits)")
    }
    if let bytes, !(0...(Int.max / 8)).contains(bytes) {
      throw ValidationError("--bytes should be a number from 0 to \(Int.max / 8), found \(bytes)")
    }
  }

  func run() throws {
    try reporting {
      let problem = try AllocationProblem(contentsOf: URL(filePath: costs))
      if pareto {
        try print(front: try AllocationTable(problem).paretoFront)
      } else {
        let budget = bytes.map { $0 * 8 } ?? problem.budgetBits(averageBits: averageBits ?? 4)
        let table = try AllocationTable(problem, largestBudgetBits: budget)
        try print(allocation: try table.allocation(budgetBits: budget), problem)
        if !table.isExact {
          say("sizes were counted in units of \(table.unitBits) bits to save memory; the budget is kept")
        }
      }
    }
  }

  private func print(front: [ParetoPoint]) throws {
    if json { return try printJSON(Front(pareto: front)) }
    Swift.print("average bits  used bits  objective")
    for point in front { Swift.print("\(point.averageBits)  \(point.usedBits)  \(point.objective)") }
  }

  private func print(allocation: BitAllocation, _ problem: AllocationProblem) throws {
    if json {
      return try printJSON(
        Outcome(
          bits: allocation.bits, objective: allocation.objective, usedBits: allocation.usedBits,
          averageBits: allocation.averageBits))
    }
    for (layer, bits) in zip(problem.layers, allocation.layerBits) { Swift.print("\(bits)  \(layer.name)") }
    Swift.print("objective \(allocation.objective), \(allocation.usedBytes) bytes", terminator: ", ")
    Swift.print("\(allocation.averageBits) bits on average")
  }

  private struct Outcome: Encodable {
    var bits: [String: Int]
    var objective: Double
    var usedBits: Int
    var averageBits: Double
  }

  private struct Front: Encodable {
    var pareto: [ParetoPoint]
  }
}
