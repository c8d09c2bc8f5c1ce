// Safetensors files: a JSON header of names, types, shapes and places, then the raw numbers (little endian, row major).
// Format: github.com/huggingface/safetensors.
import FoundationEssentials

/// A safetensors file, memory-mapped; its tensors are copied out by name.
public struct SafetensorsFile {
  /// Where a tensor lies and what it is.
  public struct Entry: Sendable, Equatable {
    /// The type as which the elements are read; bfloat16 comes as float32 and int16 as int32.
    public var type: ElementType { element.type }
    /// The extent of each dimension.
    public let shape: [Int]
    let element: StoredElement
    let range: Range<Int>
  }

  /// Free text that came with the tensors.
  public let metadata: [String: String]
  /// Every tensor by name.
  public let entries: [String: Entry]
  private let body: Data
  private let place: String

  /// The names of all tensors, sorted.
  public var names: [String] { entries.keys.sorted() }

  /// Opens a file; its header is checked completely, its numbers are read when asked for.
  public init(contentsOf file: URL) throws(TorchError) {
    let data: Data
    do {
      data = try Data(contentsOf: file, options: .mappedIfSafe)
    } catch {
      throw TorchError("\(file.lastPathComponent): cannot be read; expected a safetensors file")
    }
    try self.init(data, from: file.lastPathComponent)
  }

  /// Reads a safetensors file that is in memory; `place` names it in errors.
  public init(_ data: Data, from place: String) throws(TorchError) {
    guard data.count >= 8 else {
      throw TorchError("\(place): \(data.count) bytes; expected a safetensors file")
    }
    let length = data.prefix(8).reversed().reduce(0) { ($0 << 8) | UInt64($1) }
    guard length <= 1 << 24, Int(length) <= data.count - 8 else {
      throw TorchError(
        "\(place): the header is said to have \(length) bytes of \(data.count); not a safetensors file")
    }
    let bodyStart = data.startIndex + 8 + Int(length)
    let header: SafetensorsHeader
    do {
      header = try JSONDecoder().decode(
        SafetensorsHeader.self, from: data.subdata(in: data.startIndex + 8..<bodyStart))
    } catch {
      throw TorchError("\(place): the header is not the JSON of a safetensors file")
    }
    let bodyCount = data.endIndex - bodyStart
    var entries: [String: Entry] = [:]
    for (name, raw) in header.tensors {
      guard let element = StoredElement(safetensorsName: raw.dtype) else {
        throw TorchError(
          "\(place): tensor \(name.legible) has the element type \(raw.dtype.legible), which is not supported"
        )
      }
      guard let count = elementCount(of: raw.shape) else {
        throw TorchError("\(place): tensor \(name.legible) has the impossible shape \(raw.shape.prefix(20))")
      }
      let byteCount = count * element.byteCount
      guard raw.offsets.count == 2, raw.offsets[0] >= 0, raw.offsets[0] <= raw.offsets[1],
        raw.offsets[1] <= bodyCount,
        raw.offsets[1] - raw.offsets[0] == byteCount
      else {
        throw TorchError(
          "\(place): tensor \(name.legible) of shape \(raw.shape) lies at \(raw.offsets); expected \(byteCount) bytes within \(bodyCount)"
        )
      }
      entries[name] = Entry(shape: raw.shape, element: element, range: raw.offsets[0]..<raw.offsets[1])
    }
    try Self.demandNoGaps(entries, bodyCount, place)
    self.metadata = header.metadata
    self.entries = entries
    self.body = data[bodyStart...]
    self.place = place
  }

  /// The format lets tensors neither overlap nor leave bytes over, so that a file holds what it shows and nothing else.
  private static func demandNoGaps(
    _ entries: [String: Entry], _ count: Int, _ place: String
  ) throws(TorchError) {
    var end = 0
    for (name, entry) in entries.sorted(by: {
      ($0.value.range.lowerBound, $0.value.range.upperBound, $0.key)
        < ($1.value.range.lowerBound, $1.value.range.upperBound, $1.key)
    }) {
      guard entry.range.lowerBound == end else {
        throw TorchError(
          "\(place): tensor \(name.legible) begins at byte \(entry.range.lowerBound); expected \(end), where the one before it ends"
        )
      }
      end = entry.range.upperBound
    }
    guard end == count else {
      throw TorchError("\(place): its tensors take \(end) bytes of \(count); expected all of them")
    }
  }

  /// The tensor of a name.
  public func tensor(_ name: String) throws(TorchError) -> Tensor {
    guard let entry = entries[name] else {
      throw TorchError("\(place): there is no tensor \(name.legible); it has \(entries.count) others")
    }
    let start = body.startIndex
    return body[start + entry.range.lowerBound..<start + entry.range.upperBound].withUnsafeBytes {
      entry.element.tensor(of: $0, shape: entry.shape)
    }
  }
}

/// The bytes of a safetensors file: tensors by name in sorted order, and free text.
public func encodeSafetensors(_ tensors: [String: Tensor], metadata: [String: String] = [:]) throws -> Data {
  var header = SafetensorsHeader(metadata: metadata, tensors: [:])
  var body = Data()
  for (name, tensor) in tensors.sorted(by: { $0.key < $1.key }) {
    let start = body.count
    body.append(contentsOf: tensor.bytes)
    header.tensors[name] = SafetensorsHeader.Raw(
      dtype: tensor.elementType.safetensorsName, shape: tensor.shape, offsets: [start, body.count])
  }
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
  var text = try encoder.encode(header)
  // The numbers begin at a multiple of eight, as readers that map the file expect.
  text.append(contentsOf: [UInt8](repeating: UInt8(ascii: " "), count: (8 - text.count % 8) % 8))
  var result = Data()
  for shift in stride(from: 0, to: 64, by: 8) { result.append(UInt8((text.count >> shift) & 0xff)) }
  result.append(text)
  result.append(body)
  return result
}

/// The JSON header, whose keys are tensor names but for `__metadata__`.
private struct SafetensorsHeader: Codable {
  struct Raw: Codable {
    var dtype: String
    var shape: [Int]
    var offsets: [Int]

    enum CodingKeys: String, CodingKey {
      case dtype, shape
      case offsets = "data_offsets"
    }
  }

  struct Name: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { return nil }
  }

  var metadata: [String: String]
  var tensors: [String: Raw]

  private static let metadataKey = Name(stringValue: "__metadata__")

  init(metadata: [String: String], tensors: [String: Raw]) {
    self.metadata = metadata
    self.tensors = tensors
  }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Name.self)
    metadata = try container.decodeIfPresent([String: String].self, forKey: Self.metadataKey) ?? [:]
    tensors = [:]
    for key in container.allKeys where key.stringValue != Self.metadataKey.stringValue {
      tensors[key.stringValue] = try container.decode(Raw.self, forKey: key)
    }
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Name.self)
    if !metadata.isEmpty { try container.encode(metadata, forKey: Self.metadataKey) }
    for (name, raw) in tensors { try container.encode(raw, forKey: Name(stringValue: name)) }
  }
}

extension ElementType {
  fileprivate var safetensorsName: String {
    switch self {
    case .float64: "F64"
    case .float32: "F32"
    case .float16: "F16"
    case .int64: "I64"
    case .int32: "I32"
    case .int8: "I8"
    case .uint8: "U8"
    case .bool: "BOOL"
    }
  }
}

extension StoredElement {
  fileprivate init?(safetensorsName name: String) {
    if let type = ElementType.allCases.first(where: { $0.safetensorsName == name }) {
      self = .init(type)
    } else if name == "BF16" {
      self = .bfloat16
    } else if name == "I16" {
      self = .int16
    } else {
      return nil
    }
  }
}
