// From scores to numbers, cells and points of a plot.
import Authoring
import COCO

extension RowScores {
  /// The place of a group among the resampled sets; all categories stand first.
  func place(_ group: CriticalGroup?) -> Int {
    guard let group else { return 0 }
    guard let place = precision.sets.firstIndex(where: { $0.name == group.rawValue }) else {
      fatalError("the scores have no group \(group.rawValue)")
    }
    return place
  }

  /// AP with its interval, of a group or of all categories.
  public func estimate(_ group: CriticalGroup? = nil) -> Estimate {
    Estimate(precision.intervals(method: .centered)[place(group)])
  }

  /// The paired difference of AP to another row: this minus other.
  public func difference(from other: RowScores, _ group: CriticalGroup? = nil) -> Estimate {
    Estimate(precision.differences(from: other.precision, method: .centered)[place(group)])
  }
}

extension Estimate {
  init(_ interval: BootstrapInterval) {
    self.init(interval.estimate, low: interval.lower, high: interval.upper)
  }

  /// The point of a plot, in points of AP.
  public var plottedPoints: PlottedEstimate {
    PlottedEstimate(100 * value, low: 100 * (low ?? value), high: 100 * (high ?? value))
  }
}
