// Which trainings the report rests on, and what each took where it ran.
import Artifacts
import Authoring
import Detection

/// Trainings that differ in nothing but the seed.
public struct TrainingRuns {
  /// What is trained, and how.
  public let name: String
  /// On which task.
  public let task: String
  /// How many.
  public let count: Int
  /// For each: scenes seen, and seconds where the trace of its weights tells.
  let measure: () throws -> [(scenes: Int, seconds: Double?)]

  /// Trainings in floating point.
  init(_ name: String, _ task: String, _ results: [Artifact<Checkpoint>]) {
    (self.name, self.task, count) = (name, task, results.count)
    measure = {
      try results.map { (try $0.value.history().last?.imagesSeen ?? 0, try $0.costSeconds) }
    }
  }

  /// Trainings with quantized weights.
  init(_ name: String, _ task: String, _ results: [Artifact<QuantizedCheckpoint>]) {
    (self.name, self.task, count) = (name, task, results.count)
    measure = {
      try results.map { (try $0.value.history().last?.imagesSeen ?? 0, try $0.costSeconds) }
    }
  }
}

/// Every training of the report.
public struct RunMatrix {
  /// In the order in which they build on each other.
  public let runs: [TrainingRuns]

  /// The matrix of the report; making it computes nothing.
  public init(_ notebook: Notebook) {
    runs =
      Self.pretrainings(notebook) + Self.detectors(notebook) + Self.quantized(notebook)
      + Self.controls(notebook)
  }

  private static func pretrainings(_ notebook: Notebook) -> [TrainingRuns] {
    // DAB-DETR starts from the backbone of DETR-R50.
    [DetectorKind.detrR50, .detrR101, .deformableDETRR50].map { kind in
      TrainingRuns("backbone of \(kind.title)", "objects", [Study(notebook, kind, on: .detection).backbone])
    }
  }

  private static func detectors(_ notebook: Notebook) -> [TrainingRuns] {
    let kinds: [(DetectionTask, [DetectorKind])] = [
      (.detection, [.detrR50, .detrR101, .dabDETRR50, .deformableDETRR50]),
      (.panoptic, [.detrR50, .detrR101, .deformableDETRR50]), (.garments, [.detrR50, .deformableDETRR50]),
    ]
    return kinds.flatMap { task, kinds in
      kinds.map { kind in
        let isReplicated = task.name == DetectionTask.detection.name && kind == .detrR50
        let seeds = isReplicated ? Replicates.seedsOfReport : [1]
        return TrainingRuns(
          kind.title, task.name, seeds.map { Study(notebook, kind, on: task, seed: $0).detector })
      }
    }
  }

  private static func quantized(_ notebook: Notebook) -> [TrainingRuns] {
    let penalized = PenalizedGroup.ofReport(notebook)
    var tasks: [String] = []
    return penalized.flatMap { run -> [TrainingRuns] in
      let (study, task) = (run.study, run.study.source.task.name)
      let flat = TrainingRuns(
        "\(study.kind.title), \(QATArm.flat.title) for \(run.group.rawValue)", task,
        run.seeds.map { study.qat(.flat, for: run.group, seed: $0) })
      if tasks.contains(task) { return [flat] }
      tasks.append(task)
      let plain = TrainingRuns(
        "\(study.kind.title), \(QATArm.plain.title)", task,
        run.seeds.map { study.qat(.plain, for: run.group, seed: $0) })
      return [plain, flat]
    }
  }

  private static func controls(_ notebook: Notebook) -> [TrainingRuns] {
    let task = DetectionTask.detection
    let study = Study(notebook, .detrR50, on: task)
    let mixed = study.mixed(for: .person, averageBits: 4)
    func name(_ study: Study, _ arm: QATArm, _ rest: String = "") -> String {
      "\(study.kind.title), \(arm.title)" + (arm.recipe.hasCriticalTerm ? " for person" : "") + rest
    }
    let others = Study.others(notebook).flatMap { study in
      [QATArm.plain, .flat].map { arm in
        TrainingRuns(name(study, arm), task.name, [study.qat(arm, for: .person)])
      }
    }
    let mixedRuns = [QATArm.plain, .flat].map { arm in
      TrainingRuns(name(study, arm, ", mixed bits"), task.name, [study.qat(arm, for: .person, bits: mixed)])
    }
    let weighted = TrainingRuns(
      name(study, .weighted), task.name,
      Replicates.seedsOfReport.map { study.qat(.weighted, for: .person, seed: $0) })
    let ways = [QATArm.exact, .gradientDifference].map { arm in
      TrainingRuns(name(study, arm), task.name, [study.qat(arm, for: .person)])
    }
    let sweep = PenaltyWeight.others.map { weight in
      TrainingRuns(
        name(study, .flat, ", λ to \(scientific(weight.last))"), task.name,
        [study.qat(with: weight, for: .person)])
    }
    return others + mixedRuns + [weighted] + ways + sweep
  }

  /// Rows of a table: name, task, number of runs, scenes that each sees, minutes of the longest, minutes of all.
  public func rows() throws -> [[Cell]] {
    try runs.map { run in
      let measured = try run.measure()
      let seconds = measured.compactMap(\.seconds)
      let isKnown = seconds.count == measured.count
      func minutes(_ seconds: Double) -> Cell { isKnown ? .number(seconds / 60) : .missing("–") }
      return [
        .text(run.name), .text(run.task), .count(measured.count), .count(measured.map(\.scenes).max() ?? 0),
        minutes(seconds.max() ?? 0), minutes(seconds.reduce(0, +)),
      ]
    }
  }

  /// The columns of these rows.
  public static var columns: [Column] {
    [
      .text("Training"), .text("Task"), .number("Runs", .count), .number("Scenes each", .count),
      .number("Longest", .digits(0), unit: "min"), .number("All", .digits(0), unit: "min"),
    ]
  }

  /// The number of trainings.
  public var count: Int { runs.reduce(0) { $0 + $1.count } }

  /// The hours that all took, one after the other, as far as their traces tell.
  public func hours() throws -> Double {
    try runs.flatMap { try $0.measure().compactMap(\.seconds) }.reduce(0, +) / 3600
  }

  /// The minutes of the longest.
  public func longestMinutes() throws -> Double {
    (try runs.flatMap { try $0.measure().compactMap(\.seconds) }.max() ?? 0) / 60
  }
}
