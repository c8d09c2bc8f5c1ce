// What quantization costs and what an allocation gains, as numbers, rows and figures.
import Artifacts
import Authoring
import COCO
import Quantization
import Scenes

extension Study {
  /// The loss of AP against floating point under uniform bits, overall or of a group.
  public func drop(bits: Int, _ group: CriticalGroup? = nil, on split: SceneSplit = .report) throws
    -> Estimate
  {
    try scores(on: split).value.difference(from: scores(uniform(bits: bits), on: split).value, group)
  }

  /// By how much more AP a group loses under uniform bits than all categories do.
  public func excessDrop(bits: Int, _ group: CriticalGroup) throws -> ResampledNumber {
    let (before, after) = (try scores().value, try scores(uniform(bits: bits)).value)
    return (before.resampled(group) - after.resampled(group)) - (before.resampled() - after.resampled())
  }

  /// The gain of AP of one assignment over another, overall or of a group.
  public func gain(
    _ bits: Artifact<WeightBits>, over other: Artifact<WeightBits>, _ group: CriticalGroup? = nil
  ) throws -> Estimate {
    try scores(bits).value.difference(from: scores(other).value, group)
  }

  /// A row of a table: name, stored bytes, AP, AP by group.
  public func row(_ name: String, _ bits: Artifact<WeightBits>?) throws -> [Cell] {
    let scores = try scores(bits).value
    // In floating point it is stored in single precision, in which the detector is run.
    let bytes = try bits?.value.size.totalBytes ?? floatingPointBytes()
    return [.text(name), .count(bytes), .number(scores.estimate())]
      + groups.map { .number(scores.estimate($0)) }
  }

  /// A row of a table of floating-point accuracy: name, AP, AP50, AP75, AP by group.
  public func accuracyRow(_ name: String, _ split: SceneSplit) throws -> [Cell] {
    let scores = try scores(on: split).value
    let figures = [scores.statistics.ap50, scores.statistics.ap75].map { Cell.number($0) }
    return [.text(name), .number(scores.estimate())] + figures + groups.map { .number(scores.estimate($0)) }
  }

  /// The rows of all splits that results are reported on.
  public func accuracyRows() throws -> [[Cell]] {
    let unseen: [(String, SceneSplit)] = [
      ("unseen: EmojiOne", .unseenEmojiOne), ("unseen: Twemoji", .unseenTwemoji),
    ]
    let shown = unseen.filter { source.task.scenes?.splits.contains($0.1) ?? false }
    return try ([("report", .report)] + shown).map { try accuracyRow($0.0, $0.1) }
  }

  /// AP over uniform bits with the floating-point values beside.
  public func apOverBits(_ bits: [Int]) throws -> ApOverBits {
    let rows = try bits.map { try scores(uniform(bits: $0)).value }
    let floating = try scores().value
    func series(_ name: String, _ group: CriticalGroup?) -> ApOverBits.Series {
      ApOverBits.Series(
        name: name, estimates: rows.map { $0.estimate(group).plottedPoints },
        floatingPoint: floating.estimate(group).plottedPoints)
    }
    return ApOverBits(
      bits: bits, overall: series("all", nil), groups: groups.map { series($0.rawValue, $0) },
      quantity: "AP (points)")
  }

  /// The loss of AP under uniform bits, overall and by group.
  public func drops(_ bits: [Int]) throws -> GroupDrops {
    let all: [CriticalGroup?] = [nil] + groups
    return GroupDrops(
      groups: all.map { $0?.rawValue ?? "all" },
      rows: try bits.map { width in
        GroupDrops.Row(
          name: "\(width) bits", estimates: try all.map { try drop(bits: width, $0).plottedPoints })
      },
      quantity: "loss of AP (points)", reference: 0)
  }

  /// The course of training, beside that of other detectors.
  public func trainingCurves(beside others: [Study] = []) throws -> TrainingCurves {
    try trainingCurves(named: kind.title, beside: others.map { ($0.kind.title, $0) })
  }

  /// The course of training under a name, beside that of others under theirs.
  public func trainingCurves(
    named name: String, beside others: [(name: String, study: Study)]
  ) throws -> TrainingCurves {
    TrainingCurves(try ([(name, self)] + others).map { try $0.1.trainingRun($0.0) })
  }

  private func trainingRun(_ name: String) throws -> TrainingCurves.Run {
    let history = try detector.value.history()
    let seen = history.map { Double($0.imagesSeen) }
    return TrainingCurves.Run(
      name: name, trainingLoss: .init(imagesSeen: seen, values: history.map(\.loss)),
      validationAP: .init(imagesSeen: seen, values: history.map { 100 * $0.score }))
  }

  /// The number of parameters, those of shared heads once, without the running statistics of batch norms.
  public func parameterCount() throws -> Int { try detector.value.detector().parameterCount }

  /// What the detector takes in single precision, as rows with quantized weights count it.
  func floatingPointBytes() throws -> Int {
    try storedSize(of: detector.value.detector(), [:]).totalBytes
  }

  /// A row of a table of detectors: name, weight layers, parameters, bytes in single precision, AP, AP of small and of medium objects.
  public func detectorRow() throws -> [Cell] {
    let scores = try scores().value
    return [
      .text(kind.title), .count(try detector.value.detector().weightLayers.count),
      .count(try parameterCount()), .count(try floatingPointBytes()), .number(scores.estimate()),
      .number(scores.statistics.apSmall), .number(scores.statistics.apMedium),
    ]
  }

  /// A row of a table of tasks: detector, task, categories, scenes seen, AP, AP50, AP at uniform four bits, its loss.
  public func taskRow() throws -> [Cell] {
    let scores = try scores().value
    return [
      .text(kind.title), .text(source.task.name), .count(source.task.categories.count),
      .count(try detector.value.history().last?.imagesSeen ?? 0), .number(scores.estimate()),
      .number(scores.statistics.ap50), .number(try self.scores(uniform(bits: 4)).value.estimate()),
      .number(try drop(bits: 4)),
    ]
  }
}
