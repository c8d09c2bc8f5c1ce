// A second budget, on bit operations: multiply-accumulates times bits.

/// An allocation within a budget of size and one of bit operations.
public struct TwoBudgetAllocation: Sendable, Equatable {
  /// The bits.
  public var allocation: BitAllocation
  /// `Σ mᵢ bᵢ` over all layers, fixed ones included.
  public var operationBits: Int
  /// No allocation within both budgets costs less than this.
  public var lowerBound: Double
  /// Whether it is the optimum.
  public var isOptimal: Bool
}

extension AllocationProblem {
  /// Allocates within a budget of size and a budget of bit operations.
  ///
  /// While all assignments that none surpasses in cost, size and operations at once stay few, the answer is the optimum.
  /// Beyond that, operations get a price that is raised until the budget is kept, which gives a good allocation and a
  /// bound (Lagrangian relaxation).
  ///
  /// - Parameters:
  ///   - budgetBits: of size, fixed layers included.
  ///   - operations: multiply-accumulates of each layer, times the bits of its activations if they differ.
  ///   - operationBudget: of `Σ mᵢ bᵢ`, fixed layers included.
  ///   - mostStates: assignments to keep beside each other.
  /// - Throws: an error if the problem is not valid, or no allocation keeps a budget.
  public func allocation(
    budgetBits: Int, operations: [Int], operationBudget: Int, mostStates: Int = 100_000
  ) throws(AllocationError) -> TwoBudgetAllocation {
    guard operations.count == layers.count, operations.allSatisfy({ $0 >= 0 }) else {
      fatalError("\(operations.count) counts of operations for \(layers.count) layers")
    }
    let groups = try choiceGroups()
    let fixedWidths = layers.map { fixed[$0.name] ?? 0 }
    let widths = bits.sorted()
    let groupOperations = groups.map { $0.layers.reduce(0) { $0 + operations[$1] } }
    func count(_ layerBits: [Int]) -> Int { zip(operations, layerBits).reduce(0) { $0 + $1.0 * $1.1 } }
    let smallest = count(fixedWidths) + groupOperations.reduce(0, +) * (widths.first ?? 0)
    let smallestSize =
      usedBits(layerBits: fixedWidths) + groups.reduce(0) { $0 + $1.weights } * (widths.first ?? 0)
    guard smallestSize <= budgetBits else {
      throw .budgetTooSmall(budgetBits: budgetBits, minimumBits: smallestSize)
    }
    guard smallest <= operationBudget else {
      throw .operationBudgetTooSmall(budget: operationBudget, minimum: smallest)
    }
    func widened(_ choices: [Int]) -> [Int] {
      var layerBits = fixedWidths
      for (group, choice) in zip(groups, choices) {
        for layer in group.layers { layerBits[layer] = widths[choice] }
      }
      return layerBits
    }
    if let best = exhausted(
      groups, groupOperations, widths, room: budgetBits - usedBits(layerBits: fixedWidths),
      operationRoom: operationBudget - count(fixedWidths), mostStates: mostStates)
    {
      let layerBits = widened(best.choices)
      return TwoBudgetAllocation(
        allocation: BitAllocation(problem: self, layerBits: layerBits, objective: best.cost),
        operationBits: count(layerBits), lowerBound: best.cost, isOptimal: true)
    }
    return try priced(budgetBits: budgetBits, operations: operations, operationBudget: operationBudget)
  }

  /// Assignments of some groups that none surpasses.
  private struct State {
    var cost: Double
    var used: Int
    var operations: Int
    var choices: [Int]
  }

  private func exhausted(
    _ groups: [ChoiceGroup], _ operations: [Int], _ widths: [Int], room: Int, operationRoom: Int,
    mostStates: Int
  ) -> (cost: Double, choices: [Int])? {
    var states = [State(cost: 0, used: 0, operations: 0, choices: [])]
    // What the groups still to come take at least.
    var restUsed = groups.reduce(0) { $0 + $1.weights } * (widths.first ?? 0)
    var restOperations = operations.reduce(0, +) * (widths.first ?? 0)
    for (group, macs) in zip(groups, operations) {
      restUsed -= group.weights * (widths.first ?? 0)
      restOperations -= macs * (widths.first ?? 0)
      var next: [State] = []
      for state in states {
        for (choice, width) in widths.enumerated() {
          let used = state.used + group.weights * width
          let spent = state.operations + macs * width
          guard used + restUsed <= room, spent + restOperations <= operationRoom else { continue }
          next.append(
            State(
              cost: state.cost + group.cost[choice], used: used, operations: spent,
              choices: state.choices + [choice]))
        }
      }
      states = Self.unsurpassed(next)
      if states.count > mostStates { return nil }
    }
    return states.first.map { ($0.cost, $0.choices) }
  }

  /// The states that no other one equals or beats in cost, size and operations at once, by ascending cost.
  private static func unsurpassed(_ states: [State]) -> [State] {
    let sorted = states.sorted {
      if $0.cost != $1.cost { return $0.cost < $1.cost }
      if $0.used != $1.used { return $0.used < $1.used }
      if $0.operations != $1.operations { return $0.operations < $1.operations }
      return $0.choices.lexicographicallyPrecedes($1.choices)
    }
    var kept: [State] = []
    var stairs: [(used: Int, operations: Int)] = []  // ascending in size, descending in operations
    for state in sorted {
      var low = 0
      var high = stairs.count
      while low < high {
        let middle = (low + high) / 2
        if stairs[middle].used <= state.used { low = middle + 1 } else { high = middle }
      }
      if low > 0, stairs[low - 1].operations <= state.operations { continue }
      var end = low
      while end < stairs.count, stairs[end].operations >= state.operations { end += 1 }
      let start = low > 0 && stairs[low - 1].used == state.used ? low - 1 : low
      stairs.replaceSubrange(start..<end, with: [(state.used, state.operations)])
      kept.append(state)
    }
    return kept
  }

  private func priced(
    budgetBits: Int, operations: [Int], operationBudget: Int
  ) throws(AllocationError) -> TwoBudgetAllocation {
    let free = layers.indices.filter { fixed[layers[$0].name] == nil }
    let fixedOperations = layers.indices.reduce(0) { $0 + operations[$1] * (fixed[layers[$1].name] ?? 0) }
    let room = Double(operationBudget - fixedOperations)
    let place = Dictionary(uniqueKeysWithValues: bits.enumerated().map { ($1, $0) })
    func solve(price: Double) throws(AllocationError) -> (BitAllocation, spent: Int, bound: Double) {
      var problem = self
      for layer in free {
        problem.layers[layer].cost = zip(layers[layer].cost, bits).map {
          $0 + price * Double(operations[layer]) * Double($1)
        }
      }
      let found = try AllocationTable(problem, largestBudgetBits: budgetBits).allocation(
        budgetBits: budgetBits)
      let spent = layers.indices.reduce(0) { $0 + operations[$1] * found.layerBits[$1] }
      let own = free.reduce(0.0) { $0 + layers[$1].cost[place[found.layerBits[$1]] ?? 0] }
      let allocation = BitAllocation(problem: self, layerBits: found.layerBits, objective: own)
      return (allocation, spent, found.objective - price * room)
    }
    var best = try solve(price: 0)
    var bound = best.bound
    if best.spent <= operationBudget {
      return TwoBudgetAllocation(
        allocation: best.0, operationBits: best.spent, lowerBound: bound, isOptimal: true)
    }
    let scale = layers.flatMap(\.cost).max() ?? 1
    var high = scale / Double(max(operations.max() ?? 1, 1)) * 1e-6
    var kept = try solve(price: high)
    bound = max(bound, kept.bound)
    while kept.spent > operationBudget, high < .greatestFiniteMagnitude / 1e8 {
      high *= 8
      kept = try solve(price: high)
      bound = max(bound, kept.bound)
    }
    var low = 0.0
    for _ in 0..<40 {
      let middle = (low + high) / 2
      let tried = try solve(price: middle)
      bound = max(bound, tried.bound)
      if tried.spent <= operationBudget {
        high = middle
        if tried.0.objective < kept.0.objective { kept = tried }
      } else {
        low = middle
      }
    }
    best = kept
    return TwoBudgetAllocation(
      allocation: best.0, operationBits: best.spent, lowerBound: min(bound, best.0.objective),
      isOptimal: bound >= best.0.objective)
  }
}
