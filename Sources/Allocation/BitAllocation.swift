// The outcome: which layer gets how many bits.

/// Bits for every layer of a problem, and what they cost.
public struct BitAllocation: Sendable, Equatable, Codable {
  /// Bits by layer name, fixed layers included.
  public var bits: [String: Int]
  /// Bits of the problem's layers, in their order.
  public var layerBits: [Int]
  /// Sum of the costs of the layers that were chosen for; fixed layers cost nothing.
  public var objective: Double
  /// Size of all weights in bits, without scales.
  public var usedBits: Int
  /// `usedBits` per weight; 0 if there is no weight.
  public var averageBits: Double

  /// Size of all weights in bytes, as if packed without gaps.
  public var usedBytes: Int { (usedBits + 7) / 8 }

  init(problem: AllocationProblem, layerBits: [Int], objective: Double) {
    bits = Dictionary(uniqueKeysWithValues: zip(problem.layers.map(\.name), layerBits))
    self.layerBits = layerBits
    self.objective = objective
    usedBits = problem.usedBits(layerBits: layerBits)
    let weights = problem.weightCount
    averageBits = weights == 0 ? 0 : Double(usedBits) / Double(weights)
  }
}

/// One point of the front of size against cost.
public struct ParetoPoint: Sendable, Equatable, Codable {
  /// Size of all weights in bits.
  public var usedBits: Int
  /// `usedBits` per weight.
  public var averageBits: Double
  /// The least cost at this size.
  public var objective: Double
}
