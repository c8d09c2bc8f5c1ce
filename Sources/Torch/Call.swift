// How Swift calls the shim: a failed operator is a mistake in the program and traps with its name, shapes and place.
import CTorch

/// Something that the outside world did to a tensor computation: a file, a device, or memory that is not there.
public struct TorchError: Error, CustomStringConvertible, Sendable {
  /// One sentence: what, where, and what was expected.
  public let description: String

  /// An error with its sentence.
  public init(_ description: String) {
    self.description = description
  }
}

/// Traps unless the shim reported success, keeping the operands alive until then.
func demand(
  _ status: ct_status, _ name: @autoclosure () -> String, _ operands: [Tensor],
  _ file: StaticString = #fileID,
  _ line: UInt = #line
) {
  withExtendedLifetime(operands) {
    guard status != CT_OK else { return }
    let shapes = operands.map { "\($0.shape)" }.joined(separator: ", ")
    let message = String(cString: ct_last_error())
    fatalError("\(name())(\(shapes)): \(message)", file: file, line: line)
  }
}

/// The tensor that a call of the shim writes to its result.
func make(
  _ name: @autoclosure () -> String, _ operands: [Tensor], _ file: StaticString = #fileID,
  _ line: UInt = #line,
  _ call: (UnsafeMutablePointer<ct_tensor>) -> ct_status
) -> Tensor {
  var result = ct_tensor(ref: nil)
  demand(call(&result), name(), operands, file, line)
  return Tensor(owning: result)
}

extension [Int] {
  /// Dimensions as the shim takes them.
  func withDimensions<Result>(_ body: (UnsafePointer<Int64>?, Int32) -> Result) -> Result {
    withUnsafeTemporaryAllocation(of: Int64.self, capacity: Swift.max(count, 1)) { buffer in
      for (index, value) in enumerated() { buffer[index] = Int64(value) }
      return body(UnsafePointer(buffer.baseAddress), Int32(count))
    }
  }
}

extension [Tensor] {
  /// Handles as the shim takes them.
  func withHandles<Result>(_ body: (UnsafePointer<ct_tensor>?, Int32) -> Result) -> Result {
    let handles = map(\.handle)
    return withExtendedLifetime(self) {
      handles.withUnsafeBufferPointer { body($0.baseAddress, Int32(count)) }
    }
  }
}
