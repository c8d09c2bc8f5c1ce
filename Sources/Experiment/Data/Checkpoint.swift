// Trained weights, rounded to 16 bits, with everything needed to use them.
import Artifacts
import Detection
import FoundationEssentials
import NN
import Torch

/// A trained network: its weights in half precision as a safetensors file, with the training curve in the metadata.
///
/// The rounded weights *are* the trained network: every later number is computed from them.
public struct Checkpoint: Storable {
  /// The ending of safetensors files.
  public static var fileExtension: String { "safetensors" }

  /// The bytes of the file.
  public let data: Data
  private let file: SafetensorsFile

  /// Rounds a network's weights to half precision.
  ///
  /// - Parameter metadata: free text by key, such as the sizes of the network.
  public init(_ module: any Module, metadata: [String: String]) throws {
    let rounded = module.state.mapValues { $0.detached().converted(to: .float16) }
    try self.init(decoding: encodeSafetensors(rounded, metadata: metadata))
  }

  /// Reads a file.
  public init(decoding data: Data) throws {
    self.data = data
    file = try SafetensorsFile(data, from: "checkpoint")
  }

  /// The bytes of the file.
  public func encoded() -> Data { data }

  /// The tensors by name, in half precision.
  public func tensors() throws -> [String: Tensor] { try file.tensors() }

  /// Free text by key.
  public var metadata: [String: String] { file.metadata }

  /// A value that stands in the metadata as JSON.
  public func decoded<Value: Decodable>(_ key: String, as type: Value.Type = Value.self) throws -> Value {
    guard let text = metadata[key] else { throw TorchError("checkpoint: there is no metadata named \(key)") }
    return try JSONDecoder().decode(Value.self, from: Data(text.utf8))
  }

  /// The training curve.
  public func history() throws -> [TrainingPoint] { try decoded("history") }
}

/// A value as it stands in a checkpoint's metadata.
public func metadataJSON(_ value: some Encodable) throws -> String {
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
  return String(decoding: try encoder.encode(value), as: UTF8.self)
}

extension Checkpoint {
  /// The detector with these weights, in single precision and with gradients off where training keeps them off.
  public func detector() throws -> any Detector {
    let detector = makeDetector(try decoded("configuration"), seed: 0)
    try detector.load(try tensors())
    return detector
  }

  /// The COCO category of each class of the detector.
  public func categoryIDs() throws -> [Int] { try decoded("categoryIDs") }
}
