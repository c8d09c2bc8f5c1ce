// A rectifier that learns what to do with negative numbers.
import Torch

/// Each element, or a learned slope times it where it is negative (He et al., 2015).
public final class PReLU: Module {
  /// The slope, `[1]`.
  public let weight: Parameter

  /// A slope of one quarter.
  public init() {
    weight = Parameter(.full([1], 0.25))
  }

  /// The slope.
  public var members: [Member] { [.parameter("weight", weight)] }

  /// The rectifier applied to elements of any shape.
  public func callAsFunction(_ input: Tensor) -> Tensor {
    guard let slopes = weight.copies(forRank: input.rank, channelsLast: true) else {
      return input.prelu(slope: weight.value)
    }
    return input.relu() - (-input).relu() * slopes
  }
}
