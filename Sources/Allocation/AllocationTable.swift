// The multiple-choice knapsack solved exactly by dynamic programming, for all budgets at once.

/// The best allocation of every size. Making it takes (layers · widths · units) steps; asking it for a budget next to none.
///
/// Sizes count in units of bits above the smallest allocation, a unit being the greatest common divisor of what a
/// choice can add. The state is the number of units used *exactly*, layers enter from the last to the first, and each
/// state keeps its smallest best width. So among equal costs fewer bits in total win, then fewer bits at the first
/// layer, then at the second, and so on, as far as sums of costs are free of rounding.
public struct AllocationTable: Sendable {
  /// The problem solved.
  public let problem: AllocationProblem
  /// Size of the smallest allocation in bits, fixed layers included.
  public let minimumBits: Int
  /// Size of the largest allocation in bits, fixed layers included.
  public let maximumBits: Int
  /// The step between sizes, in bits.
  public let unitBits: Int
  /// Whether every size is counted exactly. If not, the unit was made coarser for the table to fit, and what a choice
  /// adds is rounded up: budgets are kept, but up to one unit per layer may go unused.
  public let isExact: Bool

  private let groups: [ChoiceGroup]
  private let widths: [Int]  // ascending
  private let fixedBits: [Int]  // [layer], 0 for those to choose for
  /// Units that each width adds to the smallest. // [group][width]
  private let added: [[Int]]
  /// Least cost of all groups at each number of units used; infinite where it cannot be met exactly.
  private let best: [Double]
  /// The width of each group at each number of units used by it and the groups after it. // [group][units]
  private let choices: [ChoiceRow]

  /// Solves a problem.
  /// - Parameters:
  ///   - problem: the layers, their sizes and costs.
  ///   - largestBudgetBits: the largest budget that will be asked for; a smaller table takes less time. Without it the
  ///     table covers all budgets.
  ///   - mostBytes: what the table may take in memory; a larger one is avoided by a coarser unit.
  public init(
    _ problem: AllocationProblem, largestBudgetBits: Int? = nil, mostBytes: Int = 1 << 29
  ) throws(AllocationError) {
    self.problem = problem
    groups = try problem.choiceGroups()
    let widths = problem.bits.sorted()
    self.widths = widths
    fixedBits = problem.layers.map { problem.fixed[$0.name] ?? 0 }
    let freeWeights = groups.reduce(0) { $0 + $1.weights }
    let span = (widths.last ?? 0) - (widths.first ?? 0)
    minimumBits = problem.usedBits(layerBits: fixedBits) + freeWeights * (widths.first ?? 0)
    maximumBits = minimumBits + freeWeights * span

    let steps = widths.map { $0 - (widths.first ?? 0) }
    let divisor = groups.reduce(0) { greatestCommonDivisor($0, $1.weights) }
    let finest = max(divisor * steps.reduce(0, greatestCommonDivisor), 1)
    let largest = largestBudgetBits ?? maximumBits
    // Sizes that are rounded up may pass the largest size; no budget short of that size may.
    let most = largest >= maximumBits ? Int.max / 2 : max(largest - minimumBits, 0)
    var unit = finest
    var added = Self.added(groups, steps, unit)
    while unit < freeWeights * span, Self.tableBytes(added, most / unit, widths.count) > mostBytes {
      unit *= 2
      added = Self.added(groups, steps, unit)
    }
    isExact = unit == finest
    unitBits = unit
    self.added = added

    var best: [Double] = [0]
    var choices: [ChoiceRow] = []
    for (group, added) in zip(groups, added).reversed() {
      let count = min(best.count + (added.last ?? 0), most / unit + 1)
      let (next, choice) = extended(best, cost: group.cost, added: added, count: count)
      best = next
      choices.append(choice)
    }
    self.best = best
    self.choices = choices.reversed()
  }

  /// Units that each width adds to the smallest, rounded up. // [group][width]
  private static func added(_ groups: [ChoiceGroup], _ steps: [Int], _ unit: Int) -> [[Int]] {
    groups.map { group in steps.map { (group.weights * $0 + unit - 1) / unit } }
  }

  /// Size of the rows, which grow from the last group to the first.
  private static func tableBytes(_ added: [[Int]], _ most: Int, _ widthCount: Int) -> Int {
    var states = 0
    var row = 1
    for added in added.reversed() {
      row = min(row + (added.last ?? 0), most + 1)
      states += row
    }
    return ChoiceRow.size(states: states, widthCount: widthCount) + 2 * row * MemoryLayout<Double>.size
  }

  /// The allocation of least cost within a budget of bits, fixed layers included; of a table made for smaller budgets the
  /// best for the largest of those.
  public func allocation(budgetBits: Int) throws(AllocationError) -> BitAllocation {
    guard budgetBits >= minimumBits else {
      throw .budgetTooSmall(budgetBits: budgetBits, minimumBits: minimumBits)
    }
    let room =
      budgetBits >= maximumBits ? best.count - 1 : min((budgetBits - minimumBits) / unitBits, best.count - 1)
    var units = 0
    for candidate in 0...room where best[candidate] < best[units] { units = candidate }
    return BitAllocation(problem: problem, layerBits: layerBits(units: units), objective: best[units])
  }

  /// The allocation of least cost among those that use a budget up, for rows that are compared at equal size: at most
  /// one unit stays unused, or as little as can be. It may cost a little more than the best smaller one.
  public func allocation(filling budgetBits: Int) throws(AllocationError) -> BitAllocation {
    guard budgetBits >= minimumBits else {
      throw .budgetTooSmall(budgetBits: budgetBits, minimumBits: minimumBits)
    }
    let room =
      budgetBits >= maximumBits ? best.count - 1 : min((budgetBits - minimumBits) / unitBits, best.count - 1)
    var units = room
    while units > 0, best[units] == .infinity { units -= 1 }
    if units > 0, units == room, best[units - 1] <= best[units] { units -= 1 }
    return BitAllocation(problem: problem, layerBits: layerBits(units: units), objective: best[units])
  }

  /// The allocation of least cost with at most so many bits per weight on average, fixed layers included.
  public func allocation(averageBits: Double) throws(AllocationError) -> BitAllocation {
    try allocation(budgetBits: problem.budgetBits(averageBits: averageBits))
  }

  /// Every size that buys a lower cost than all smaller ones, ascending.
  public var paretoFront: [ParetoPoint] {
    let weights = problem.weightCount
    var points: [ParetoPoint] = []
    var least = Double.infinity
    for units in best.indices where best[units] < least {
      least = best[units]
      let used = problem.usedBits(layerBits: layerBits(units: units))
      let average = weights == 0 ? 0 : Double(used) / Double(weights)
      points.append(ParetoPoint(usedBits: used, averageBits: average, objective: least))
    }
    if isExact { return points }
    // Sizes rounded up may come in another order than the true ones.
    points.sort { ($0.usedBits, $0.objective) < ($1.usedBits, $1.objective) }
    var front: [ParetoPoint] = []
    for point in points where point.objective < front.last?.objective ?? .infinity { front.append(point) }
    return front
  }

  private func layerBits(units: Int) -> [Int] {
    var bits = fixedBits
    var left = units
    for (number, group) in groups.enumerated() {
      let width = choices[number][left]
      left -= added[number][width]
      for layer in group.layers { bits[layer] = widths[width] }
    }
    return bits
  }
}

private func greatestCommonDivisor(_ one: Int, _ other: Int) -> Int {
  var (one, other) = (one, other)
  while other != 0 { (one, other) = (other, one % other) }
  return one
}
