// The step that cuts slices through the losses around a detector's weights.
import Artifacts
import Detection
import Fisher
import FoundationEssentials
import NN
import Scenes
import Torch

/// Slices of the overall and the critical losses around a detector's weights.
public struct LossLandscape: Step {
  /// The name in keys and folders.
  public static let name = "landscape"
  /// Raised when the meaning of the result changes.
  public static let version = 1
  /// The code that the result comes from.
  public static let sources =
    LayerFisher.sources + [
      "Sources/Experiment/Steps/LossLandscape.swift", "Sources/Fisher/Landscape.swift",
      "Sources/Quantization/PackedFile.swift",
    ]
  /// Sums in matrix products depend on the kind of processor.
  public static let determinism = Determinism.exactOn

  /// Whose losses, if in floating point.
  public let detector: Artifact<Checkpoint>?
  /// Whose losses, if quantized: slices pass through the quantized weights.
  public let quantized: Artifact<QuantizedCheckpoint>?
  /// Where the scenes come from.
  public let source: SceneSource
  /// Whose critical loss is computed beside the overall one.
  public let group: CriticalGroup
  /// Selection scenes.
  public let sceneCount: Int
  /// The places along each direction.
  public let places: [Double]
  /// Whether there are two directions.
  public let isPlane: Bool
  /// The seed of the directions: equal seeds give equal random numbers for every detector.
  public let seed: UInt64

  /// Slices around floating-point weights.
  public init(
    of detector: Artifact<Checkpoint>, on source: SceneSource, group: CriticalGroup, places: [Double],
    isPlane: Bool, sceneCount: Int = 100, seed: UInt64 = 1
  ) {
    self.init(detector, nil, source, group, places, isPlane, sceneCount, seed)
  }

  /// Slices around quantized weights.
  public init(
    of quantized: Artifact<QuantizedCheckpoint>, on source: SceneSource, group: CriticalGroup,
    places: [Double], isPlane: Bool, sceneCount: Int = 100, seed: UInt64 = 1
  ) {
    self.init(nil, quantized, source, group, places, isPlane, sceneCount, seed)
  }

  private init(
    _ detector: Artifact<Checkpoint>?, _ quantized: Artifact<QuantizedCheckpoint>?, _ source: SceneSource,
    _ group: CriticalGroup, _ places: [Double], _ isPlane: Bool, _ sceneCount: Int, _ seed: UInt64
  ) {
    self.detector = detector
    self.quantized = quantized
    self.source = source
    self.group = group
    self.places = places
    self.isPlane = isPlane
    self.sceneCount = source.count(sceneCount, of: .selection)
    self.seed = seed
  }

  /// What people read while it runs.
  public var title: String {
    "loss \(isPlane ? "plane" : "line") around \(detector?.title ?? quantized?.title ?? "")"
  }

  /// Matching is made anew at every place, as in training.
  public func run(_ context: StepContext) throws -> LossSlice {
    Runtime.setThreadCount(1)
    guard let module = try detector?.value.detector() ?? quantized?.value.detector() else {
      fatalError("a landscape of no detector")
    }
    let scenes = try source.generator().scenes(.selection, 0..<sceneCount, threads: context.threads)
    let critical = criticalLosses(
      [group], [.folded], task: source.task, classCount: module.configuration.classCount)
    let directions = (0..<(isPlane ? 2 : 1)).map {
      filterNormalizedDirection(of: module, seed: SeedSequence.seed(seed, "direction \($0)"))
    }
    let all = places.count * (isPlane ? places.count : 1)
    var done = 0
    return try lossSlice(
      of: module, along: directions, first: places, second: isPlane ? places : [0],
      progress: {
        done += $0
        context.progress("\(done) of \(all) places", fraction: Double(done) / Double(all))
      },
      losses: {
        let losses = measuredLosses(module, scenes.map(\.image), scenes.map(\.target), critical)
        func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(max(values.count, 1)) }
        return ["overall": mean(losses.overall), group.rawValue: mean(losses.critical[group.rawValue] ?? [])]
      })
  }
}

extension LossSlice: Storable {}
