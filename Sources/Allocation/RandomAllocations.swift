// Assignments of a given size that know nothing: the control that every clever one is compared with.

extension AllocationProblem {
  /// Random assignments that use a budget up, a function of the seed.
  ///
  /// Each starts with a random width for every group of layers. Random groups then lose a width each until the budget is
  /// kept, and random groups that still fit gain one until none does.
  ///
  /// - Parameter budgetBits: of size, fixed layers included.
  /// - Throws: an error if the problem is not valid, or the budget too small.
  public func randomAllocations(
    _ count: Int, budgetBits: Int, seed: UInt64
  ) throws(AllocationError) -> [BitAllocation] {
    let groups = try choiceGroups()
    let widths = bits.sorted()
    let fixedWidths = layers.map { fixed[$0.name] ?? 0 }
    let minimum =
      usedBits(layerBits: fixedWidths) + groups.reduce(0) { $0 + $1.weights } * (widths.first ?? 0)
    guard minimum <= budgetBits else { throw .budgetTooSmall(budgetBits: budgetBits, minimumBits: minimum) }
    var generator = Generator(state: seed)
    return (0..<count).map { _ in
      var choices = groups.map { _ in generator.next(below: widths.count) }
      var used =
        usedBits(layerBits: fixedWidths)
        + zip(groups, choices).reduce(0) { $0 + $1.0.weights * widths[$1.1] }
      while used > budgetBits {
        let group = generator.next(below: groups.count)
        guard choices[group] > 0 else { continue }
        choices[group] -= 1
        used -= groups[group].weights * (widths[choices[group] + 1] - widths[choices[group]])
      }
      while true {
        let fitting = groups.indices.filter {
          choices[$0] + 1 < widths.count
            && used + groups[$0].weights * (widths[choices[$0] + 1] - widths[choices[$0]]) <= budgetBits
        }
        guard !fitting.isEmpty else { break }
        let group = fitting[generator.next(below: fitting.count)]
        used += groups[group].weights * (widths[choices[group] + 1] - widths[choices[group]])
        choices[group] += 1
      }
      var layerBits = fixedWidths
      var objective = 0.0
      for (group, choice) in zip(groups, choices) {
        objective += group.cost[choice]
        for layer in group.layers { layerBits[layer] = widths[choice] }
      }
      return BitAllocation(problem: self, layerBits: layerBits, objective: objective)
    }
  }

  /// SplitMix64 (Steele, Lea and Flood, 2014).
  private struct Generator {
    var state: UInt64

    mutating func next(below count: Int) -> Int {
      state &+= 0x9e37_79b9_7f4a_7c15
      var mixed = state
      mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
      mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
      mixed ^= mixed >> 31
      return Int(mixed.multipliedFullWidth(by: UInt64(count)).high)
    }
  }
}
