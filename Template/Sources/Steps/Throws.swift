// The heavy work of the paper as steps: values whose results are kept. Replace this one.
@_exported import Artifacts
@_exported import Authoring
@_exported import Plotting

/// Throws of a die that follow from a seed.
public struct Throws: Step {
  /// In keys and folders; unique in the project.
  public static let name = "throws"
  /// Raised by hand where results mean something else and the sources below do not show it.
  public static let version = 1
  /// The code that results depend on: an edit of it makes the step run again, a comment does not.
  public static let sources = ["Sources/Steps/Throws.swift"]
  /// How far a second run may differ; `./quire check --rebuild all` tries it.
  public static let determinism = Determinism.exact

  /// How many.
  public let count: Int
  /// Equal seeds give equal throws.
  public let seed: UInt64

  /// A number of throws from a seed.
  public init(count: Int, seed: UInt64) {
    self.count = count
    self.seed = seed
  }

  /// What people read in the progress lines.
  public var title: String { "\(count) throws, seed \(seed)" }

  /// The faces in order, each from 1 to 6.
  public func run(_ context: StepContext) throws -> [Int] {
    var state = seed
    return (0..<count).map { _ in
      // A linear congruential generator: no system randomness, so that everyone throws the same.
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int((state >> 33) % 6) + 1
    }
  }
}

/// The mean of the first throw, of the first two, and so on.
public func runningMeans(_ faces: [Int]) -> [Double] {
  var sum = 0.0
  return faces.enumerated().map { index, face in
    sum += Double(face)
    return sum / Double(index + 1)
  }
}
