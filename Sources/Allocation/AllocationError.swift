// What can be wrong with a problem or a budget; each becomes one sentence.

/// Why there is no allocation.
public enum AllocationError: Error, Equatable, Sendable, CustomStringConvertible {
  /// No assignment is small enough.
  case budgetTooSmall(budgetBits: Int, minimumBits: Int)
  /// No assignment takes few enough bit operations.
  case operationBudgetTooSmall(budget: Int, minimum: Int)
  /// A cost that is not a finite number from 0 to 1e300.
  case invalidCost(layer: String, bits: Int, cost: Double)
  /// A layer has not one cost per bit width.
  case wrongCostCount(layer: String, expected: Int, found: Int)
  /// A layer without weights, or with more than can be counted with.
  case invalidSize(layer: String, weights: Int)
  /// Two layers have the same name.
  case repeatedLayer(String)
  /// A name among the fixed or tied layers that is no layer.
  case unknownLayer(String, list: String)
  /// A layer is tied twice, or tied and fixed.
  case conflictingTie(String)
  /// Bit widths that are not distinct numbers from 1 to 64, or none although there are layers to choose for.
  case invalidBits([Int])
  /// A file that is not what the format asks for.
  case unreadable(file: String, place: String, expected: String)

  /// One sentence: what, where, and what was expected.
  public var description: String {
    switch self {
    case .budgetTooSmall(let budget, let minimum):
      return "a budget of \(budget) bits is too small: the smallest allocation takes \(minimum) bits"
    case .operationBudgetTooSmall(let budget, let minimum):
      return "a budget of \(budget) bit operations is too small: the smallest allocation takes \(minimum)"
    case .invalidCost(let layer, let bits, let cost):
      return "layer \"\(layer)\": the cost at \(bits) bits should be a number from 0 to 1e300, found \(cost)"
    case .wrongCostCount(let layer, let expected, let found):
      return "layer \"\(layer)\" should have \(expected) costs, one per bit width, found \(found)"
    case .invalidSize(let layer, let weights):
      return
        "layer \"\(layer)\" should have from 1 to \(AllocationError.mostWeights) weights, found \(weights)"
    case .repeatedLayer(let name):
      return "layer names should be distinct, \"\(name)\" occurs twice"
    case .unknownLayer(let name, let list):
      return "\"\(list)\" should name layers, \"\(name)\" is none"
    case .conflictingTie(let name):
      return "layer \"\(name)\" should be tied once and not be fixed as well"
    case .invalidBits(let bits):
      return "bit widths should be distinct numbers from 1 to 64, found \(bits)"
    case .unreadable(let file, let place, let expected):
      return "\(file): \(place) should be \(expected)"
    }
  }

  static let mostWeights = 1 << 36
}
