// The words in which notebooks speak of the experiment.
import Artifacts
import Authoring
import COCO
import Detection
import Fisher
import Scenes
import Torch

/// Everything the report computes about one detector on one task. Making one computes nothing.
///
/// Notebooks that name the same study share its results, since equal steps have equal keys.
public struct Study {
  /// Which detector.
  public let kind: DetectorKind
  /// Where the scenes come from.
  public let source: SceneSource
  /// The floating-point detector.
  public let detector: Artifact<Checkpoint>
  /// The pre-trained backbone it starts from: on every task the one that was taught the things of detection, as published
  /// detectors all start from one of ImageNet.
  public let backbone: Artifact<Checkpoint>
  /// Exact Fisher information of all layers for the overall and the critical objectives.
  public let fisher: Artifact<FisherMeasurement>
  /// The same with every reading of the critical objectives, and with the control that weighs classes.
  public let fisherOfVariants: Artifact<FisherMeasurement>
  /// Squared gradients of batches, in the place of squared gradients of images.
  public let batchGradients: Artifact<FisherMeasurement>
  /// How the gradients of all categories lie to each other.
  public let categoryGradients: Artifact<LayerGram>
  /// Hessian traces of all layers.
  public let hessian: Artifact<HessianTraces>
  /// The rise of the losses with one layer at a time quantized, and queries matched with the objects as before.
  public let measuredSensitivities: Artifact<MeasuredSensitivities>
  /// The same on a quarter of the scenes with matching made anew after every rounding.
  public let rematchedSensitivities: Artifact<MeasuredSensitivities>
  let notebook: Notebook

  /// What the report is about: DETR-R50 on the composed scenes or, under a profile, its detector on its data.
  public init(_ notebook: Notebook) {
    do {
      guard let subject = try ForeignSubject.read(root: notebook.store.options.root) else {
        self.init(notebook, .detrR50, on: .detection)
        return
      }
      self.init(
        notebook, try subject.kind, source: subject.source, recipe: subject.recipe, seed: subject.profile.seed
      )
    } catch {
      exitWithMessage("\(error)")
    }
  }

  /// A detector on a task.
  public init(_ notebook: Notebook, _ kind: DetectorKind, on task: DetectionTask, seed: UInt64 = 1) {
    self.init(notebook, kind, source: SceneSource(task: task), recipe: nil, seed: seed)
  }

  /// The detectors on detection that the report sets beside DETR-R50.
  public static func others(_ notebook: Notebook) -> [Study] {
    [DetectorKind.detrR101, .dabDETRR50, .deformableDETRR50].map { Study(notebook, $0, on: .detection) }
  }

  private init(
    _ notebook: Notebook, _ kind: DetectorKind, source: SceneSource, recipe: TrainingRecipe?, seed: UInt64
  ) {
    notebook.store.declare(library: "libtorch", version: Runtime.version)
    self.notebook = notebook
    self.kind = kind
    self.source = source
    backbone = notebook.artifact(
      BackbonePretraining(kind: kind.backboneKind, source: SceneSource(task: .detection)))
    // Other data is often little: its detector starts from the one that knows objects already.
    let start =
      source.imported == nil
      ? nil
      : notebook.artifact(
        DetectorTraining(kind: kind, source: SceneSource(task: .detection), backbone: backbone))
    detector = notebook.artifact(
      DetectorTraining(
        kind: kind, source: source, backbone: backbone, start: start, recipe: recipe, seed: seed))
    let groups = source.task.criticalGroups
    fisher = notebook.artifact(LayerFisher(of: detector, on: source, groups: groups))
    fisherOfVariants = notebook.artifact(
      LayerFisher(of: detector, on: source, groups: groups, variants: CriticalVariant.allCases))
    batchGradients = notebook.artifact(BatchGradients(of: detector, on: source))
    categoryGradients = notebook.artifact(CategoryGram(of: detector, on: source))
    hessian = notebook.artifact(LayerHessian(of: detector, on: source))
    measuredSensitivities = notebook.artifact(MeasuredSensitivity(of: detector, on: source, groups: groups))
    rematchedSensitivities = notebook.artifact(
      MeasuredSensitivity(
        of: detector, on: source, groups: groups, sceneCount: Self.rematchedSceneCount, keepsMatching: false))
  }

  /// The critical groups that tables report.
  public var groups: [CriticalGroup] { source.task.criticalGroups }

  /// The group that the report is about above all.
  public var critical: CriticalGroup { groups[0] }

  /// Whether it is about scenes that are composed, not about the data of a profile.
  public var isComposed: Bool { source.imported == nil }

  /// Whose art its pictures show, as an end of captions.
  public var credit: String {
    isComposed ? " Art: Noto Emoji and OpenMoji (CC BY-SA 4.0)." : ""
  }

  /// The group beside it.
  public var other: CriticalGroup { groups[1] }

  /// What a split truly shows.
  public func truth(_ split: SceneSplit = .report) -> Artifact<Dataset> {
    notebook.artifact(SplitTruth(source, split))
  }

  /// The same bits for every searched layer.
  public func uniform(bits: Int) -> Artifact<WeightBits> {
    notebook.artifact(UniformBits(detector, bits: bits))
  }

  /// The row whose size others share: uniform bits, or two neighboring widths in turn.
  public func uniform(averageBits: Double) -> Artifact<WeightBits> {
    averageBits == averageBits.rounded()
      ? uniform(bits: Int(averageBits))
      : notebook.artifact(AlternatingBits(detector, averageBits: averageBits))
  }

  /// Bits that serve an objective best at the size of uniform bits.
  ///
  /// - Parameter leastBits: the fewest that a layer may get.
  public func mixed(
    _ objective: Objective, averageBits: Double, leastBits: Int = searchedBits[0]
  ) -> Artifact<WeightBits> {
    notebook.artifact(
      MixedPrecision(
        detector, fisher: fisher, uniform: uniform(averageBits: averageBits), objective: objective,
        leastBits: leastBits))
  }

  /// Bits that serve a critical group best: the objective `α · L_A + L_F` with α = 1.
  public func mixed(for group: CriticalGroup, averageBits: Double) -> Artifact<WeightBits> {
    mixed(.critical(group.rawValue, alpha: 1), averageBits: averageBits)
  }

  /// The scores of the detector with given bits, or in floating point.
  public func scores(_ bits: Artifact<WeightBits>? = nil, on split: SceneSplit = .report) -> Artifact<
    RowScores
  > {
    notebook.artifact(Scoring(detections(bits, on: split), truth: truth(split), groups: groups))
  }

  /// The detections of the detector with given bits, or in floating point: by the bits alone, so that equal bits are run
  /// once, whatever they were chosen by.
  public func detections(
    _ bits: Artifact<WeightBits>? = nil, on split: SceneSplit = .report
  ) -> Artifact<DetectionSet> {
    notebook.artifact(
      DetectorRun(detector, bits: bits.map { notebook.artifact(AssignedBits($0)) }, on: source, split: split))
  }
}
