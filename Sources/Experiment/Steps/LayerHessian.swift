// The steps that measure curvature: Hessian traces, the largest eigenvalues, slices of the losses.
import Artifacts
import Detection
import Fisher
import FoundationEssentials
import NN
import Scenes
import Torch

/// Hessian traces of all weight layers under the overall loss, as HAWQ-V2 takes them.
public struct LayerHessian: Step {
  /// The name in keys and folders.
  public static let name = "hessian"
  /// Raised when the meaning of the result changes.
  public static let version = 1
  /// The code that the result comes from.
  public static let sources =
    LayerFisher.sources + [
      "Sources/Experiment/Steps/LayerHessian.swift", "Sources/Fisher/HutchinsonTrace.swift",
      "Sources/Fisher/HessianProducts.swift",
    ]
  /// Gradients depend on the kind of processor.
  public static let determinism = Determinism.exactOn

  /// Whose layers.
  public let detector: Artifact<Checkpoint>
  /// Where the scenes come from.
  public let source: SceneSource
  /// Selection scenes.
  public let sceneCount: Int
  /// Drawing stops when the running mean changes by less than this share.
  public let tolerance: Double
  /// The most vectors drawn.
  public let mostDraws: Int
  /// The seed of the vectors.
  public let seed: UInt64

  /// The Hessian traces of a detector.
  public init(
    of detector: Artifact<Checkpoint>, on source: SceneSource, sceneCount: Int = 64, tolerance: Double = 1e-3,
    mostDraws: Int = 100, seed: UInt64 = 1
  ) {
    self.detector = detector
    self.source = source
    self.sceneCount = source.count(sceneCount, of: .selection)
    self.tolerance = tolerance
    self.mostDraws = mostDraws
    self.seed = seed
  }

  /// What people read while it runs.
  public var title: String { "Hessian traces on \(sceneCount) scenes" }

  /// Keeps the gradients' graphs of all scenes and takes products with them.
  public func run(_ context: StepContext) throws -> HessianTraces {
    Runtime.setThreadCount(1)
    let module = try detector.value.detector()
    let scenes = try source.generator().scenes(.selection, 0..<sceneCount, threads: context.threads)
    let layers = module.weightLayers
    let hessian = try meanHessian(module, scenes.map(\.sample), layers.map(\.layer.weight), nil)
    return hutchinsonTraces(
      of: layers, tolerance: tolerance, draws: 30...max(30, mostDraws), seed: seed,
      progress: { context.progress("\($0) vectors", fraction: Double($0) / Double(mostDraws)) },
      product: hessian)
  }
}

extension HessianTraces: Storable {}

/// Products with the Hessian of the mean loss of some images, overall or critical, with fixed matching.
func meanHessian(
  _ detector: any Detector, _ samples: [TrainingSample], _ parameters: [Parameter], _ critical: CriticalLoss?
) throws -> ([Tensor]) -> [Tensor] {
  let losses = stride(from: 0, to: samples.count, by: 16).map { start in
    {
      let part = samples[start..<min(start + 16, samples.count)]
      let sums = imageLosses(
        detector, part.map(\.image), part.map(\.target), critical.map { [$0] } ?? [])
      let chosen = critical.flatMap { sums.critical[$0.name] } ?? sums.overall
      return chosen * (1 / Double(samples.count))
    }
  }
  let hessian = try RetainedHessian(of: parameters, losses: losses)
  return hessian.product
}

/// The largest eigenvalues of the Hessian of a detector's loss.
public struct CurvatureSpectrum: Step {
  /// The name in keys and folders.
  public static let name = "spectrum"
  /// Raised when the meaning of the result changes.
  public static let version = 1
  /// The code that the result comes from.
  public static let sources = LayerHessian.sources + ["Sources/Fisher/Spectrum.swift"]
  /// Gradients depend on the kind of processor.
  public static let determinism = Determinism.within(absolute: 0, relative: 1e-2)

  /// Whose loss.
  public let detector: Artifact<Checkpoint>
  /// Where the scenes come from.
  public let source: SceneSource
  /// Selection scenes.
  public let sceneCount: Int
  /// The critical loss, or the overall one.
  public let group: CriticalGroup?
  /// Eigenvalues.
  public let count: Int
  /// Products with vectors.
  public let iterations: Int
  /// The seed of the starting vector.
  public let seed: UInt64

  /// The spectrum of a detector's loss.
  public init(
    of detector: Artifact<Checkpoint>, on source: SceneSource, group: CriticalGroup? = nil,
    sceneCount: Int = 64, count: Int = 5, iterations: Int = 30, seed: UInt64 = 1
  ) {
    self.detector = detector
    self.source = source
    self.group = group
    self.sceneCount = source.count(sceneCount, of: .selection)
    self.count = count
    self.iterations = iterations
    self.seed = seed
  }

  /// What people read while it runs.
  public var title: String { "largest eigenvalues, \(group?.rawValue ?? "overall")" }

  /// Lanczos' iteration with exact products.
  public func run(_ context: StepContext) throws -> Spectrum {
    Runtime.setThreadCount(1)
    let module = try detector.value.detector()
    let scenes = try source.generator().scenes(.selection, 0..<sceneCount, threads: context.threads)
    let parameters = module.weightLayers.map(\.layer.weight)
    let critical = group.map {
      criticalLosses([$0], [.folded], task: source.task, classCount: module.configuration.classCount)[0]
    }
    let product = try meanHessian(module, scenes.map(\.sample), parameters, critical)
    return largestEigenvalues(
      count, iterations: iterations, like: parameters.map(\.value), seed: seed, product: product)
  }
}

extension Spectrum: Storable {}

/// Slices of the overall and the critical losses around a detector's weights.
public struct LossLandscape: Step {
  /// The name in keys and folders.
  public static let name = "landscape"
  /// Raised when the meaning of the result changes.
  public static let version = 1
  /// The code that the result comes from.
  public static let sources =
    LayerFisher.sources + [
      "Sources/Experiment/Steps/LayerHessian.swift", "Sources/Fisher/Landscape.swift",
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
