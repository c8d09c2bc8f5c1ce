// Checkpoint files of either format, told apart by their first bytes.
import FoundationEssentials

/// The tensors of a checkpoint by name, from a safetensors file or a PyTorch archive.
public struct TensorFile {
  /// The tensors.
  public let tensors: [String: Tensor]
  /// Free text that came with them.
  public let metadata: [String: String]

  /// Tensors that are in memory already.
  public init(tensors: [String: Tensor], metadata: [String: String]) {
    self.tensors = tensors
    self.metadata = metadata
  }

  /// Reads a whole file.
  public init(contentsOf file: URL) throws(TorchError) {
    let place = file.lastPathComponent
    let data: Data
    do {
      data = try Data(contentsOf: file, options: .mappedIfSafe)
    } catch {
      let exists = FileManager.default.fileExists(atPath: file.path)
      throw TorchError(
        "\(place): \(exists ? "cannot be read" : "there is no such file"); expected a checkpoint")
    }
    try self.init(data, from: place)
  }

  /// Reads a file that is in memory; `place` names it in errors.
  public init(_ data: Data, from place: String) throws(TorchError) {
    if data.starts(with: [0x50, 0x4B, 3, 4]) {
      tensors = try PyTorchArchive(data, from: place).tensors()
      metadata = [:]
    } else if data.starts(with: [0x80, 2]) {
      throw TorchError(
        "\(place): written by a PyTorch older than 1.6; expected its present format, which saving anew gives")
    } else {
      let file = try SafetensorsFile(data, from: place)
      var tensors: [String: Tensor] = [:]
      for name in file.names { tensors[name] = try file.tensor(name) }
      self.tensors = tensors
      metadata = file.metadata
    }
  }
}

extension String {
  /// A name out of a file as it may stand in a sentence: at most 120 printable ASCII characters.
  package var legible: String {
    let shown = String(unicodeScalars.prefix(120).map { (" "..."~").contains($0) ? Character($0) : "?" })
    return unicodeScalars.count > 120 ? shown + "…" : shown
  }
}
