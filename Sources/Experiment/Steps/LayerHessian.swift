// The step that measures Hessian traces, and products with Hessians.
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
    // The fused operator has no second derivative.
    if let deformable = module as? DeformableDETR { deformable.attentionForm = .composed }
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
