// What a checkpoint may hold besides containers, and the names that stand for it in Python's pickle format.

/// A value of a pickled checkpoint. Containers are numbers into lists of the machine that built them: values are small and
/// cannot contain themselves, however crooked the file.
enum PickleValue {
  case none
  case bool(Bool)
  case integer(Int)
  case number(Double)
  case text(String)
  case tuple(Int)
  case list(Int)
  case dictionary(Int)
  case storage(Int)
  case tensor(Int)
  case callable(PickleCallable)
  case storageType(StoredElement)
}

/// A function or class that a checkpoint may name; what it would do in Python is imitated, never called.
enum PickleCallable: String {
  case orderedDictionary = "collections.OrderedDict"
  case tensor = "torch._utils._rebuild_tensor_v2"
  case parameter = "torch._utils._rebuild_parameter"
}

extension StoredElement {
  /// The type of a storage by the name of its class.
  init?(storageClass name: String) {
    switch name {
    case "torch.DoubleStorage": self = .same(.float64)
    case "torch.FloatStorage": self = .same(.float32)
    case "torch.HalfStorage": self = .same(.float16)
    case "torch.BFloat16Storage": self = .bfloat16
    case "torch.LongStorage": self = .same(.int64)
    case "torch.IntStorage": self = .same(.int32)
    case "torch.ShortStorage": self = .int16
    case "torch.CharStorage": self = .same(.int8)
    case "torch.ByteStorage": self = .same(.uint8)
    case "torch.BoolStorage": self = .same(.bool)
    default: return nil
    }
  }
}

/// A run of numbers in an archive.
struct PyTorchStorage {
  let element: StoredElement
  /// The name of its entry.
  let key: String
  /// How many numbers.
  let count: Int
}

/// A tensor as a view of a storage.
struct PyTorchView {
  let storage: Int
  let offset: Int
  let shape: [Int]
  let strides: [Int]
}

extension PyTorchView {
  /// Whether every number of the view lies in a storage of `count` numbers, and there are not more of them than it has.
  func isInside(_ count: Int) -> Bool {
    guard shape.count == strides.count, offset >= 0, strides.allSatisfy({ $0 >= 0 }),
      let elements = elementCount(of: shape), elements <= count
    else { return false }
    if elements == 0 { return offset <= count }
    var last = offset
    for (extent, stride) in zip(shape, strides) {
      let product = (extent - 1).multipliedReportingOverflow(by: stride)
      let sum = last.addingReportingOverflow(product.partialValue)
      guard !product.overflow, !sum.overflow else { return false }
      last = sum.partialValue
    }
    return last < count
  }

  /// The bytes of the numbers in row-major order; each has `width` bytes.
  func bytes(of source: UnsafeRawBufferPointer, width: Int) -> [UInt8] {
    var result = [UInt8]()
    let count = elementCount(of: shape) ?? 0
    result.reserveCapacity(count * width)
    var index = [Int](repeating: 0, count: shape.count)
    var place = offset
    for _ in 0..<count {
      result += source[place * width..<(place + 1) * width]
      // Counts like an odometer, the last dimension fastest.
      for dimension in shape.indices.reversed() {
        index[dimension] += 1
        place += strides[dimension]
        if index[dimension] < shape[dimension] { break }
        place -= strides[dimension] * shape[dimension]
        index[dimension] = 0
      }
    }
    return result
  }

  /// Whether the numbers follow each other in row-major order.
  var isRowMajor: Bool {
    var expected = 1
    for (extent, stride) in zip(shape, strides).reversed() {
      if extent != 1, stride != expected { return false }
      expected *= extent
    }
    return true
  }
}
