// What all detectors have in common: pictures in, class logits and boxes of every query out.
import NN
import Torch

/// A detection transformer of any architecture.
public protocol Detector: Module {
  /// Its architecture and size.
  var configuration: DetectorConfiguration { get }
  /// Its backbone, for pre-training and freezing.
  var backbone: ResNet { get }
  /// Class logits and boxes of every query after every decoder layer.
  func callAsFunction(_ batch: ImageBatch) -> DetectorOutput
}

extension Detector {
  /// How it is taught: the published loss and matching of its architecture.
  public var loss: DetectionLoss { configuration.loss }
}

/// A detector with its first values.
public func makeDetector(_ configuration: DetectorConfiguration, seed: UInt64) -> any Detector {
  configuration.size.makeDetector(seed: seed)
}

/// What a detector says about a batch, after every decoder layer.
public struct DetectorOutput {
  /// `[layer, image, query, class]`; with softmax heads the last class is "no object".
  public let logits: Tensor
  /// `[layer, image, query, 4]`: center, width and height in fractions of the picture.
  public let boxes: Tensor

  /// Logits and boxes of all layers.
  public init(logits: Tensor, boxes: Tensor) {
    self.logits = logits
    self.boxes = boxes
  }
}
