// The types of numbers that checkpoint files hold, two of which are read as the next larger one.

/// The type of the numbers of a tensor in a file.
enum StoredElement: Sendable, Equatable {
  case same(ElementType)
  case bfloat16
  case int16

  init(_ type: ElementType) { self = .same(type) }

  /// Bytes of one number in the file.
  var byteCount: Int {
    switch self {
    case .same(let type): type.byteCount
    case .bfloat16, .int16: 2
    }
  }

  /// The type as which the numbers are read.
  var type: ElementType {
    switch self {
    case .same(let type): type
    case .bfloat16: .float32
    case .int16: .int32
    }
  }

  /// A tensor of numbers in row-major order as the file has them.
  func tensor(of bytes: UnsafeRawBufferPointer, shape: [Int]) -> Tensor {
    switch self {
    case .same(let type): return Tensor(bytes: bytes, shape: shape, type: type)
    case .bfloat16:
      // The upper half of a float32.
      let wide = (0..<bytes.count / 2).map { UInt32(Self.half(bytes, $0)) << 16 }
      return wide.withUnsafeBytes { Tensor(bytes: $0, shape: shape, type: .float32) }
    case .int16:
      let wide = (0..<bytes.count / 2).map { Int32(Int16(bitPattern: Self.half(bytes, $0))) }
      return wide.withUnsafeBytes { Tensor(bytes: $0, shape: shape, type: .int32) }
    }
  }

  private static func half(_ bytes: UnsafeRawBufferPointer, _ index: Int) -> UInt16 {
    UInt16(bytes[2 * index]) | UInt16(bytes[2 * index + 1]) << 8
  }
}

/// The number of elements of a shape out of a file; `nil` where no tensor can have it: a negative extent, more than
/// sixteen dimensions, or extents whose product exceeds what memory can address, zeros aside.
func elementCount(of shape: [Int]) -> Int? {
  guard shape.count <= 16, shape.allSatisfy({ $0 >= 0 }) else { return nil }
  var count = 1
  for extent in shape {
    let product = count.multipliedReportingOverflow(by: max(extent, 1))
    guard !product.overflow, product.partialValue <= Int.max / 8 else { return nil }
    count = product.partialValue
  }
  return shape.contains(0) ? 0 : count
}
