// Elementwise arithmetic. Operators and methods broadcast as in libtorch.
import CTorch

extension Tensor {
  typealias Unary = (ct_tensor, UnsafeMutablePointer<ct_tensor>?) -> ct_status
  typealias Binary = (ct_tensor, ct_tensor, UnsafeMutablePointer<ct_tensor>?) -> ct_status
  typealias Scalar = (ct_tensor, Double, UnsafeMutablePointer<ct_tensor>?) -> ct_status

  func unary(_ name: StaticString, _ file: StaticString, _ line: UInt, _ call: Unary) -> Tensor {
    make("\(name)", [self], file, line) { call(handle, $0) }
  }

  func binary(
    _ name: StaticString, _ other: Tensor, _ file: StaticString = #fileID, _ line: UInt = #line,
    _ call: Binary
  ) -> Tensor {
    make("\(name)", [self, other], file, line) { call(handle, other.handle, $0) }
  }

  func scalar(
    _ name: StaticString, _ value: Double, _ file: StaticString = #fileID, _ line: UInt = #line,
    _ call: Scalar
  ) -> Tensor {
    make("\(name)", [self], file, line) { call(handle, value, $0) }
  }
}

extension Tensor {
  /// e to the power of each element.
  public func exp(file: StaticString = #fileID, line: UInt = #line) -> Tensor {
    unary("exp", file, line) { ct_exp($0, $1) }
  }

  /// The natural logarithm of each element.
  public func log(file: StaticString = #fileID, line: UInt = #line) -> Tensor {
    unary("log", file, line) { ct_log($0, $1) }
  }

  /// The square root of each element.
  public func sqrt(file: StaticString = #fileID, line: UInt = #line) -> Tensor {
    unary("sqrt", file, line) { ct_sqrt($0, $1) }
  }

  /// One over the square root of each element.
  public func rsqrt(file: StaticString = #fileID, line: UInt = #line) -> Tensor {
    unary("rsqrt", file, line) { ct_rsqrt($0, $1) }
  }

  /// The magnitude of each element.
  public func abs(file: StaticString = #fileID, line: UInt = #line) -> Tensor {
    unary("abs", file, line) { ct_abs($0, $1) }
  }

  /// The sine of each element.
  public func sin(file: StaticString = #fileID, line: UInt = #line) -> Tensor {
    unary("sin", file, line) { ct_sin($0, $1) }
  }

  /// The cosine of each element.
  public func cos(file: StaticString = #fileID, line: UInt = #line) -> Tensor {
    unary("cos", file, line) { ct_cos($0, $1) }
  }

  /// The logistic function of each element.
  public func sigmoid(file: StaticString = #fileID, line: UInt = #line) -> Tensor {
    unary("sigmoid", file, line) { ct_sigmoid($0, $1) }
  }

  /// Each element, or zero where it is negative.
  public func relu(file: StaticString = #fileID, line: UInt = #line) -> Tensor {
    unary("relu", file, line) { ct_relu($0, $1) }
  }

  /// Each element, or a slope `[1]` times it where it is negative.
  public func prelu(slope: Tensor, file: StaticString = #fileID, line: UInt = #line) -> Tensor {
    binary("prelu", slope, file, line) { ct_prelu($0, $1, $2) }
  }

  /// −1, 0 or 1 for each element.
  public func sign(file: StaticString = #fileID, line: UInt = #line) -> Tensor {
    unary("sign", file, line) { ct_sign($0, $1) }
  }

  /// The nearest integer of each element; halves go to the even one.
  public func round(file: StaticString = #fileID, line: UInt = #line) -> Tensor {
    unary("round", file, line) { ct_round($0, $1) }
  }

  /// The largest integer not above each element.
  public func floor(file: StaticString = #fileID, line: UInt = #line) -> Tensor {
    unary("floor", file, line) { ct_floor($0, $1) }
  }

  /// The logarithm of the logistic function, accurate for large negative elements.
  public func logSigmoid(file: StaticString = #fileID, line: UInt = #line) -> Tensor {
    unary("logSigmoid", file, line) { ct_log_sigmoid($0, $1) }
  }

  /// Whether each element is neither infinite nor NaN.
  public func isFinite(file: StaticString = #fileID, line: UInt = #line) -> Tensor {
    unary("isFinite", file, line) { ct_is_finite($0, $1) }
  }

  /// The negation of each truth value.
  public func logicalNot(file: StaticString = #fileID, line: UInt = #line) -> Tensor {
    unary("logicalNot", file, line) { ct_logical_not($0, $1) }
  }
}

extension Tensor {
  /// The sum of two tensors.
  public static func + (left: Tensor, right: Tensor) -> Tensor {
    left.binary("+", right) { ct_add($0, $1, $2) }
  }

  /// The difference of two tensors.
  public static func - (left: Tensor, right: Tensor) -> Tensor {
    left.binary("-", right) { ct_sub($0, $1, $2) }
  }

  /// The product of two tensors, element by element.
  public static func * (left: Tensor, right: Tensor) -> Tensor {
    left.binary("*", right) { ct_mul($0, $1, $2) }
  }

  /// The quotient of two tensors, element by element.
  public static func / (left: Tensor, right: Tensor) -> Tensor {
    left.binary("/", right) { ct_div($0, $1, $2) }
  }

  /// Each element with the opposite sign.
  public static prefix func - (operand: Tensor) -> Tensor {
    operand.unary("-", #fileID, #line) { ct_neg($0, $1) }
  }

  /// Each element plus a number.
  public static func + (left: Tensor, right: Double) -> Tensor {
    left.scalar("+", right) { ct_add_scalar($0, $1, $2) }
  }

  /// Each element minus a number.
  public static func - (left: Tensor, right: Double) -> Tensor { left + (-right) }

  /// A number minus each element.
  public static func - (left: Double, right: Tensor) -> Tensor { -right + left }

  /// Each element times a number.
  public static func * (left: Tensor, right: Double) -> Tensor {
    left.scalar("*", right) { ct_mul_scalar($0, $1, $2) }
  }

  /// Each element times a number.
  public static func * (left: Double, right: Tensor) -> Tensor { right * left }

  /// Each element divided by a number.
  public static func / (left: Tensor, right: Double) -> Tensor { left * (1 / right) }

  /// Each element raised to a power.
  public func power(_ exponent: Double, file: StaticString = #fileID, line: UInt = #line) -> Tensor {
    scalar("power", exponent, file, line) { ct_pow_scalar($0, $1, $2) }
  }

  /// Each element, but at least `low`.
  public func clamped(low: Double, file: StaticString = #fileID, line: UInt = #line) -> Tensor {
    scalar("clamped", low, file, line) { ct_clamp_min($0, $1, $2) }
  }

  /// Each element, but at most `high`.
  public func clamped(high: Double, file: StaticString = #fileID, line: UInt = #line) -> Tensor {
    scalar("clamped", high, file, line) { ct_clamp_max($0, $1, $2) }
  }

  /// Each element, but within `low` and `high`.
  public func clamped(low: Double, high: Double, file: StaticString = #fileID, line: UInt = #line) -> Tensor {
    clamped(low: low, file: file, line: line).clamped(high: high, file: file, line: line)
  }

  /// The larger of two elements at each place.
  public func maximum(_ other: Tensor, file: StaticString = #fileID, line: UInt = #line) -> Tensor {
    binary("maximum", other, file, line) { ct_maximum($0, $1, $2) }
  }

  /// The smaller of two elements at each place.
  public func minimum(_ other: Tensor, file: StaticString = #fileID, line: UInt = #line) -> Tensor {
    binary("minimum", other, file, line) { ct_minimum($0, $1, $2) }
  }

  /// The matrix product over the last two dimensions, batched over the others.
  public func matrixProduct(_ other: Tensor, file: StaticString = #fileID, line: UInt = #line) -> Tensor {
    binary("matrixProduct", other, file, line) { ct_matmul($0, $1, $2) }
  }
}

extension Tensor {
  /// Whether two elements are equal, at each place.
  public func isEqual(to other: Tensor, file: StaticString = #fileID, line: UInt = #line) -> Tensor {
    binary("isEqual", other, file, line) { ct_equal($0, $1, $2) }
  }

  /// Whether each element equals a number.
  public func isEqual(to value: Double, file: StaticString = #fileID, line: UInt = #line) -> Tensor {
    scalar("isEqual", value, file, line) { ct_equal_scalar($0, $1, $2) }
  }

  /// Whether each element is below the other's, at each place.
  public func isLess(than other: Tensor, file: StaticString = #fileID, line: UInt = #line) -> Tensor {
    binary("isLess", other, file, line) { ct_less($0, $1, $2) }
  }

  /// Whether each element is below a number.
  public func isLess(than value: Double, file: StaticString = #fileID, line: UInt = #line) -> Tensor {
    scalar("isLess", value, file, line) { ct_less_scalar($0, $1, $2) }
  }

  /// Whether each element is above a number.
  public func isGreater(than value: Double, file: StaticString = #fileID, line: UInt = #line) -> Tensor {
    scalar("isGreater", value, file, line) { ct_greater_scalar($0, $1, $2) }
  }

  /// Whether both truth values hold, at each place.
  public func logicalAnd(_ other: Tensor, file: StaticString = #fileID, line: UInt = #line) -> Tensor {
    binary("logicalAnd", other, file, line) { ct_logical_and($0, $1, $2) }
  }

  /// This tensor's elements where the condition holds, the other's elsewhere.
  public func chosen(
    where condition: Tensor, else other: Tensor, file: StaticString = #fileID, line: UInt = #line
  ) -> Tensor {
    make("chosen", [condition, self, other], file, line) {
      ct_where(condition.handle, handle, other.handle, $0)
    }
  }

  /// This tensor with a number put where the mask holds.
  public func filled(
    where mask: Tensor, with value: Double, file: StaticString = #fileID, line: UInt = #line
  ) -> Tensor {
    make("filled", [self, mask], file, line) { ct_masked_fill(handle, mask.handle, value, $0) }
  }
}
