// Learning rates over time.

/// A learning-rate factor: linear warm-up, constant, then linear decay to zero at the end.
public struct LinearSchedule: Sendable, Codable, Equatable {
  /// Steps of the warm-up.
  public var warmUpSteps: Int
  /// Steps in all.
  public var stepCount: Int
  /// The share of the steps at the end over which the rate falls to zero.
  public var decayShare: Double

  /// A schedule.
  public init(warmUpSteps: Int, stepCount: Int, decayShare: Double) {
    self.warmUpSteps = warmUpSteps
    self.stepCount = stepCount
    self.decayShare = decayShare
  }

  /// The factor of a step, counted from 0.
  public func factor(step: Int) -> Double {
    let warmUp = min(1, Double(step + 1) / Double(max(warmUpSteps, 1)))
    let decaySteps = max(Double(stepCount) * decayShare, 1)
    return min(warmUp, min(1, Double(stepCount - step) / decaySteps))
  }
}
