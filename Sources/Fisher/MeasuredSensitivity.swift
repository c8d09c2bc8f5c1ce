// What quantizing one layer alone does to the losses: the truth that predictions are compared with.
import NN
import Quantization
import Torch

/// The rise of losses when one layer alone is quantized.
public struct MeasuredSensitivities: Codable, Sendable, Equatable {
  /// The layers.
  public let layerNames: [String]
  /// The bit widths.
  public let bits: [Int]
  /// The losses of each image in floating point.
  public let floatingPoint: MeasuredLosses
  /// The rise of each image's losses, `[layer][bits]`.
  public let rises: [[MeasuredLosses]]

  /// The mean rise of an objective, `[layer][bits]`.
  public func meanRises(of objective: Objective) -> [[Double]] {
    rises.map { layer in
      layer.map { rise in
        let values = rise.values(of: objective)
        return values.reduce(0, +) / Double(max(values.count, 1))
      }
    }
  }
}

/// Quantizes one layer after the other and measures the losses of all images each time.
///
/// - Parameter losses: of all images with the module as it is, in the same order at each call.
public func measureSensitivities(
  of module: some Module, layers: [NamedLayer], bits: [Int], scheme: QuantizationScheme = .standard,
  progress: (Int) throws -> Void = { _ in }, losses: () throws -> MeasuredLosses
) throws -> MeasuredSensitivities {
  let before = try withoutGradients { try losses() }
  var rises: [[MeasuredLosses]] = []
  for (place, layer) in layers.enumerated() {
    rises.append(
      try bits.map { width in
        let after = try withQuantized(module, [layer.name: width], scheme: scheme) {
          try withoutGradients { try losses() }
        }
        return after.minus(before)
      })
    try progress(place + 1)
  }
  return MeasuredSensitivities(
    layerNames: layers.map(\.name), bits: bits, floatingPoint: before, rises: rises)
}

extension MeasuredLosses {
  fileprivate func minus(_ other: MeasuredLosses) -> MeasuredLosses {
    MeasuredLosses(
      overall: zip(overall, other.overall).map { $0 - $1 },
      critical: critical.reduce(into: [:]) { result, entry in
        result[entry.key] = zip(entry.value, other.critical[entry.key] ?? []).map { $0 - $1 }
      })
  }
}
