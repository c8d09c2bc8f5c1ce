// From fractions back to what a sigmoid was applied to.
import Torch

extension Tensor {
  /// The logarithm of the odds of fractions, each kept `epsilon` away from zero and one.
  func inverseSigmoid(epsilon: Double) -> Tensor {
    let fraction = clamped(low: 0, high: 1)
    return (fraction.clamped(low: epsilon) / (1 - fraction).clamped(low: epsilon)).log()
  }
}
