// What `quire quantize` prints.
import Detection
import NN
import Quantization
import Torch

/// The object on standard output.
struct QuantizationReport: Encodable {
  let file: String
  /// Bits per quantized weight, without scales.
  let averageBits: Double
  let bytes: Bytes
  /// In the order of computation; those in floating point have no bits.
  let layers: [Layer]
  /// Layers whose mean error could not be taken back, where that was asked for.
  let uncorrected: [String]

  struct Bytes: Encodable {
    let codes: Int
    let scales: Int
    let floatingPoint: Int
    /// What describes the rest at the beginning of the file.
    let header: Int
    let file: Int
    /// Everything in single precision.
    let unquantized: Int
  }

  struct Layer: Encodable {
    let name: String
    let weights: Int
    let bits: Int?
    /// Of codes and scales, or of the weights in floating point.
    let bytes: Int
    /// The root of the mean squared error relative to that of the weights.
    let relativeError: Double?
  }

  init(
    file: String, detector: any Detector, quantized: [String: QuantizedTensor], size: StoredSize,
    fileBytes: Int, uncorrected: [String]
  ) {
    self.file = file
    self.uncorrected = uncorrected
    averageBits = size.averageBits
    let weights = detector.weightLayers
    layers = weights.map { layer in
      let weight = layer.layer.weight.value.detached()
      guard let values = quantized[layer.name] else {
        return Layer(
          name: layer.name, weights: weight.count, bits: nil,
          bytes: weight.count * weight.elementType.byteCount, relativeError: nil)
      }
      let error = squaredSum(withoutGradients { values.dequantized - weight })
      return Layer(
        name: layer.name, weights: weight.count, bits: values.bits,
        bytes: packedByteCount(weight.count, bits: values.bits) + values.scales.count * bytesPerScale,
        relativeError: (error / max(squaredSum(weight), .leastNormalMagnitude)).squareRoot())
    }
    let quantizedBytes = weights.reduce(0) {
      $0 + (quantized[$1.name] == nil ? 0 : $1.layer.weight.value.count * 4)
    }
    bytes = Bytes(
      codes: size.codeBytes, scales: size.scaleBytes, floatingPoint: size.floatingPointBytes,
      header: fileBytes - size.totalBytes, file: fileBytes,
      unquantized: size.floatingPointBytes + quantizedBytes)
  }

  /// Lines for people.
  var text: String {
    var lines = ["bits     weights       bytes   error  layer"]
    for layer in layers {
      let bits = layer.bits.map(String.init) ?? "–"
      let error = layer.relativeError.map { "\(($0 * 10_000).rounded() / 100) %" } ?? ""
      lines.append(
        [aligned(bits, 4), aligned("\(layer.weights)", 11), aligned("\(layer.bytes)", 11), aligned(error, 7)]
          .joined(separator: " ") + "  " + layer.name)
    }
    lines.append(
      "\(bytes.codes) bytes of codes, \(bytes.scales) of scales, \(bytes.floatingPoint) in floating point, \(bytes.header) of header"
    )
    let share = Double(bytes.file) / Double(max(bytes.unquantized, 1))
    lines.append(
      "\(file): \(bytes.file) bytes, \((share * 1000).rounded() / 10) % of single precision; \((averageBits * 1000).rounded() / 1000) bits per quantized weight"
    )
    if !uncorrected.isEmpty { lines.append("no bias to correct: " + uncorrected.joined(separator: ", ")) }
    return lines.joined(separator: "\n")
  }

  private func aligned(_ text: String, _ width: Int) -> String {
    String(repeating: " ", count: max(width - text.count, 0)) + text
  }
}
