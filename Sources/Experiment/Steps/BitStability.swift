// The step that tells how far an allocation depends on which scenes the Fisher information was taken from.
import Allocation
import Artifacts
import Fisher
import NN
import Quantization

/// How allocations by the Fisher trace move from draw to draw of the calibration scenes, and from one objective to
/// another on the same draw.
public struct BitStability: Step {
  /// The name in keys and folders.
  public static let name = "bit-stability"
  /// Raised when the meaning of the result changes.
  public static let version = 2
  /// The code that the result comes from.
  public static let sources =
    MixedPrecision.sources + [
      "Sources/Experiment/Steps/BitStability.swift", "Sources/Experiment/Steps/ControlCosts.swift",
    ]
  /// Arithmetic over given costs, in fixed order.
  public static let determinism = Determinism.exact

  /// Whose layers.
  public let detector: Artifact<Checkpoint>
  /// The gradients of every scene.
  public let fisher: Artifact<FisherMeasurement>
  /// The row whose size is the budget.
  public let uniform: Artifact<WeightBits>
  /// The objective that is compared with the overall one.
  public let objective: Objective
  /// Numbers of scenes drawn, with replacement.
  public let sceneCounts: [Int]
  /// Draws of each number.
  public let drawCount: Int
  /// The seed of the draws.
  public let seed: UInt64

  /// The stability of allocations.
  public init(
    _ detector: Artifact<Checkpoint>, fisher: Artifact<FisherMeasurement>, uniform: Artifact<WeightBits>,
    objective: Objective, sceneCounts: [Int] = [50, 100, 200, 500], drawCount: Int = 20, seed: UInt64 = 1
  ) {
    self.detector = detector
    self.fisher = fisher
    self.uniform = uniform
    self.objective = objective
    self.sceneCounts = sceneCounts
    self.drawCount = drawCount
    self.seed = seed
  }

  /// What people read while it runs.
  public var title: String { "stability of bits, \(drawCount) draws" }

  /// Allocates anew for every draw. Diagonal costs of single scenes are not kept, so costs are those of the trace.
  public func run(_ context: StepContext) throws -> BitStabilityResult {
    let module = try detector.value.detector()
    let (problem, budget) = try searchedProblem(
      of: module, bits: searchedBits, costs: [:], uniform: try uniform.value)
    return try bitStability(
      try fisher.value, layers: problem.layers.map(\.name), budgetBits: budget, objective: objective,
      sceneCounts: sceneCounts, drawCount: drawCount, seed: seed,
      progress: { context.progress("\($0) scenes, draw \($1 + 1)") })
  }
}

/// How allocations under a budget move from draw to draw of the scenes of a measurement, and between the overall objective
/// and another.
///
/// - Parameters:
///   - layers: the searched ones.
///   - sceneCounts: numbers of scenes drawn, with replacement.
///   - progress: told the number of scenes and the draw.
/// - Throws: an error if nothing fits the budget.
public func bitStability(
  _ measurement: FisherMeasurement, layers: [String], budgetBits: Int, objective: Objective,
  sceneCounts: [Int],
  drawCount: Int, seed: UInt64, progress: (Int, Int) -> Void = { _, _ in }
) throws -> BitStabilityResult {
  let places = layers.compactMap { measurement.layerNames.firstIndex(of: $0) }
  let weights = places.map { Double(measurement.weightCounts[$0]) }
  let norms = [Objective.overall, objective].map { measurement.squaredNorms(of: $0) }

  /// Bits and traces of the layers for each objective, with the scenes counted so many times.
  func allocate(_ counts: [Double]) throws -> [(bits: [Int], traces: [Double])] {
    let total = counts.reduce(0, +)
    return try norms.map { norms in
      let traces = places.map { place in
        zip(norms, counts).reduce(0) { $0 + $1.0[place] * $1.1 } / total
      }
      let problem = AllocationProblem(
        bits: measurement.bits,
        layers: zip(places, traces).map { place, trace in
          let count = measurement.weightCounts[place]
          return AllocationProblem.Layer(
            name: measurement.layerNames[place], weights: count,
            cost: measurement.squaredErrors[place].map { trace / Double(count) * $0 })
        })
      let allocation = try AllocationTable(problem).allocation(filling: budgetBits)
      return (places.map { allocation.bits[measurement.layerNames[$0]] ?? 0 }, traces)
    }
  }
  func changed(_ first: [Int], _ second: [Int]) -> Double {
    zip(zip(first, second), weights).reduce(0) { $0 + ($1.0.0 == $1.0.1 ? 0 : $1.1) } / weights.reduce(0, +)
  }

  let whole = try allocate([Double](repeating: 1, count: measurement.imageCount))
  let rows = try sceneCounts.map { sceneCount in
    let draws = try (0..<drawCount).map { draw in
      progress(sceneCount, draw)
      var counts = [Double](repeating: 0, count: measurement.imageCount)
      for pick in 0..<sceneCount {
        let random = SeedSequence.seed(seed, "\(sceneCount) \(draw) \(pick)")
        counts[Int(random.multipliedFullWidth(by: UInt64(counts.count)).high)] += 1
      }
      return try allocate(counts)
    }
    return BitStabilityResult.Row(
      sceneCount: sceneCount,
      changedOverall: draws.map { changed($0[0].bits, whole[0].bits) },
      changedCritical: draws.map { changed($0[1].bits, whole[1].bits) },
      changedBetween: draws.map { changed($0[0].bits, $0[1].bits) },
      spreadOverall: medianSpread(draws.map { $0[0].traces }),
      spreadCritical: medianSpread(draws.map { $0[1].traces }),
      keptOverall: kept(draws.map { $0[0].bits }, whole[0].bits),
      keptCritical: kept(draws.map { $0[1].bits }, whole[1].bits))
  }
  return BitStabilityResult(
    rows: rows, changedBetween: changed(whole[0].bits, whole[1].bits),
    layerNames: places.map { measurement.layerNames[$0] }, bitsOverall: whole[0].bits,
    bitsCritical: whole[1].bits)
}

/// How allocations moved.
public struct BitStabilityResult: Codable, Sendable, Storable {
  /// Draws of one number of scenes. Shares are shares of the searched weights.
  public struct Row: Codable, Sendable {
    /// Scenes drawn.
    public var sceneCount: Int
    /// The share whose bits differ from those of all scenes, by draw; overall objective.
    public var changedOverall: [Double]
    /// The same for the other objective.
    public var changedCritical: [Double]
    /// The share whose bits differ between the two objectives, by draw.
    public var changedBetween: [Double]
    /// The median over layers of the standard deviation of the trace over its mean; overall objective.
    public var spreadOverall: Double
    /// The same for the other objective.
    public var spreadCritical: Double
    /// The share of draws in which each layer has the bits of all scenes; overall objective.
    public var keptOverall: [Double]
    /// The same for the other objective.
    public var keptCritical: [Double]
  }

  /// One row for each number of scenes.
  public var rows: [Row]
  /// The share whose bits differ between the two objectives, with all scenes.
  public var changedBetween: Double
  /// The searched layers, in forward order.
  public var layerNames: [String]
  /// Their bits with all scenes; overall objective.
  public var bitsOverall: [Int]
  /// The same for the other objective.
  public var bitsCritical: [Int]
}

/// The share of draws `[draw][layer]` in which each layer has the bits given.
private func kept(_ draws: [[Int]], _ bits: [Int]) -> [Double] {
  bits.indices.map { layer in
    Double(draws.count { $0[layer] == bits[layer] }) / Double(max(draws.count, 1))
  }
}

/// The median over layers of the standard deviation over the mean, of values `[draw][layer]`; layers without any are
/// left out.
private func medianSpread(_ draws: [[Double]]) -> Double {
  let count = Double(draws.count)
  let spreads = (draws.first ?? []).indices.compactMap { layer -> Double? in
    let values = draws.map { $0[layer] }
    let mean = values.reduce(0, +) / count
    guard mean > 0, count > 1 else { return nil }
    return (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (count - 1)).squareRoot() / mean
  }.sorted()
  return spreads.isEmpty ? 0 : spreads[spreads.count / 2]
}
