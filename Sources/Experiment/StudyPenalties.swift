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

/// What stands below tables of training with cells in bold.
public let trainedNote =
  "Bold: the highest AP of the penalties in a column, if its gain over plain training has p < 0.05 after correction for their number."

extension Study {
  /// A table of training at uniform four bits: floating point, rounded alone, plain training, and training with the penalty
  /// for each of some groups; means over seeds. With several seeds the highest AP of the penalties stands out where its gain over plain
  /// training has p < 0.05 after correction for the number of penalties.
  public func qatTable(penaltiesFor penalized: [CriticalGroup], seeds: [UInt64]) throws -> Table {
    let many = seeds.count == 1 ? "one seed" : "\(seeds.count) seeds"
    let sets: [CriticalGroup?] = [nil] + groups
    let plain = try sets.map { try qatPrecision(.plain, for: critical, seeds: seeds, scored: $0) }
    let flat = try penalized.map { group in
      try sets.map { try qatPrecision(.flat, for: group, seeds: seeds, scored: $0) }
    }
    let untrained = [
      precisionRow("floating point", try scores().value),
      precisionRow("rounded", try scores(uniform(bits: 4)).value),
    ]
    let trained = zip(
      ["plain QAT, \(many)"] + penalized.map { "Fisher-trace QAT for \($0.rawValue), \(many)" },
      [plain] + flat)
    return Table(
      columns: [.text("Weights"), .number("AP", .points(digits: 1).withInterval)]
        + groups.map { .number($0.rawValue, .points(digits: 1).withInterval) },
      rows: untrained
        + trained.map { name, numbers in [.text(name)] + numbers.map { .number($0.estimate()) } },
      // One seed says nothing about the way of training.
      emphasized: seeds.count < 2
        ? []
        : significantlyBest(flat, over: plain).enumerated().flatMap { column, places in
          places.map { CellPlace(row: untrained.count + 1 + $0, column: 1 + column) }
        })
  }

  /// A row of a table of ways to train at four bits, uniform or as given, one seed: names of bits and of training, weight bytes, AP, AP by group, the critical Fisher trace
  /// of a group at the end.
  public func armRow(
    _ name: String, _ arm: QATArm, bits: Artifact<WeightBits>? = nil, for group: CriticalGroup,
    seed: UInt64 = 1
  ) throws -> [Cell] {
    let trained = qat(arm, for: group, bits: bits, seed: seed)
    let course = try trained.course()
    let trace = try course.detail("trace", for: group, at: course.last)
    return [
      .text(name), .text(arm.title), .count((try (bits ?? uniform(bits: 4)).value.size.codeBits + 7) / 8),
    ]
      + precisionRow("", try scores(of: trained).value).dropFirst() + [.number(trace)]
  }

  /// The columns of these rows.
  public var armColumns: [Column] {
    [
      .text("Bits"), .text("Training"), .number("Weight bytes", .count),
      .number("AP", .points(digits: 1).withInterval),
    ] + groups.map { .number($0.rawValue, .points(digits: 1).withInterval) } + [.number("trace", .digits(0))]
  }
}
