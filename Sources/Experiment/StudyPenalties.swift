// The words for setting penalties of several groups and tasks side by side.
import Artifacts
import Authoring
import Detection

/// Training with the penalty for a group, against plain training with the same seeds.
public struct PenalizedGroup {
  /// The detector and its task.
  public let study: Study
  /// Whose critical loss is to become flat.
  public let group: CriticalGroup
  /// The seeds of both ways of training.
  public let seeds: [UInt64]

  /// A comparison; making one computes nothing.
  public init(_ study: Study, _ group: CriticalGroup, seeds: [UInt64]) {
    self.study = study
    self.group = group
    self.seeds = seeds
  }

  /// The groups that the report trains DETR-R50 for with the penalty: two on each task, from several seeds.
  public static func ofReport(_ notebook: Notebook) -> [PenalizedGroup] {
    let groups: [(task: DetectionTask, groups: [CriticalGroup])] = [
      (.detection, [.person, .animal]), (.panoptic, [.person, .ground]), (.garments, [.tops, .footwear]),
    ]
    return groups.flatMap { task, groups in
      groups.map {
        PenalizedGroup(Study(notebook, .detrR50, on: task), $0, seeds: Replicates.seedsOfReport)
      }
    }
  }

  /// The group with its task, as in `tops (garments)`.
  public var name: String { "\(group.rawValue) (\(study.source.task.name))" }

  /// The critical Fisher trace at the end over that of plain training: the mean over seeds.
  public func traceRatio() throws -> Double {
    try study.traceRatio(.flat, over: .plain, for: group, seeds: seeds)
  }

  /// What the penalty changes of the AP of the group.
  public func gain() throws -> ResampledNumber {
    try study.gain(.flat, over: .plain, trainedFor: group, seeds: seeds, scored: group)
  }

  /// What the penalty changes of the AP of all categories.
  public func gainOfAll() throws -> ResampledNumber {
    try study.gain(.flat, over: .plain, trainedFor: group, seeds: seeds)
  }

  /// What happens to the group in plain training, for each seed.
  public func course() throws -> [(fallOfTrainingLoss: Double, riseOfPrecision: Double)] {
    try study.courseOfTraining(.plain, for: group, seeds: seeds)
  }

  /// A row of a table: task, group, fall of the critical loss on scenes of the training and rise of AP on selection scenes in
  /// plain training, what the gap between the losses of both kinds of scenes grows by without and with the penalty, trace
  /// ratio, change of AP of the group and of all categories.
  public func row() throws -> [Cell] {
    let course = try course()
    let growth = try [QATArm.plain, .flat].map { arm in
      let gap = try study.generalizationGap(arm, for: group, seeds: seeds)
      return gap.last - gap.first
    }
    return [
      .text(study.source.task.name), .text(group.rawValue),
      .number(mean(course.map(\.fallOfTrainingLoss))), .number(mean(course.map(\.riseOfPrecision))),
      .number(growth[0]), .number(growth[1]), .number(try traceRatio()), .number(try gain().estimate()),
      .number(try gainOfAll().estimate()),
    ]
  }

  /// The columns of these rows.
  public static var columns: [Column] {
    [
      .text("Task"), .text("Group"), .number("loss falls", .digits(2)),
      .number("AP rises", .points(digits: 1).signed), .number("gap grows, plain", .digits(2).signed),
      .number("with penalty", .digits(2).signed), .number("trace left", .percent(digits: 0)),
      .number("gain, group", .points(digits: 1).signed.withInterval),
      .number("gain, all", .points(digits: 1).signed.withInterval),
    ]
  }
}

extension Study {
  /// A table of training at uniform four bits: floating point, rounded alone, plain training, and training with the penalty
  /// for each of some groups; means over seeds.
  public func qatTable(penaltiesFor penalized: [CriticalGroup], seeds: [UInt64]) throws -> Table {
    let many = "\(seeds.count) seeds"
    return Table(
      columns: [.text("Weights"), .number("AP", .points(digits: 1).withInterval)]
        + groups.map { .number($0.rawValue, .points(digits: 1).withInterval) },
      rows: [
        precisionRow("floating point", try scores().value),
        precisionRow("rounded", try scores(uniform(bits: 4)).value),
        try qatRow("plain QAT, \(many)", .plain, for: critical, seeds: seeds),
      ]
        + (try penalized.map { group in
          try qatRow("Fisher-trace QAT for \(group.rawValue), \(many)", .flat, for: group, seeds: seeds)
        }))
  }
}
