// What is to be allocated: layers with their sizes and what each bit width costs them.

/// Bit widths to choose from and layers to choose for. Its JSON form is what `quire allocate --costs` reads.
public struct AllocationProblem: Sendable, Equatable, Codable {
  /// One layer: the unit that gets one bit width.
  public struct Layer: Sendable, Equatable, Codable {
    /// The layer's name, unique.
    public var name: String
    /// How many weights it has.
    public var weights: Int
    /// What each bit width of the problem costs, in their order; not read for a fixed layer.
    public var cost: [Double]

    /// A layer from its name, size and costs.
    public init(name: String, weights: Int, cost: [Double]) {
      self.name = name
      self.weights = weights
      self.cost = cost
    }

    private enum CodingKeys: String, CodingKey {
      case name
      case weights
      case cost
    }

    /// Reads a layer; the costs may be absent.
    public init(from decoder: any Decoder) throws {
      let record = try decoder.container(keyedBy: CodingKeys.self)
      name = try record.decode(String.self, forKey: .name)
      weights = try record.decode(WholeNumber.self, forKey: .weights).value
      cost = try record.decodeIfPresent([Double].self, forKey: .cost) ?? []
    }
  }

  /// The bit widths to choose from, in any order.
  public var bits: [Int]
  /// The layers, fixed ones included.
  public var layers: [Layer]
  /// Bit widths that are given, by layer name; they count in every budget.
  public var fixed: [String: Int]
  /// Groups of layers, by name, that must get the same bit width.
  public var tied: [[String]]

  /// A problem from its parts.
  public init(bits: [Int], layers: [Layer], fixed: [String: Int] = [:], tied: [[String]] = []) {
    self.bits = bits
    self.layers = layers
    self.fixed = fixed
    self.tied = tied
  }

  private enum CodingKeys: String, CodingKey {
    case bits
    case layers
    case fixed
    case tied
  }

  /// Reads a problem; `fixed` and `tied` may be absent.
  public init(from decoder: any Decoder) throws {
    let record = try decoder.container(keyedBy: CodingKeys.self)
    bits = try record.decode([WholeNumber].self, forKey: .bits).map(\.value)
    layers = try record.decode([Layer].self, forKey: .layers)
    fixed = (try record.decodeIfPresent([String: WholeNumber].self, forKey: .fixed) ?? [:]).mapValues(\.value)
    tied = try record.decodeIfPresent([[String]].self, forKey: .tied) ?? []
  }

  /// All weights, those of fixed layers included.
  public var weightCount: Int { layers.reduce(0) { $0 + $1.weights } }

  /// The size of all weights in bits when the layers have these widths.
  public func usedBits(layerBits: [Int]) -> Int {
    zip(layers, layerBits).reduce(0) { $0 + $1.0.weights * $1.1 }
  }

  /// The budget in bits that allows so many bits per weight on average; -1 for a negative average.
  public func budgetBits(averageBits: Double) -> Int {
    // The product of a decimal fraction may fall short of a whole number by rounding.
    let budget = averageBits * Double(weightCount) * (1 + 1e-12)
    if budget.isNaN || budget < 0 { return -1 }
    return budget < 0x1p62 ? Int(budget) : 1 << 62
  }
}
