// Reductions, and the functions that normalize along a dimension.
import CTorch

extension Tensor {
  /// The sum of all elements.
  public func sum(file: StaticString = #fileID, line: UInt = #line) -> Tensor {
    unary("sum", file, line) { ct_sum_all($0, $1) }
  }

  /// The mean of all elements.
  public func mean(file: StaticString = #fileID, line: UInt = #line) -> Tensor {
    unary("mean", file, line) { ct_mean_all($0, $1) }
  }

  /// The largest element.
  public func largest(file: StaticString = #fileID, line: UInt = #line) -> Tensor {
    unary("largest", file, line) { ct_max_all($0, $1) }
  }

  /// The sum over some dimensions.
  public func sum(
    _ dimensions: [Int], keepingDimensions keep: Bool = false, file: StaticString = #fileID,
    line: UInt = #line
  ) -> Tensor {
    make("sum", [self], file, line) { out in
      dimensions.withDimensions { ct_sum(handle, $0, $1, keep, out) }
    }
  }

  /// The mean over some dimensions.
  public func mean(
    _ dimensions: [Int], keepingDimensions keep: Bool = false, file: StaticString = #fileID,
    line: UInt = #line
  ) -> Tensor {
    make("mean", [self], file, line) { out in
      dimensions.withDimensions { ct_mean(handle, $0, $1, keep, out) }
    }
  }

  /// The largest element over some dimensions; ties share the gradient.
  public func largest(
    _ dimensions: [Int], keepingDimensions keep: Bool = false, file: StaticString = #fileID,
    line: UInt = #line
  ) -> Tensor {
    make("largest", [self], file, line) { out in
      dimensions.withDimensions { ct_amax(handle, $0, $1, keep, out) }
    }
  }

  /// The largest element along a dimension and where it stands; the gradient goes to that one place.
  public func maximum(
    along dimension: Int, keepingDimension keep: Bool = false, file: StaticString = #fileID,
    line: UInt = #line
  ) -> (values: Tensor, indices: Tensor) {
    pair("maximum", file, line) { ct_max(handle, Int64(dimension), keep, $0, $1) }
  }

  /// The `count` largest elements along a dimension in descending order, and where they stand.
  public func largest(
    _ count: Int, along dimension: Int = -1, file: StaticString = #fileID, line: UInt = #line
  ) -> (values: Tensor, indices: Tensor) {
    pair("largest", file, line) { ct_top_k(handle, Int64(count), Int64(dimension), $0, $1) }
  }

  private func pair(
    _ name: StaticString, _ file: StaticString, _ line: UInt,
    _ call: (UnsafeMutablePointer<ct_tensor>, UnsafeMutablePointer<ct_tensor>) -> ct_status
  ) -> (values: Tensor, indices: Tensor) {
    var values = ct_tensor(ref: nil)
    var indices = ct_tensor(ref: nil)
    demand(call(&values, &indices), "\(name)", [self], file, line)
    return (Tensor(owning: values), Tensor(owning: indices))
  }

  /// The running sum along a dimension.
  public func cumulativeSum(
    along dimension: Int, file: StaticString = #fileID, line: UInt = #line
  ) -> Tensor {
    make("cumulativeSum", [self], file, line) { ct_cumulative_sum(handle, Int64(dimension), $0) }
  }

  /// The logarithm of the sum of exponentials along a dimension.
  public func logSumExp(
    along dimension: Int, keepingDimension keep: Bool = false, file: StaticString = #fileID,
    line: UInt = #line
  ) -> Tensor {
    make("logSumExp", [self], file, line) { ct_log_sum_exp(handle, Int64(dimension), keep, $0) }
  }

  /// Exponentials that sum to one along a dimension.
  public func softmax(
    along dimension: Int = -1, file: StaticString = #fileID, line: UInt = #line
  ) -> Tensor {
    make("softmax", [self], file, line) { ct_softmax(handle, Int64(dimension), $0) }
  }

  /// The logarithm of `softmax`.
  public func logSoftmax(
    along dimension: Int = -1, file: StaticString = #fileID, line: UInt = #line
  ) -> Tensor {
    make("logSoftmax", [self], file, line) { ct_log_softmax(handle, Int64(dimension), $0) }
  }
}
