// Losses as they are, before and after quantization: what predictions are compared with.
import NN
import Quantization
import Torch

/// The losses of images.
public struct MeasuredLosses: Codable, Sendable, Equatable {
  /// The overall loss of each image.
  public let overall: [Double]
  /// Each critical loss of each image, by name.
  public let critical: [String: [Double]]

  /// Losses of the same images in the same order.
  public init(overall: [Double], critical: [String: [Double]]) {
    self.overall = overall
    self.critical = critical
  }

  /// An objective's value for each image.
  public func values(of objective: Objective) -> [Double] {
    guard let name = objective.criticalName else { return overall }
    guard let second = critical[name] else {
      fatalError("there is no critical loss \(name) among \(critical.keys.sorted())")
    }
    return zip(overall, second).map { objective.linear($0, $1) }
  }

  /// By how much each image's objective is above that of the same image before.
  public func rises(from before: MeasuredLosses, objective: Objective) -> [Double] {
    zip(values(of: objective), before.values(of: objective)).map { $0 - $1 }
  }

  /// By how much the mean objective is above that of the same images before.
  public func meanRise(from before: MeasuredLosses, objective: Objective) -> Double {
    let rises = rises(from: before, objective: objective)
    return rises.reduce(0, +) / Double(max(rises.count, 1))
  }
}

/// The losses of images with the weights as they are, without gradients.
public func measureLosses(
  imageCount: Int, losses: (Int) throws -> ImageLosses
) throws -> MeasuredLosses {
  try withoutGradients {
    var overall: [Double] = []
    var critical: [String: [Double]] = [:]
    for image in 0..<imageCount {
      let imageLosses = try losses(image)
      overall.append(imageLosses.overall.item())
      for (name, loss) in imageLosses.critical { critical[name, default: []].append(loss.item()) }
    }
    return MeasuredLosses(overall: overall, critical: critical)
  }
}

/// The losses of images while a module has quantized weights.
public func measureLosses(
  of module: some Module, under assignment: BitAssignment, scheme: QuantizationScheme = .standard,
  importance: [String: Tensor] = [:], imageCount: Int, losses: (Int) throws -> ImageLosses
) throws -> MeasuredLosses {
  try withQuantized(module, assignment, scheme: scheme, importance: importance) {
    try measureLosses(imageCount: imageCount, losses: losses)
  }
}
