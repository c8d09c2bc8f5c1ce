// Low-bit weights in a safetensors file.
//
// Layout, for every quantized layer NAME:
//   NAME.codes   U8 [bytes]     the codes, `bits` bits each, without gaps, lowest bit first, in the weights' row-major order
//   NAME.scales  F32 [channel]  the scale of each output channel, or a single one
// Every other tensor stands under its own name at its own precision; one that has several names stands under the first.
// Metadata: `format` = quire-packed-1, `layers` = JSON {NAME: {bits, lowest, shape}}, `shared` = JSON {name: first name}.
// A weight is `scale · code`, in single precision.
import FoundationEssentials
import NN
import Torch

/// What the metadata of a packed file says of a quantized layer.
private struct PackedLayer: Codable {
  var bits: Int
  var lowest: Int
  var shape: [Int]
}

private let packedFormat = "quire-packed-1"

/// The bytes of a packed file with a network's quantized weights and everything else of its checkpoint.
///
/// - Parameters:
///   - quantized: codes and scales by layer name, in single precision.
///   - metadata: free text by key that comes along, such as the network's configuration.
/// - Throws: an error if a layer does not exist, has another shape, or has no single-precision scales.
public func encodePacked(
  _ module: some Module, _ quantized: [String: QuantizedTensor], metadata: [String: String] = [:]
) throws -> Data {
  var tensors: [String: Tensor] = [:]
  var layers: [String: PackedLayer] = [:]
  var firstNames: [ObjectIdentifier: String] = [:]
  let weights = Dictionary(module.weightLayers.map { ($0.name, $0.layer.weight.value) }) { first, _ in first }
  for (name, layer) in quantized.sorted(by: { $0.key < $1.key }) {
    guard let weight = weights[name], weight.shape == layer.codes.shape else {
      throw QuantizationError(
        "codes of shape \(layer.codes.shape) are given for the layer \(name), which the network does not have in that shape"
      )
    }
    guard layer.scales.elementType == .float32 else {
      throw QuantizationError(
        "the layer \(name) has scales of type \(layer.scales.elementType); packed files hold single precision"
      )
    }
    let codes = layer.codes.bytes.map { Int8(bitPattern: $0) }
    let bytes = packed(codes, bits: layer.bits, lowest: layer.lowestCode)
    tensors[name + ".codes"] = Tensor(bytes, shape: [bytes.count])
    tensors[name + ".scales"] = layer.scales
    layers[name] = PackedLayer(bits: layer.bits, lowest: layer.lowestCode, shape: weight.shape)
    firstNames[ObjectIdentifier(weight)] = name + ".weight"
  }
  var shared: [String: String] = [:]
  for (name, tensor) in module.state.sorted(by: { $0.key < $1.key }) {
    guard let first = firstNames[ObjectIdentifier(tensor)] else {
      firstNames[ObjectIdentifier(tensor)] = name
      tensors[name] = tensor
      continue
    }
    if first != name { shared[name] = first }
  }
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
  var all = metadata
  all["format"] = packedFormat
  all["layers"] = String(decoding: try encoder.encode(layers), as: UTF8.self)
  all["shared"] = String(decoding: try encoder.encode(shared), as: UTF8.self)
  return try encodeSafetensors(tensors, metadata: all)
}

/// A packed file, checked completely and unpacked.
public struct PackedFile {
  /// Free text by key, without the file's own description.
  public let metadata: [String: String]
  /// Codes and scales by layer name.
  public let quantized: [String: QuantizedTensor]
  /// The complete checkpoint of the network: quantized weights as the numbers that their codes stand for.
  public let tensors: [String: Tensor]
  /// What the file takes, its header left out.
  public let size: StoredSize

  /// Whether the metadata of a safetensors file says that its weights are packed.
  public static func isNamed(in metadata: [String: String]) -> Bool { metadata["format"] == packedFormat }

  /// Bits by layer name.
  public var bits: BitAssignment { quantized.mapValues(\.bits) }

  /// Opens a file.
  public init(contentsOf file: URL) throws {
    try self.init(SafetensorsFile(contentsOf: file), from: file.lastPathComponent)
  }

  /// Reads a file that is in memory; `place` names it in errors.
  public init(_ data: Data, from place: String) throws {
    try self.init(SafetensorsFile(data, from: place), from: place)
  }

  private init(_ file: SafetensorsFile, from place: String) throws {
    guard file.metadata["format"] == packedFormat else {
      throw QuantizationError(
        "\(place): the format is \(file.metadata["format"] ?? "not named"); expected \(packedFormat)")
    }
    func described<Value: Decodable>(_ key: String, as type: Value.Type) throws -> Value {
      guard let text = file.metadata[key],
        let value = try? JSONDecoder().decode(Value.self, from: Data(text.utf8))
      else { throw QuantizationError("\(place): the metadata \(key) is not what a packed file has there") }
      return value
    }
    let layers = try described("layers", as: [String: PackedLayer].self).sorted { $0.key < $1.key }
    let shared = try described("shared", as: [String: String].self)
    var rest = Set(file.names)
    var quantized: [String: QuantizedTensor] = [:]
    var tensors: [String: Tensor] = [:]
    for (name, layer) in layers {
      let values = try Self.layer(name, layer, in: file, from: place)
      quantized[name] = values
      tensors[name + ".weight"] = values.dequantized
      rest.subtract([name + ".codes", name + ".scales"])
    }
    var floatingPointBytes = 0
    for name in rest.sorted() {
      let tensor = try file.tensor(name)
      guard tensors.updateValue(tensor, forKey: name) == nil else {
        throw QuantizationError("\(place): the tensor \(name) is there both packed and in floating point")
      }
      floatingPointBytes += tensor.count * tensor.elementType.byteCount
    }
    for (name, first) in shared.sorted(by: { $0.key < $1.key }) {
      guard let tensor = tensors[first], tensors[name] == nil else {
        throw QuantizationError(
          "\(place): \(name) is said to be the tensor \(first), which is not there once")
      }
      tensors[name] = tensor
    }
    metadata = file.metadata.filter { !["format", "layers", "shared"].contains($0.key) }
    self.quantized = quantized
    self.tensors = tensors
    size = StoredSize(
      quantizedWeightCount: quantized.values.reduce(0) { $0 + $1.codes.count },
      codeBits: quantized.values.reduce(0) { $0 + $1.codes.count * $1.bits },
      codeBytes: quantized.values.reduce(0) { $0 + packedByteCount($1.codes.count, bits: $1.bits) },
      scaleBytes: quantized.values.reduce(0) { $0 + $1.scales.count * bytesPerScale },
      floatingPointBytes: floatingPointBytes)
  }

  private static func layer(
    _ name: String, _ layer: PackedLayer, in file: SafetensorsFile, from place: String
  ) throws -> QuantizedTensor {
    func wrong(_ words: String) -> QuantizationError {
      QuantizationError("\(place): the layer \(name) \(words)")
    }
    guard QuantizationScheme.supportedBits.contains(layer.bits) else {
      throw wrong("has \(layer.bits) bits; expected 2 to 8")
    }
    let top = QuantizationScheme.largestCode(bits: layer.bits)
    guard layer.lowest == -top || layer.lowest == -top - 1 else {
      throw wrong("has the lowest code \(layer.lowest); expected \(-top) or \(-top - 1)")
    }
    var count = 1
    for extent in layer.shape {
      let product = count.multipliedReportingOverflow(by: extent)
      guard extent > 0, !product.overflow, product.partialValue < 1 << 40 else {
        throw wrong("has the impossible shape \(layer.shape)")
      }
      count = product.partialValue
    }
    guard let codes = file.entries[name + ".codes"], let scales = file.entries[name + ".scales"] else {
      throw wrong("lacks its codes or its scales")
    }
    guard let channels = layer.shape.first, codes.type == .uint8, scales.type == .float32,
      scales.shape == [channels] || scales.shape == [1]
    else {
      throw wrong(
        "has codes of type \(codes.type) and scales of type \(scales.type) and shape \(scales.shape); expected bytes and one single-precision scale for each channel"
      )
    }
    let scaleTensor = try file.tensor(name + ".scales")
    guard scaleTensor.floats.allSatisfy({ $0.isFinite && $0 > 0 }) else {
      throw wrong("has a scale that is not a positive number")
    }
    let numbers: [Int8]
    do {
      numbers = try unpacked(
        try file.tensor(name + ".codes").bytes, count: count, bits: layer.bits, lowest: layer.lowest)
    } catch let error as QuantizationError {
      throw wrong("is damaged: \(error)")
    }
    let codeTensor = numbers.withUnsafeBytes { Tensor(bytes: $0, shape: layer.shape, type: .int8) }
    return QuantizedTensor(
      codes: codeTensor, scales: scaleTensor, bits: layer.bits, lowestCode: layer.lowest)
  }
}

/// The bytes of a packed file of a network under an assignment: what `quire quantize` writes.
///
/// - Parameter metadata: free text by key that comes along.
/// - Throws: an error if the assignment does not fit the network.
public func encodePacked(
  _ module: some Module, _ assignment: BitAssignment, scheme: QuantizationScheme = .standard,
  importance: [String: Tensor] = [:], metadata: [String: String] = [:]
) throws -> Data {
  try encodePacked(
    module, quantizedWeights(of: module, assignment, scheme: scheme, importance: importance),
    metadata: metadata)
}
