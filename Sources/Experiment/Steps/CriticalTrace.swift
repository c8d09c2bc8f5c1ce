// The step that tells in which part of a trained network the trace of a critical loss's Fisher information lies.
import Artifacts
import Detection
import Fisher
import FoundationEssentials
import NN
import Quantization
import Scenes
import Torch

/// What training with quantized weights does to the weights of a layer.
public enum TrainedPart: String, Codable, CodingKeyRepresentable, Sendable, CaseIterable {
  /// They are rounded and trained: what a penalty on the trace acts on.
  case trained
  /// They are rounded, and fixed as they were before.
  case frozen
  /// They stay in floating point: the heads.
  case heads
}

/// The squared norms of the gradients of a critical loss, image by image; their mean is the trace of its Fisher information.
public struct TraceByPart: Codable, Sendable, Equatable, Storable {
  /// By part of the network, `[image]`.
  public var squaredNorms: [TrainedPart: [Double]]

  /// How many images there are.
  public var imageCount: Int { squaredNorms.values.first?.count ?? 0 }

  /// The sum over images of the squared norms of some parts, each image as many times as a weight says.
  func sum(_ parts: [TrainedPart], weights: [Double]) -> Double {
    parts.reduce(0) { sum, part in
      zip(squaredNorms[part] ?? [], weights).reduce(sum) { $0 + $1.0 * $1.1 }
    }
  }
}

/// The trace of the Fisher information of a group's critical loss at the weights of a detector trained with quantized ones.
public struct CriticalTrace: Step {
  /// The name in keys and folders.
  public static let name = "critical-trace"
  /// Raised when the meaning of the result changes.
  public static let version = 1
  /// The code that the result comes from.
  public static let sources =
    LayerFisher.sources + [
      "Sources/Experiment/Steps/CriticalTrace.swift", "Sources/Quantization/PackedFile.swift",
      "Sources/Fisher/FisherMeasurement.swift", "Sources/Fisher/Objective.swift",
    ]
  /// Gradients depend on the kind of processor.
  public static let determinism = Determinism.exactOn

  /// The packed weights: derivatives are taken at what their codes stand for.
  public let detector: Artifact<QuantizedCheckpoint>
  /// Where the scenes come from.
  public let source: SceneSource
  /// Whose critical loss.
  public let group: CriticalGroup
  /// Selection scenes.
  public let sceneCount: Int

  /// The trace of a detector.
  public init(
    of detector: Artifact<QuantizedCheckpoint>, on source: SceneSource, group: CriticalGroup,
    sceneCount: Int = 256
  ) {
    self.detector = detector
    self.source = source
    self.group = group
    self.sceneCount = source.count(sceneCount, of: .selection)
  }

  /// What people read while it runs.
  public var title: String { "trace of \(group.rawValue) by part, \(detector.title)" }

  /// Passes over the scenes in batches; every image's gradients are its own.
  public func run(_ context: StepContext) throws -> TraceByPart {
    Runtime.setThreadCount(1)
    let checkpoint = try detector.value
    let scenes = try source.generator().scenes(.selection, 0..<sceneCount, threads: context.threads)
    return try traceByPart(
      of: checkpoint.detector(), bits: checkpoint.bits.bits, group, of: source.task, scenes.map(\.sample))
  }
}

/// The squared norms of the gradients of a group's critical loss, image by image and by part of a detector, which is put into the
/// state that training keeps it in.
package func traceByPart(
  of detector: any Detector, bits: BitAssignment, _ group: CriticalGroup, of task: DetectionTask,
  _ samples: [TrainingSample]
) throws -> TraceByPart {
  detector.backbone.freezeForDetection()
  let parts = detector.weightLayers.map { layer in
    guard bits[layer.name] != nil else { return TrainedPart.heads }
    return layer.layer.weight.isTrained ? .trained : .frozen
  }
  let critical = criticalLosses(
    [group], [.folded], task: task, classCount: detector.configuration.classCount)
  let accumulator = try accumulateFisher(
    of: detector, critical: critical.map(\.name), imageCount: samples.count, batchSize: 8,
    losses: { range in
      imageLosses(detector, samples[range].map(\.image), samples[range].map(\.target), critical)
    })
  // [image][layer]
  let norms = accumulator.measurement(bits: []).squaredNorms(of: .critical(group.rawValue, alpha: 0))
  return TraceByPart(
    squaredNorms: Dictionary(
      uniqueKeysWithValues: TrainedPart.allCases.map { part in
        (part, norms.map { zip($0, parts).reduce(0) { $1.1 == part ? $0 + $1.0 : $0 } })
      }))
}
