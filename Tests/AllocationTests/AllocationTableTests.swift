import Allocation
import FoundationEssentials
import TestSupport
import Testing

@Suite("Bits under a budget")
struct AllocationTableTests {
  struct Reference: Decodable {
    struct Run: Decodable {
      var budgetBits: Int
      var objective: Double?
      var feasible: Bool
      var macBudget: Double?
    }
    var bits: [Int]
    var sizes: [Int]
    var cost: [[Double]]
    var runs: [Run]
    var macs: [Int]?
  }

  static func problem(sizes: [Int], cost: [[Double]], bits: [Int]) -> AllocationProblem {
    AllocationProblem(
      bits: bits,
      layers: zip(sizes, cost).enumerated().map { index, layer in
        .init(name: "layer\(index)", weights: layer.0, cost: layer.1)
      })
  }

  @Test(
    "optimal costs equal the reference solver's at every budget",
    arguments: ["small", "ties", "nonmonotone", "twoBudgets", "detr154"])
  func reference(name: String) throws {
    let reference = try JSONDecoder().decode(Reference.self, from: Fixtures.data("allocation/\(name).json"))
    let problem = Self.problem(sizes: reference.sizes, cost: reference.cost, bits: reference.bits)
    let table = try AllocationTable(problem)
    let isExact = table.isExact  // a failed expectation would print the whole table
    #expect(isExact)
    var compared = 0
    for run in reference.runs {
      // A second budget matters unless it lets every layer have all the bits.
      if let second = run.macBudget, let macs = reference.macs, second < Double(8 * macs.reduce(0, +)) {
        continue
      }
      compared += 1
      guard run.feasible, let objective = run.objective else {
        #expect(
          throws: AllocationError.budgetTooSmall(budgetBits: run.budgetBits, minimumBits: table.minimumBits)
        ) {
          try table.allocation(budgetBits: run.budgetBits)
        }
        continue
      }
      let found = try table.allocation(budgetBits: run.budgetBits)
      #expect(isClose(found.objective, objective, relative: 1e-9))
      #expect(found.usedBits <= run.budgetBits)
      let sum = found.layerBits.enumerated().reduce(0) {
        $0 + reference.cost[$1.offset][reference.bits.firstIndex(of: $1.element) ?? 0]
      }
      #expect(isClose(sum, found.objective, relative: 1e-12))
      #expect(zip(reference.sizes, found.layerBits).reduce(0) { $0 + $1.0 * $1.1 } == found.usedBits)
    }
    #expect(compared >= (name == "twoBudgets" ? 1 : 7))
  }

  /// All assignments of a small problem: cost, bits used, widths.
  static func everyAssignment(_ problem: AllocationProblem) -> [(cost: Double, used: Int, bits: [Int])] {
    var all: [(cost: Double, used: Int, bits: [Int])] = [(0, 0, [])]
    for layer in problem.layers.reversed() {
      all = all.flatMap { rest in
        zip(problem.bits, layer.cost).map {
          ($1 + rest.cost, layer.weights * $0 + rest.used, [$0] + rest.bits)
        }
      }
    }
    return all
  }

  /// The cheapest of some assignments within a budget; of equals that of the fewest bits, then that whose first layers have fewer.
  static func best(of all: [(cost: Double, used: Int, bits: [Int])], within budget: Int)
    -> (cost: Double, used: Int, bits: [Int])?
  {
    all.filter { $0.used <= budget }.min {
      if $0.cost != $1.cost { return $0.cost < $1.cost }
      if $0.used != $1.used { return $0.used < $1.used }
      return $0.bits.lexicographicallyPrecedes($1.bits)
    }
  }

  struct Random {
    var state: UInt64
    mutating func next(_ bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % bound
    }
  }

  @Test(
    "no assignment within the budget is better, and among equals the fewest bits, first layers first",
    arguments: 1...200)
  func againstEnumeration(seed: UInt64) throws {
    var random = Random(state: seed)
    let layerCount = random.next(6)
    // Whole costs, so that sums are exact and ties are frequent.
    let levels = seed % 2 == 0 ? 4 : 100_000
    let bits = [[3, 4, 5, 6, 8], [8, 2, 4], [4]][random.next(3)]
    let problem = Self.problem(
      sizes: (0..<layerCount).map { _ in 1 + random.next(12) },
      cost: (0..<layerCount).map { _ in bits.map { _ in Double(random.next(levels)) } }, bits: bits)
    let table = try AllocationTable(problem)
    let all = Self.everyAssignment(problem)
    #expect(all.map(\.used).min() == table.minimumBits && all.map(\.used).max() == table.maximumBits)
    for budget in table.minimumBits...(table.maximumBits + 3) {
      let best = try #require(Self.best(of: all, within: budget))
      let found = try table.allocation(budgetBits: budget)
      #expect(found.objective == best.cost && found.usedBits == best.used && found.layerBits == best.bits)
    }
    let front = table.paretoFront
    for point in front {
      let best = all.filter { $0.used <= point.usedBits }.map(\.cost).min()
      #expect(point.objective == best)
    }
    #expect(
      zip(front, front.dropFirst()).allSatisfy { $0.usedBits < $1.usedBits && $0.objective > $1.objective })
    #expect(front.first?.usedBits == table.minimumBits && front.last?.objective == all.map(\.cost).min())
  }

  @Test(
    "more widths than half a byte can tell apart are all chosen from, at every size of budget",
    arguments: 1...4)
  func manyWidths(seed: UInt64) throws {
    var random = Random(state: seed)
    // Whole costs, so that sums are exact; where they fall with the bits, all widths come up.
    let falls = seed % 2 == 0
    let bits = Array(1...20)
    let problem = Self.problem(
      sizes: (0..<3).map { _ in 1 + random.next(40) },
      cost: (0..<3).map { _ in
        bits.map { Double((falls ? (21 - $0) * (21 - $0) * 10 : 0) + random.next(100)) }
      }, bits: bits)
    let table = try AllocationTable(problem)
    let all = Self.everyAssignment(problem)
    let step = max((table.maximumBits - table.minimumBits) / 10, 1)
    var chosen: Set<Int> = []
    for budget in stride(from: table.minimumBits, through: table.maximumBits, by: step) {
      let best = try #require(Self.best(of: all, within: budget))
      let found = try table.allocation(budgetBits: budget)
      #expect(found.objective == best.cost && found.usedBits == best.used && found.layerBits == best.bits)
      chosen.formUnion(found.layerBits)
    }
    #expect(
      !falls || chosen.contains { $0 > 16 }, "the seventeenth width and those after it need a whole byte")
  }

  @Test("costs of eight layers over many decades are still summed to the optimum")
  func eightLayers() throws {
    var random = Random(state: 99)
    let bits = [3, 4, 8]
    let problem = Self.problem(
      sizes: (0..<8).map { _ in 64 * (1 + random.next(9)) },
      cost: (0..<8).map { _ in
        let scale = [1e-10, 1e-5, 1, 1e2][random.next(4)]
        return bits.map { scale * Double(1 + random.next(1000)) / Double(1 << (2 * $0)) }
      }, bits: bits)
    let table = try AllocationTable(problem)
    let all = Self.everyAssignment(problem)
    for budget in stride(from: table.minimumBits, through: table.maximumBits, by: 448) {
      let best = all.filter { $0.used <= budget }.map(\.cost).min() ?? .nan
      #expect(isClose(try table.allocation(budgetBits: budget).objective, best, relative: 1e-12))
    }
  }

  /// The 154 layers of DETR-R50 with the first convolution and the heads fixed, so that sizes count in 4096 weights.
  private static func detector(scale: Double = 1) throws -> AllocationProblem {
    let reference = try JSONDecoder().decode(Reference.self, from: Fixtures.data("allocation/detr154.json"))
    var problem = problem(
      sizes: reference.sizes, cost: reference.cost.map { $0.map { $0 * scale } }, bits: reference.bits)
    problem.fixed = ["layer0": 8, "layer150": 8, "layer153": 8]
    return problem
  }

  @Test("scaling all costs changes no choice")
  func scaling() throws {
    let first = try AllocationTable(Self.detector())
    let second = try AllocationTable(Self.detector(scale: 1024))
    for average in [3.25, 4, 5.5] {
      let (a, b) = (try first.allocation(averageBits: average), try second.allocation(averageBits: average))
      #expect(a.layerBits == b.layerBits && a.objective * 1024 == b.objective)
      #expect(a.averageBits <= average && a.averageBits > average - 0.01)
    }
  }

  @Test("a table for small budgets gives the same allocations up to there")
  func capped() throws {
    var random = Random(state: 4)
    let problem = Self.problem(
      sizes: (0..<9).map { _ in 1 + random.next(50) },
      cost: (0..<9).map { _ in (0..<5).map { _ in Double(random.next(1000)) } }, bits: [2, 3, 4, 5, 8])
    let whole = try AllocationTable(problem)
    let largest = (whole.minimumBits + whole.maximumBits) / 2
    let capped = try AllocationTable(problem, largestBudgetBits: largest)
    for budget in whole.minimumBits...largest {
      let (expected, found) = (
        try whole.allocation(budgetBits: budget), try capped.allocation(budgetBits: budget)
      )
      #expect(expected == found)
    }
    let front = capped.paretoFront
    #expect(front == whole.paretoFront.filter { $0.usedBits <= largest })
    let minimum = try AllocationTable(problem, largestBudgetBits: 0)
    #expect(try minimum.allocation(budgetBits: whole.maximumBits).usedBits == whole.minimumBits)
  }

  @Test("a table that would not fit is made coarser: budgets are kept and the optimum is nearly met")
  func coarse() throws {
    let problem = try Self.detector()
    let exact = try AllocationTable(problem)
    let coarse = try AllocationTable(problem, mostBytes: 1_500_000)
    let units = (exact.unitBits, coarse.unitBits, coarse.isExact)
    #expect(units.0 == 4096 && units.1 > 4096 && !units.2)
    for average in [3.25, 3.5, 4, 6, 8] {
      let found = try coarse.allocation(averageBits: average)
      #expect(Double(found.usedBits) <= average * Double(problem.weightCount))
      let best = try exact.allocation(averageBits: average).objective
      #expect(found.objective >= best * (1 - 1e-12) && found.objective < best * 1.1)
    }
    let largest = try coarse.allocation(budgetBits: coarse.maximumBits)
    #expect(
      isClose(
        largest.objective, try exact.allocation(budgetBits: exact.maximumBits).objective, relative: 1e-12))
    let front = coarse.paretoFront
    #expect(
      zip(front, front.dropFirst()).allSatisfy { $0.usedBits < $1.usedBits && $0.objective > $1.objective })
    let tiny = try AllocationTable(problem, mostBytes: 0)
    #expect(try tiny.allocation(budgetBits: tiny.minimumBits).usedBits == tiny.minimumBits)
  }
}
