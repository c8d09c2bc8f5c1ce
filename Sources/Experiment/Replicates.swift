// Detectors that differ in nothing but the seed: does what one of them shows hold for the others?
import Artifacts
import Authoring
import COCO
import Detection

/// The studies of a detector trained several times, each from other first values and in another order of scenes.
public struct Replicates {
  /// One study for each seed.
  public let studies: [Study]
  /// The seeds.
  public let seeds: [UInt64]

  /// The detectors of some seeds on a task; making them computes nothing.
  public init(_ notebook: Notebook, _ kind: DetectorKind, on task: DetectionTask, seeds: [UInt64]) {
    self.seeds = seeds
    studies = seeds.map { Study(notebook, kind, on: task, seed: $0) }
  }

  /// The seeds that the report asks, of detectors and of their training with quantized weights.
  public static let seedsOfReport: [UInt64] = [1, 2, 3]

  /// The detectors that the report trains several times: DETR-R50 on detection.
  public static func ofReport(_ notebook: Notebook) -> Replicates {
    Replicates(notebook, .detrR50, on: .detection, seeds: seedsOfReport)
  }

  /// By how much more AP a group loses under uniform bits than all categories do, for each seed.
  public func excessDrops(bits: Int, _ group: CriticalGroup) throws -> [ResampledNumber] {
    try studies.map { try $0.excessDrop(bits: bits, group) }
  }

  /// The AP that all categories lose under uniform bits, or a group does, for each seed.
  public func drops(bits: Int, _ group: CriticalGroup? = nil) throws -> [ResampledNumber] {
    try studies.map {
      try $0.scores().value.resampled(group) - $0.scores($0.uniform(bits: bits)).value.resampled(group)
    }
  }

  /// The share of their AP in floating point that all categories lose under uniform bits, or a group does, for each seed.
  public func lostShares(bits: Int, _ group: CriticalGroup? = nil) throws -> [ResampledNumber] {
    try zip(studies, drops(bits: bits, group)).map { study, drop in
      drop / (try study.scores().value.resampled(group))
    }
  }

  /// The same in the mean over seeds.
  public func lostShare(bits: Int, _ group: CriticalGroup? = nil) throws -> Double {
    try ResampledNumber.mean(lostShares(bits: bits, group)).value
  }

  /// By how much larger the share of its AP that a group loses is than that of all categories, for each seed.
  public func excessShares(bits: Int, _ group: CriticalGroup) throws -> [ResampledNumber] {
    try zip(lostShares(bits: bits, group), lostShares(bits: bits)).map { $0 - $1 }
  }

  /// The highest AP in floating point.
  public func highestPrecision() throws -> ResampledNumber {
    let precisions = try studies.map { try $0.scores().value.resampled() }
    guard let highest = precisions.max(by: { $0.value < $1.value }) else {
      fatalError("replicates of no seed")
    }
    return highest
  }

  /// What a group gains by its own objective over the overall one at equal size, for each seed.
  public func ownGains(averageBits: Double, _ group: CriticalGroup) throws -> [ResampledNumber] {
    try studies.map { try $0.ownGain(averageBits: averageBits, group) }
  }

  /// The two-sided probability of what a group gains by its own objective in the mean over seeds, if no detector were better than
  /// another: detections are exchanged image by image, in the same images for all seeds.
  public func exchangeProbability(averageBits: Double, _ group: CriticalGroup) throws -> Double {
    let gains = try studies.map {
      try $0.exchangedGains(.critical(group), over: .overall, averageBits: averageBits, group)
    }
    let count = gains.first?.count ?? 0
    return COCO.exchangeProbability((0..<count).map { exchange in mean(gains.map { $0[exchange] }) })
  }

  /// What all categories gain by the overall objective over uniform bits of the same size, for each seed.
  public func overallGains(averageBits: Double) throws -> [ResampledNumber] {
    try studies.map { try $0.gain(.overall, over: .uniform, averageBits: averageBits) }
  }

  /// What all categories gain by the objective of a group over the overall one at equal size, for each seed.
  public func gainsOfAll(averageBits: Double, by group: CriticalGroup) throws -> [ResampledNumber] {
    try studies.map { try $0.gain(.critical(group), over: .overall, averageBits: averageBits) }
  }

  /// What a group gains by its own objective over the best of the objectives of other groups and of none, for each seed.
  public func ownGainsOverOthers(averageBits: Double, _ group: CriticalGroup) throws -> [ResampledNumber] {
    try studies.map { try $0.ownGainOverOthers(averageBits: averageBits, group) }
  }

  /// A number of the detector with the highest AP in floating point, minus that of the one with the lowest.
  public func bestMinusWorst(_ number: (Study) throws -> ResampledNumber) throws -> ResampledNumber {
    let precisions = try studies.map { try $0.scores().value.resampled().value }
    let order = studies.indices.sorted { precisions[$0] < precisions[$1] }
    guard let worst = order.first, let best = order.last else { fatalError("replicates of no seed") }
    return try number(studies[best]) - number(studies[worst])
  }

  /// Rows of a table, one for each seed and one for their mean: seed, AP in floating point and at uniform bits, its loss, by
  /// how much more each group loses.
  public func dropRows(bits: Int) throws -> [[Cell]] {
    let groups = studies.first?.groups ?? []
    let precisions = try studies.map { study in
      (
        before: try study.scores().value.resampled(),
        after: try study.scores(study.uniform(bits: bits)).value.resampled()
      )
    }
    let excess = try groups.map { try excessDrops(bits: bits, $0) }
    func row(_ name: String, _ before: ResampledNumber, _ after: ResampledNumber, _ excess: [ResampledNumber])
      -> [Cell]
    {
      [.text(name)] + [before, after, before - after].map { .number($0.estimate()) }
        + excess.map { .number($0.estimate()) }
    }
    return studies.indices.map { place in
      row("\(seeds[place])", precisions[place].before, precisions[place].after, excess.map { $0[place] })
    } + [
      row(
        "mean", .mean(precisions.map(\.before)), .mean(precisions.map(\.after)), excess.map { .mean($0) })
    ]
  }

  /// What objectives gain at one size as a table with a column for each seed and one for their mean.
  public func gainTable(averageBits: Double) throws -> Table {
    guard let first = studies.first else { fatalError("replicates of no seed") }
    let gains = try studies.map { try $0.objectiveGains(averageBits: averageBits) }
    let means = gains[0].indices.map { place in ResampledNumber.mean(gains.map { $0[place] }) }
    return first.gainTable(zip(seeds.map { "seed \($0)" } + ["mean"], gains + [means]).map { ($0, $1) })
  }
}

extension Verdict {
  /// Whether any of several effects, each known for several seeds, is above zero: supported if one is in the mean over seeds,
  /// after correction for their number, and for each seed by its value; not supported if the intervals of all means are
  /// below the margin of stability; undecided otherwise.
  public static func anyPositive(inEverySeed effects: [[ResampledNumber]]) -> Verdict {
    let means = effects.map { ResampledNumber.mean($0) }
    let probabilities = correctedForNumber(means.map(\.pValue))
    let isShown = effects.indices.contains { place in
      means[place].value > 0 && probabilities[place] < 1 - Margin.level
        && effects[place].allSatisfy { $0.value > 0 }
    }
    if isShown { return .supported }
    return means.allSatisfy { positive($0) == .notSupported } ? .notSupported : .inconclusive
  }
}
