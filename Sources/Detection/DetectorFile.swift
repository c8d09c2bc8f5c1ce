// A detector out of files: published checkpoints with or without a configuration, and this project's own.
import FoundationEssentials
import Images
import NN
import Torch

/// A detector with what is needed to use it on pictures.
public struct DetectorFile {
  /// The detector with its weights.
  public let detector: any Detector
  /// The COCO category of each class.
  public let categoryIDs: [Int]
  /// What people call the categories, as far as the files say so.
  public let categoryNames: [Int: String]
  /// The size that it wants pictures to have.
  public let resizing: ResizeRule

  /// The size of the composed scenes, for which weights are made that do not say otherwise.
  public static let sceneSize = 96

  /// Reads weights and builds the detector they belong to.
  ///
  /// The sizes come from the metadata of this project's own files, or else from the configuration, or else they are the
  /// published ones, with what names and shapes of the weights tell.
  ///
  /// - Parameters:
  ///   - architecture: what the weights are said to be.
  ///   - weights: a safetensors file or a PyTorch archive.
  ///   - configuration: a Hugging Face model configuration, which may have an additional key `size`.
  public init(
    _ architecture: DetectorArchitecture, weights: URL, configuration: URL? = nil
  ) throws(TorchError) {
    try self.init(
      architecture, checkpoint: TensorFile(contentsOf: weights), from: weights.lastPathComponent,
      configuration: configuration)
  }

  /// Builds the detector of weights that are in memory; `place` names them in errors.
  public init(
    _ architecture: DetectorArchitecture, checkpoint file: TensorFile, from place: String,
    configuration: URL? = nil
  ) throws(TorchError) {
    let sizes: PlainSizes
    var shortSide: Int?
    var names: [Int: String] = [:]
    if configuration == nil, let text = file.metadata["configuration"] {
      guard let own = PlainSizes(json: Data(text.utf8)) else {
        throw TorchError("\(place): the configuration in its metadata is not one of a detector")
      }
      sizes = own
      // Files older than the other architectures do not say that they are of the first.
      let named = own.architecture ?? .detr
      guard named == architecture else {
        throw TorchError(
          "\(place): weights of a \(named.rawValue); expected those of a \(architecture.rawValue)")
      }
      if let text = file.metadata["categoryNames"] {
        names = (try? JSONDecoder().decode([Int: String].self, from: Data(text.utf8))) ?? [:]
      }
      shortSide =
        file.metadata["size"].flatMap { Int($0) }.flatMap { (16...4096).contains($0) ? $0 : nil }
        ?? Self.sceneSize
    } else {
      let other = try HuggingFaceConfiguration(contentsOf: configuration)
      let official = officialTensors(file.tensors, of: architecture) { _ in false }
      sizes = try other.plainSizes(architecture, CheckpointSizes(official))
      names = other.categoryNames
      shortSide = try other.shortSide()
    }
    if let fault = sizes.fault {
      throw TorchError("\(configuration?.lastPathComponent ?? place): \(fault)")
    }
    guard let whole = sizes.configuration else {
      throw TorchError("\(place): a size is missing from the configuration in its metadata")
    }
    detector = makeDetector(whole, seed: 0)
    do {
      try detector.load(checkpoint: file.tensors)
    } catch {
      throw TorchError("\(place): \(error.description)")
    }
    if let text = file.metadata["categoryIDs"] {
      guard let listed = try? JSONDecoder().decode([Int].self, from: Data(text.utf8)) else {
        throw TorchError("\(place): categoryIDs in its metadata is \(text), expected a list of whole numbers")
      }
      categoryIDs = listed
    } else {
      categoryIDs = Array(0..<whole.classCount)
    }
    guard categoryIDs.count == whole.classCount else {
      throw TorchError(
        "\(place): \(categoryIDs.count) categories for \(whole.classCount) classes in its metadata")
    }
    categoryNames = names
    resizing = ResizeRule(shortSide: shortSide ?? 800, longSideLimit: 1333)
  }
}
