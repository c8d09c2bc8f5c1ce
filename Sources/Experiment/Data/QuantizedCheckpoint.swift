// A detector trained with quantized weights: the packed file itself is the result.
import Artifacts
import Detection
import FoundationEssentials
import NN
import Quantization
import Torch

/// A quantized detector as a packed file, with everything needed to use it: what is stored, scored and shipped is the
/// same bytes.
public struct QuantizedCheckpoint: Storable {
  /// The ending of safetensors files.
  public static var fileExtension: String { "safetensors" }

  /// The bytes of the file.
  public let data: Data
  private let file: PackedFile

  /// Packs a network.
  ///
  /// - Parameters:
  ///   - quantized: codes and scales by layer name.
  ///   - metadata: free text by key, such as the sizes of the network.
  public init(
    _ module: some Module, _ quantized: [String: QuantizedTensor], metadata: [String: String]
  ) throws {
    try self.init(decoding: encodePacked(module, quantized, metadata: metadata))
  }

  /// Reads a file.
  public init(decoding data: Data) throws {
    self.data = data
    file = try PackedFile(data, from: "quantized checkpoint")
  }

  /// The bytes of the file.
  public func encoded() -> Data { data }

  /// Bits and size.
  public var bits: WeightBits { WeightBits(bits: file.bits, size: file.size, objective: nil) }

  /// The detector with the weights that the codes stand for.
  public func detector() throws -> any Detector {
    let detector = makeDetector(try decoded("configuration"), seed: 0)
    try detector.load(file.tensors)
    return detector
  }

  /// The COCO category of each class.
  public func categoryIDs() throws -> [Int] { try decoded("categoryIDs") }

  /// The training curve.
  public func history() throws -> [TrainingPoint] { try decoded("history") }

  private func decoded<Value: Decodable>(_ key: String, as type: Value.Type = Value.self) throws -> Value {
    guard let text = file.metadata[key] else {
      throw TorchError("quantized checkpoint: there is no metadata named \(key)")
    }
    return try JSONDecoder().decode(Value.self, from: Data(text.utf8))
  }
}
