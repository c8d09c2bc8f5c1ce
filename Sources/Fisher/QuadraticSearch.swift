// Local search on the complete quadratic form: what layers do to each other is counted, which the programme cannot.
import Allocation
import Quantization

extension GradientProjections {
  /// Improves an allocation under the complete predicted rise of an objective, `½ ΔᵀFΔ` with all cross-layer terms, and
  /// the first-order part if wanted, by changing one layer or exchanging bits between two, while the budget is kept.
  ///
  /// Each round makes the best change; a local optimum is reached when none helps. The result is never worse.
  ///
  /// - Parameters:
  ///   - assignment: where to start; layers that the problem fixes stay.
  ///   - budgetBits: of size, fixed layers included.
  ///   - includingFirstOrder: whether `ḡ·Δ` counts too.
  /// - Throws: an error if the problem's layers or widths were not projected on, or the start is not within the budget.
  public func refined(
    _ assignment: BitAssignment, problem: AllocationProblem, budgetBits: Int, objective: Objective,
    includingFirstOrder: Bool = false, mostRounds: Int = 1000
  ) throws(FisherError) -> BitAssignment {
    let places = Dictionary(layerNames.enumerated().map { ($1, $0) }) { first, _ in first }
    let columns = Dictionary(bits.enumerated().map { ($1, $0) }) { first, _ in first }
    let free = problem.layers.filter { problem.fixed[$0.name] == nil }
    let ties = Set(problem.tied.flatMap(\.self))
    let widths = problem.bits.sorted()
    var chosen: [Int] = []
    // [layer][width][image]
    var values: [[[Double]]] = []
    for layer in free {
      guard let place = places[layer.name], let width = assignment[layer.name],
        let choice = widths.firstIndex(of: width), !ties.contains(layer.name)
      else {
        throw FisherError(
          "the layer \(layer.name) is tied, was not projected on, or starts at a width that is not to choose from"
        )
      }
      var table: [[Double]] = []
      for width in widths {
        guard let column = columns[width] else {
          throw FisherError("gradients were projected on \(bits) bits; the problem has \(width)")
        }
        table.append(try imageValues(of: objective, layer: place, column: column))
      }
      values.append(table)
      chosen.append(choice)
    }
    var sums = try imageSums(assignment.filter { problem.fixed[$0.key] != nil }, objective)
    for (layer, choice) in chosen.enumerated() {
      for image in sums.indices { sums[image] += values[layer][choice][image] }
    }
    var room = budgetBits - problem.usedBits(layerBits: problem.layers.map { assignment[$0.name] ?? 0 })
    guard room >= 0 else {
      throw FisherError("the allocation to improve takes \(-room) bits more than the budget")
    }
    let slope = includingFirstOrder ? 1.0 : 0.0
    for _ in 0..<mostRounds {
      guard
        let move = bestMove(
          free.map(\.weights), widths, chosen, values, sums, room: room, slope: slope)
      else { break }
      for (layer, choice) in move {
        for image in sums.indices {
          sums[image] += values[layer][choice][image] - values[layer][chosen[layer]][image]
        }
        room -= free[layer].weights * (widths[choice] - widths[chosen[layer]])
        chosen[layer] = choice
      }
    }
    var result = assignment
    for (layer, choice) in zip(free, chosen) { result[layer.name] = widths[choice] }
    return result
  }

  private func imageValues(
    of objective: Objective, layer: Int, column: Int
  ) throws(FisherError) -> [Double] {
    guard let name = objective.criticalName else { return overall.map { $0[layer][column] } }
    guard let rows = critical[name] else {
      throw FisherError("there is no critical loss \(name) among \(critical.keys.sorted())")
    }
    return zip(overall, rows).map { objective.linear($0[layer][column], $1[layer][column]) }
  }

  private func imageSums(
    _ assignment: BitAssignment, _ objective: Objective
  ) throws(FisherError) -> [Double] {
    var sums = [Double](repeating: 0, count: overall.count)
    for (layer, name) in layerNames.enumerated() {
      guard let width = assignment[name], let column = bits.firstIndex(of: width) else { continue }
      let row = try imageValues(of: objective, layer: layer, column: column)
      for image in sums.indices { sums[image] += row[image] }
    }
    return sums
  }

  /// The change of one or two layers that lowers `½ E[s²] + slope · E[s]` most.
  private func bestMove(
    _ weights: [Int], _ widths: [Int], _ chosen: [Int], _ values: [[[Double]]], _ sums: [Double], room: Int,
    slope: Double
  ) -> [(layer: Int, choice: Int)]? {
    let images = sums.indices
    struct Change {
      var layer: Int
      var choice: Int
      var size: Int
      var gain: Double
      var difference: [Double]
    }
    // With d the change of s: ½ Σ (s + d)² − ½ Σ s² + slope Σ d = Σ d (s + d / 2 + slope).
    var changes: [Change] = []
    for layer in weights.indices {
      for choice in widths.indices where choice != chosen[layer] {
        let old = values[layer][chosen[layer]]
        let new = values[layer][choice]
        var difference = [Double](repeating: 0, count: sums.count)
        var gain = 0.0
        for image in images {
          let d = new[image] - old[image]
          difference[image] = d
          gain += d * (sums[image] + d / 2 + slope)
        }
        changes.append(
          Change(
            layer: layer, choice: choice, size: weights[layer] * (widths[choice] - widths[chosen[layer]]),
            gain: gain, difference: difference))
      }
    }
    let scale = images.reduce(0.0) { $0 + sums[$1] * sums[$1] / 2 }
    var best = -1e-9 * max(scale, .leastNormalMagnitude)
    var move: [(layer: Int, choice: Int)]?
    for change in changes where change.size <= room && change.gain < best {
      best = change.gain
      move = [(change.layer, change.choice)]
    }
    // Pairs: one layer gives, another takes. The cross term of the two is Σ d₁ d₂.
    let shrinking = changes.filter { $0.size < 0 }
    let growing = changes.filter { $0.size > 0 && $0.gain < 0 }
    for up in growing {
      for down in shrinking where up.layer != down.layer && up.size + down.size <= room {
        var cross = 0.0
        for image in images { cross += up.difference[image] * down.difference[image] }
        let gain = up.gain + down.gain + cross
        if gain < best {
          best = gain
          move = [(up.layer, up.choice), (down.layer, down.choice)]
        }
      }
    }
    return move
  }
}
