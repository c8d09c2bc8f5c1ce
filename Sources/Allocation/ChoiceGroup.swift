// A problem checked and brought into the form of the programme: groups of layers that share one choice.

/// Layers that get one bit width together: a tied group or a single layer.
struct ChoiceGroup {
  /// Positions of its layers in the problem.
  var layers: [Int]
  /// Weights of all its layers.
  var weights: Int
  /// Cost of each bit width, ascending by width.
  var cost: [Double]
}

extension AllocationProblem {
  /// The groups in the order of their first layers, fixed layers left out; refuses what cannot be allocated.
  func choiceGroups() throws(AllocationError) -> [ChoiceGroup] {
    try checkNamesAndSizes()
    let order = bits.indices.sorted { bits[$0] < bits[$1] }
    let isTied = try ties()
    var groups: [ChoiceGroup] = []
    var groupOfTie: [Int: Int] = [:]
    for (index, layer) in layers.enumerated() where fixed[layer.name] == nil {
      guard layer.cost.count == bits.count else {
        throw .wrongCostCount(layer: layer.name, expected: bits.count, found: layer.cost.count)
      }
      for (width, cost) in zip(bits, layer.cost) where !(cost >= 0 && cost <= 1e300) {
        throw .invalidCost(layer: layer.name, bits: width, cost: cost)
      }
      let cost = order.map { layer.cost[$0] }
      if let tie = isTied[layer.name], let group = groupOfTie[tie] {
        groups[group].layers.append(index)
        groups[group].weights += layer.weights
        for width in cost.indices { groups[group].cost[width] += cost[width] }
        continue
      }
      if let tie = isTied[layer.name] { groupOfTie[tie] = groups.count }
      groups.append(ChoiceGroup(layers: [index], weights: layer.weights, cost: cost))
    }
    if !groups.isEmpty && bits.isEmpty { throw .invalidBits(bits) }
    return groups
  }

  private func checkNamesAndSizes() throws(AllocationError) {
    let isDistinct = Set(bits).count == bits.count
    guard isDistinct, bits.allSatisfy({ (1...64).contains($0) }) else { throw .invalidBits(bits) }
    let given = fixed.values.sorted()
    guard given.allSatisfy({ (1...64).contains($0) }) else { throw .invalidBits(given) }
    var names = Set<String>()
    for layer in layers {
      guard names.insert(layer.name).inserted else { throw .repeatedLayer(layer.name) }
      guard (1...AllocationError.mostWeights).contains(layer.weights) else {
        throw .invalidSize(layer: layer.name, weights: layer.weights)
      }
    }
    for name in fixed.keys.sorted() where !names.contains(name) { throw .unknownLayer(name, list: "fixed") }
    for name in tied.flatMap(\.self) where !names.contains(name) { throw .unknownLayer(name, list: "tied") }
  }

  /// The number of the tied group of each tied layer.
  private func ties() throws(AllocationError) -> [String: Int] {
    var groups: [String: Int] = [:]
    for (number, names) in tied.enumerated() {
      for name in names {
        guard groups.updateValue(number, forKey: name) == nil, fixed[name] == nil else {
          throw .conflictingTie(name)
        }
      }
    }
    return groups
  }
}
