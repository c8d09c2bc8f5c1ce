// A tensor of libtorch: a reference-counted handle, element types, and getting numbers in and out.
import CTorch

/// The type of a tensor's elements.
public enum ElementType: Int32, Sendable, CaseIterable {
  case float32 = 0
  case float64 = 1
  case float16 = 2
  case int64 = 3
  case uint8 = 4
  case bool = 5
  case int8 = 6
  case int32 = 7

  /// Bytes of one element.
  public var byteCount: Int {
    switch self {
    case .float64, .int64: 8
    case .float32, .int32: 4
    case .float16: 2
    case .uint8, .bool, .int8: 1
    }
  }

  var code: ct_dtype { ct_dtype(rawValue: UInt32(rawValue)) }
}

/// A multi-dimensional array on which libtorch computes.
///
/// A class, because libtorch's tensors are references: views alias and changes in place show. Not `Sendable`:
/// tensors stay where they were made. Memory is freed with the last reference.
public final class Tensor {
  private(set) var handle: ct_tensor

  /// Takes over a handle that the shim gave away.
  init(owning handle: ct_tensor) {
    self.handle = handle
  }

  deinit {
    ct_tensor_release(handle)
  }

  /// Gives the handle away, so that another object owns it; this one must not be used any more.
  private func handOver() -> ct_tensor {
    defer { handle = ct_tensor(ref: nil) }
    return handle
  }

  /// The extent of each dimension; empty for a single number.
  public var shape: [Int] {
    (0..<ct_rank(handle)).map { Int(ct_size(handle, $0)) }
  }

  /// The number of dimensions.
  public var rank: Int { Int(ct_rank(handle)) }

  /// The number of elements.
  public var count: Int { Int(ct_element_count(handle)) }

  /// The type of the elements.
  public var elementType: ElementType {
    guard let type = ElementType(rawValue: ct_dtype_of(handle)) else {
      fatalError("a tensor has an element type that this project does not use")
    }
    return type
  }

  /// The extent of one dimension; negative dimensions count from the end.
  public func size(_ dimension: Int) -> Int {
    let index = dimension < 0 ? dimension + rank : dimension
    guard index >= 0, index < rank else { fatalError("dimension \(dimension) of a tensor of shape \(shape)") }
    return Int(ct_size(handle, Int32(index)))
  }
}

extension Tensor {
  /// A tensor of 32-bit numbers in row-major order.
  public convenience init(
    _ values: [Float], shape: [Int], file: StaticString = #fileID, line: UInt = #line
  ) {
    self.init(elements: values, shape: shape, .float32, file, line)
  }

  /// A tensor of 64-bit numbers in row-major order.
  public convenience init(
    _ values: [Double], shape: [Int], file: StaticString = #fileID, line: UInt = #line
  ) {
    self.init(elements: values, shape: shape, .float64, file, line)
  }

  /// A tensor of integers in row-major order, as used for indices and labels.
  public convenience init(
    _ values: [Int64], shape: [Int], file: StaticString = #fileID, line: UInt = #line
  ) {
    self.init(elements: values, shape: shape, .int64, file, line)
  }

  /// A tensor of bytes in row-major order, as pictures have them.
  public convenience init(
    _ values: [UInt8], shape: [Int], file: StaticString = #fileID, line: UInt = #line
  ) {
    self.init(elements: values, shape: shape, .uint8, file, line)
  }

  /// A tensor from raw memory in row-major order; the bytes are copied.
  public convenience init(
    bytes: UnsafeRawBufferPointer, shape: [Int], type: ElementType, file: StaticString = #fileID,
    line: UInt = #line
  ) {
    let expected = shape.reduce(1, *) * type.byteCount
    guard bytes.count == expected else {
      fatalError("\(bytes.count) bytes for a \(type) tensor of shape \(shape)", file: file, line: line)
    }
    var result = ct_tensor(ref: nil)
    let status = shape.withDimensions { dimensions, rank in
      // An empty buffer may have no address; the shim reads nothing then.
      ct_from_bytes(bytes.baseAddress, dimensions, rank, type.code, &result)
    }
    demand(status, "tensor from bytes", [], file, line)
    self.init(owning: result)
  }

  private convenience init<Element>(
    elements: [Element], shape: [Int], _ type: ElementType, _ file: StaticString, _ line: UInt
  ) {
    let tensor = elements.withUnsafeBytes {
      Tensor(bytes: $0, shape: shape, type: type, file: file, line: line)
    }
    self.init(owning: tensor.handOver())
  }

  /// A tensor with every element equal to `value`.
  public static func full(_ shape: [Int], _ value: Double, type: ElementType = .float32) -> Tensor {
    make("full", []) { out in
      shape.withDimensions { ct_full($0, $1, value, type.code, out) }
    }
  }

  /// A tensor of zeros.
  public static func zeros(_ shape: [Int], type: ElementType = .float32) -> Tensor {
    full(shape, 0, type: type)
  }

  /// A tensor of ones.
  public static func ones(_ shape: [Int], type: ElementType = .float32) -> Tensor {
    full(shape, 1, type: type)
  }

  /// The numbers `start`, `start + step`, … below `end`.
  public static func range(
    from start: Double = 0, to end: Double, by step: Double = 1, type: ElementType = .float32
  ) -> Tensor {
    make("range", []) { ct_arange(start, end, step, type.code, $0) }
  }

  /// Uniformly distributed numbers, a function of the seed alone.
  public static func uniform(_ shape: [Int], low: Double, high: Double, seed: UInt64) -> Tensor {
    make("uniform", []) { out in
      shape.withDimensions { ct_uniform($0, $1, low, high, seed, out) }
    }
  }

  /// Normally distributed numbers with mean 0 and variance 1, a function of the seed alone.
  public static func normal(_ shape: [Int], seed: UInt64) -> Tensor {
    make("normal", []) { out in shape.withDimensions { ct_normal($0, $1, seed, out) } }
  }
}

extension Tensor {
  /// The single element of a tensor; waits for the device.
  public func item(file: StaticString = #fileID, line: UInt = #line) -> Double {
    var value = 0.0
    demand(ct_item(handle, &value), "item", [self], file, line)
    return value
  }

  /// All elements in row-major order, as 32-bit numbers.
  public var floats: [Float] { elements(.float32, zero: 0) }

  /// All elements in row-major order, as 64-bit numbers.
  public var doubles: [Double] { elements(.float64, zero: 0) }

  /// All elements in row-major order, as integers.
  public var integers: [Int64] { elements(.int64, zero: 0) }

  /// The memory of the elements in row-major order, without conversion.
  public var bytes: [UInt8] {
    var result = [UInt8](repeating: 0, count: count * elementType.byteCount)
    let capacity = Int64(result.count)
    demand(result.withUnsafeMutableBytes { ct_copy_bytes(handle, $0.baseAddress, capacity) }, "bytes", [self])
    return result
  }

  private func elements<Element>(_ type: ElementType, zero: Element) -> [Element] {
    let source = elementType == type ? self : converted(to: type)
    var result = [Element](repeating: zero, count: count)
    let capacity = Int64(count * type.byteCount)
    demand(
      result.withUnsafeMutableBytes { ct_copy_bytes(source.handle, $0.baseAddress, capacity) }, "elements",
      [source])
    return result
  }
}
