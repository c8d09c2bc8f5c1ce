// The fixed quantities of COCO box scoring, with the float64 values that numpy's `linspace` gives pycocotools.

/// The size classes of objects. Both ends belong to a class, so an object of 32² square pixels is small and medium.
public enum ObjectSize: Int, Sendable, CaseIterable, Codable {
  /// Every object.
  case all
  /// Up to 32² square pixels.
  case small
  /// From 32² to 96² square pixels.
  case medium
  /// From 96² square pixels.
  case large

  /// The areas in the class, in square pixels.
  public var areas: ClosedRange<Double> {
    switch self {
    case .all: return 0...1e10
    case .small: return 0...1024
    case .medium: return 1024...9216
    case .large: return 9216...1e10
    }
  }
}

/// How well a detection must overlap an object to count.
public enum OverlapCriterion: String, Sendable, CaseIterable, Codable {
  /// The mean over the ten thresholds from 0.5 to 0.95.
  case mean
  /// At least half.
  case half
  /// At least three quarters.
  case threeQuarters

  /// Which of the thresholds it covers.
  var indices: Range<Int> {
    switch self {
    case .mean: return 0..<BoxEvaluation.thresholdCount
    case .half: return 0..<1
    case .threeQuarters: return 5..<6
    }
  }
}

extension BoxEvaluation {
  /// The ten thresholds of overlap, 0.5 to 0.95.
  public static let thresholds: [Double] = {
    let step = (0.95 - 0.5) / 9
    return (0..<9).map { Double($0) * step + 0.5 } + [0.95]
  }()

  /// The 101 recalls at which precision is read off, 0 to 1.
  public static let recallLevels: [Double] = (0..<100).map { Double($0) * 0.01 } + [1]

  /// How many detections per image and category count, in the three forms of recall.
  public static let detectionLimits: [Int] = [1, 10, 100]

  static let thresholdCount = 10
  static let recallCount = 101
  static let sizeCount = 4
  static let detectionLimit = 100
  /// One bit for each threshold.
  static let everyThreshold: UInt16 = 0x3FF
}

/// The order in which scores are looked at, as ascending integers: highest score first, zeros of either sign equal,
/// what is not a number last.
@inline(__always)
func scoreKey(_ score: Double) -> UInt64 {
  if score.isNaN { return .max }
  let bits = (score + 0.0).bitPattern
  return bits >> 63 == 1 ? bits : ~(bits | 1 << 63)
}
