// The losses that sensitivities are taken of.
import Torch

/// The losses of one image alone, each a single number made by the same forward pass.
///
/// Normalizers inside must be the image's own, and dropout off: see `FisherAccumulator`.
public typealias ImageLosses = (overall: Tensor, critical: [String: Tensor])

/// A combination of an image's losses.
public enum Objective: Codable, Sendable, Equatable {
  /// The ordinary loss `L_A`.
  case overall
  /// `α · L_A + L_F` with the critical loss `L_F` of a name.
  case critical(String, alpha: Double)
}

extension Objective {
  /// The factor of `L_A`.
  var overallWeight: Double {
    switch self {
    case .overall: 1
    case .critical(_, let alpha): alpha
    }
  }

  /// The name of `L_F`, if it takes part.
  var criticalName: String? {
    switch self {
    case .overall: nil
    case .critical(let name, _): name
    }
  }

  /// `α · overall + critical`, for anything that is linear in the losses.
  func linear(_ overall: Double, _ critical: Double?) -> Double {
    overallWeight * overall + (critical ?? 0)
  }

  /// `α² AA + 2α AF + FF`, for anything that is quadratic in the gradients.
  func quadratic(_ overall: Double, cross: Double?, critical: Double?) -> Double {
    overallWeight * overallWeight * overall + 2 * overallWeight * (cross ?? 0) + (critical ?? 0)
  }
}
