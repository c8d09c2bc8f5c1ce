// The step that finds the largest eigenvalues of a Hessian.
import Artifacts
import Detection
import Fisher
import FoundationEssentials
import NN
import Scenes
import Torch

/// The largest eigenvalues of the Hessian of a detector's loss.
public struct CurvatureSpectrum: Step {
  /// The name in keys and folders.
  public static let name = "spectrum"
  /// Raised when the meaning of the result changes.
  public static let version = 1
  /// The code that the result comes from.
  public static let sources =
    LayerHessian.sources + [
      "Sources/Experiment/Steps/CurvatureSpectrum.swift", "Sources/Fisher/Spectrum.swift",
      "Sources/Quantization/PackedFile.swift",
    ]
  /// Gradients depend on the kind of processor.
  public static let determinism = Determinism.within(absolute: 0, relative: 1e-2)

  /// Whose loss, if in floating point.
  public let detector: Artifact<Checkpoint>?
  /// Whose loss, if quantized: derivatives are taken at the quantized weights.
  public let quantized: Artifact<QuantizedCheckpoint>?
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

  /// The spectrum of a floating-point detector's loss.
  public init(
    of detector: Artifact<Checkpoint>, on source: SceneSource, group: CriticalGroup? = nil,
    sceneCount: Int = 64, count: Int = 5, iterations: Int = 30, seed: UInt64 = 1
  ) {
    self.init(detector, nil, source, group, sceneCount, count, iterations, seed)
  }

  /// The spectrum of a quantized detector's loss.
  public init(
    of quantized: Artifact<QuantizedCheckpoint>, on source: SceneSource, group: CriticalGroup? = nil,
    sceneCount: Int = 64, count: Int = 5, iterations: Int = 30, seed: UInt64 = 1
  ) {
    self.init(nil, quantized, source, group, sceneCount, count, iterations, seed)
  }

  private init(
    _ detector: Artifact<Checkpoint>?, _ quantized: Artifact<QuantizedCheckpoint>?, _ source: SceneSource,
    _ group: CriticalGroup?, _ sceneCount: Int, _ count: Int, _ iterations: Int, _ seed: UInt64
  ) {
    self.detector = detector
    self.quantized = quantized
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
    guard let module = try detector?.value.detector() ?? quantized?.value.detector() else {
      fatalError("a spectrum of no detector")
    }
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
