// The rows that share one size: what every table of mixed precision compares.
import Artifacts
import Authoring
import Detection
import Fisher
import Scenes

/// A way of choosing bits.
public enum AllocationRow: Sendable, Hashable {
  /// The same bits everywhere.
  case uniform
  /// The Fisher diagonal of the overall loss.
  case overall
  /// The Fisher diagonal of `L_A + L_F` for a group.
  case critical(CriticalGroup)
  /// Hessian traces.
  case hessian
  /// Class terms of a group weighing more in the overall loss.
  case reweighted(CriticalGroup)
  /// The Fisher diagonal of `L_A + L_F` with all categories folded into one: the critical objective of none.
  case noCategory
  /// The overall Fisher diagonal with the labels of other scenes.
  case shuffled
  /// Squared gradients of batches.
  case batchGradients
  /// The Fisher trace with `2⁻²ᵇ` for the error.
  case powerLaw
  /// Measured rises of the overall loss with one layer rounded.
  case measured
  /// A draw among all assignments.
  case random(UInt64)

  /// The name in tables.
  public var title: String {
    switch self {
    case .uniform: "Uniform"
    case .overall: "Fisher-overall"
    case .critical(let group): "Fisher-critical (\(group.rawValue))"
    case .hessian: "Hessian trace"
    case .reweighted(let group): "weighted classes (\(group.rawValue))"
    case .noCategory: "no category"
    case .shuffled: "shuffled labels"
    case .batchGradients: "squared batch gradient"
    case .powerLaw: "power law"
    case .measured: "measured rises"
    case .random: "random"
    }
  }
}

extension Study {
  /// The bits of a row at an average.
  public func bits(_ row: AllocationRow, averageBits: Double) -> Artifact<WeightBits> {
    switch row {
    case .uniform: uniform(averageBits: averageBits)
    case .overall: mixed(.overall, averageBits: averageBits)
    case .critical(let group): mixed(for: group, averageBits: averageBits)
    case .hessian: bits(by: .hessianTrace, averageBits: averageBits)
    case .reweighted(let group): mixed(for: group, reading: .reweighted, averageBits: averageBits)
    case .noCategory: mixed(for: groups[0], reading: .noCategory, averageBits: averageBits)
    case .shuffled:
      bits(by: .diagonal(.overall), averageBits: averageBits, gradients: shuffledFisher())
    case .batchGradients:
      bits(by: .diagonal(.overall), averageBits: averageBits, gradients: batchGradients)
    case .powerLaw: bits(by: .powerLaw(.overall), averageBits: averageBits)
    case .measured: bits(by: .measured(.overall), averageBits: averageBits)
    case .random(let seed): bits(by: .random(seed: seed), averageBits: averageBits)
    }
  }

  /// The AP of a row, overall or of a group, with its resamples.
  public func precision(
    _ row: AllocationRow, averageBits: Double, _ group: CriticalGroup? = nil, on split: SceneSplit = .report
  ) throws -> ResampledNumber {
    try scores(bits(row, averageBits: averageBits), on: split).value.resampled(group)
  }

  /// The gain of AP of one row over another at the same size.
  public func gain(
    _ row: AllocationRow, over other: AllocationRow, averageBits: Double, _ group: CriticalGroup? = nil,
    on split: SceneSplit = .report
  ) throws -> ResampledNumber {
    try precision(row, averageBits: averageBits, group, on: split)
      - precision(other, averageBits: averageBits, group, on: split)
  }

  /// Differences in AP of a group between two rows at the same size, with detections exchanged image by image; the first is the
  /// observed one.
  public func exchangedGains(
    _ row: AllocationRow, over other: AllocationRow, averageBits: Double, _ group: CriticalGroup
  ) throws -> [Double] {
    let rows = [row, other].map { detections(bits($0, averageBits: averageBits)) }
    let exchanged = try notebook.artifact(
      ExchangedScores(rows[0], rows[1], truth: truth(), groups: groups)
    ).value
    return exchanged.values[1 + (groups.firstIndex(of: group) ?? 0)]
  }

  /// Rows of a table of several splits: floating point and ways to choose bits, with the AP on each split and what it is above
  /// uniform bits.
  public func splitRows(
    _ rows: [AllocationRow], averageBits: Double, on splits: [SceneSplit]
  ) throws -> [[Cell]] {
    let before: [Cell] = try splits.flatMap { split -> [Cell] in
      [.number(try scores(on: split).value.estimate()), .missing("–")]
    }
    return [[.text("floating point")] + before]
      + (try rows.map { row in
        [.text(row.title)]
          + (try splits.flatMap { split -> [Cell] in
            [
              .number(try precision(row, averageBits: averageBits, on: split).estimate()),
              row == .uniform
                ? .missing("–")
                : .number(try gain(row, over: .uniform, averageBits: averageBits, on: split).estimate()),
            ]
          })
      })
  }

  /// A table of the overall loss's weight in a group's objective, the overall loss alone last: the weight, weight bytes, share of the
  /// searched weights whose bits the overall allocation has otherwise, AP, AP by group.
  public func overallWeightTable(
    _ weights: [Double], for group: CriticalGroup, averageBits: Double
  ) throws -> Table {
    let precision = NumberFormat.points(digits: 1).withInterval
    return Table(
      columns: [
        .text("α"), .number("Weight bytes", .count), .number("changed weights", .percent(digits: 1)),
        .number("AP", precision),
      ] + groups.map { .number($0.rawValue, precision) },
      rows: try weights.map { alpha in
        let name = alpha == alpha.rounded() ? "\(Int(alpha))" : "\(alpha)"
        return try overallWeightRow(name, alpha: alpha, for: group, averageBits: averageBits)
      } + [try overallWeightRow("overall alone", alpha: nil, for: group, averageBits: averageBits)])
  }

  private func overallWeightRow(
    _ name: String, alpha: Double?, for group: CriticalGroup, averageBits: Double
  ) throws -> [Cell] {
    let overall = mixed(.overall, averageBits: averageBits)
    let own = alpha.map { mixed(.critical(group.rawValue, alpha: $0), averageBits: averageBits) } ?? overall
    return [
      .text(name), .count((try own.value.size.codeBits + 7) / 8),
      .number(try changedWeightShare(overall.value, own.value)),
    ] + precisionRow("", try scores(own).value).dropFirst()
  }
}

extension Study {
  /// AP over the size of the weights for some rows, overall and for a group.
  public func precisionOverSize(
    _ rows: [AllocationRow], averages: [Double], for group: CriticalGroup
  ) throws -> PrecisionOverSize {
    let floating = try scores().value
    let sets: [CriticalGroup?] = [nil, group]
    return PrecisionOverSize(
      size: "weights (kB)",
      try sets.enumerated().map { place, set in
        PrecisionOverSize.Panel(
          title: place == 0 ? "(a) all categories" : "(b) \(group.rawValue)",
          series: try rows.map { row in
            PrecisionOverSize.Series(
              name: row.title,
              points: try averages.sorted().map { average in
                let bytes = try bits(row, averageBits: average).value.size.codeBits / 8
                return (
                  Double(bytes) / 1000,
                  try precision(row, averageBits: average, set).estimate().plottedPoints
                )
              })
          }, floatingPoint: 100 * floating.estimate(set).value)
      })
  }
}
