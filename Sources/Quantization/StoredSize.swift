// What a quantized network takes as stored.
import NN
import Torch

/// The size of a network whose weights are quantized, as a file stores it.
public struct StoredSize: Codable, Sendable, Equatable {
  /// Weights that are quantized.
  public let quantizedWeightCount: Int
  /// The sum of weights times bits over the quantized layers.
  public let codeBits: Int
  /// The packed codes; each layer starts at a byte of its own.
  public let codeBytes: Int
  /// The scales, at four bytes per output channel, or per tensor where a tensor has a single one.
  public let scaleBytes: Int
  /// Everything else at its own precision: layers in floating point, biases, norms, embeddings, buffers. Tensors that
  /// are shared count once.
  public let floatingPointBytes: Int

  /// Codes, scales and floating-point remainder.
  public var totalBytes: Int { codeBytes + scaleBytes + floatingPointBytes }

  /// Bits per quantized weight, without scales; zero if nothing is quantized.
  public var averageBits: Double {
    quantizedWeightCount == 0 ? 0 : Double(codeBits) / Double(quantizedWeightCount)
  }
}

/// The bytes of one scale in a file.
public let bytesPerScale = 4

/// The size of a network under an assignment.
public func storedSize(
  of module: some Module, _ assignment: BitAssignment, scheme: QuantizationScheme = .standard
) throws(QuantizationError) -> StoredSize {
  try check(assignment, against: module)
  var weightCount = 0
  var codeBits = 0
  var codeBytes = 0
  var scaleCount = 0
  var quantized = Set<ObjectIdentifier>()
  for layer in module.weightLayers {
    guard let bits = assignment[layer.name] else { continue }
    let weight = layer.layer.weight.value
    quantized.insert(ObjectIdentifier(weight))
    weightCount += weight.count
    codeBits += weight.count * bits
    codeBytes += packedByteCount(weight.count, bits: bits)
    scaleCount += scheme.granularity == .tensor ? 1 : weight.size(0)
  }
  var floatingPointBytes = 0
  var seen = quantized
  for tensor in module.state.values where seen.insert(ObjectIdentifier(tensor)).inserted {
    floatingPointBytes += tensor.count * tensor.elementType.byteCount
  }
  return StoredSize(
    quantizedWeightCount: weightCount, codeBits: codeBits, codeBytes: codeBytes,
    scaleBytes: scaleCount * bytesPerScale, floatingPointBytes: floatingPointBytes)
}
