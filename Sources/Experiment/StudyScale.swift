// The words for comparisons between detectors and tasks.
import Authoring
import COCO
import Fisher

extension Study {
  /// A row of a table of detectors: name, task, weight layers, loss under uniform four bits, gain of the overall allocation,
  /// gain of a group's objective over it for the group and for all.
  public func scaleRow(for group: CriticalGroup) throws -> [Cell] {
    let own = { (scored: CriticalGroup?) in
      try gain(.critical(group), over: .overall, averageBits: 4, scored).estimate()
    }
    return [
      .text(kind.title), .text(source.task.name),
      .count(try detector.value.detector().weightLayers.count), .number(try drop(bits: 4)),
      .number(try gain(.overall, over: .uniform, averageBits: 4).estimate()), .number(try own(group)),
      .number(try own(nil)),
    ]
  }

  /// How far the objective of a group is from having the gradients of the overall one, at four bits.
  public func costShares(for group: CriticalGroup) throws -> (low: Double, high: Double) {
    try fisher.value.costShares(of: group.rawValue, bits: 4)
  }

  /// The group that loses most AP under uniform bits, what its own objective gains for it over the overall one and over uniform
  /// bits, and what the overall one gains for it over uniform bits.
  ///
  /// The group is chosen on one half of the report scenes, the gains are measured on the other, so that they are not too large
  /// by the choice.
  public func mostImpacted(averageBits: Double) throws -> (
    group: CriticalGroup, gain: Estimate, gainOverUniform: Estimate, gainOfOverall: Estimate
  ) {
    let choosing = try groups.map { group in
      (
        group: group, before: try halves(nil, of: group)[0].value,
        after: try halves(.uniform, averageBits, of: group)[0].value
      )
    }
    guard let group = mostLosing(choosing) else { fatalError("a task without groups") }
    let own = try halves(.critical(group), averageBits, of: group)[1]
    let others = try [AllocationRow.overall, .uniform].map { try halves($0, averageBits, of: group)[1] }
    return (
      group, (own - others[0]).estimate(), (own - others[1]).estimate(),
      (others[0] - others[1]).estimate()
    )
  }

  /// The AP of a group on the report scenes of even and of odd numbers.
  private func halves(
    _ row: AllocationRow?, _ averageBits: Double = 4, of group: CriticalGroup
  ) throws -> [ResampledNumber] {
    let bits = row.map { self.bits($0, averageBits: averageBits) }
    return try (0...1).map { remainder in
      try notebook.artifact(
        HalfScoring(detections(bits), truth: truth(), groups: groups, remainder: remainder)
      ).value.resampled(group)
    }
  }
}

/// The group whose AP falls most from before to after; the first of several that fall alike, nothing without groups.
package func mostLosing(_ groups: [(group: CriticalGroup, before: Double, after: Double)]) -> CriticalGroup? {
  groups.max { $0.before - $0.after < $1.before - $1.after }?.group
}

extension FisherMeasurement {
  /// Between which shares the costs of layers lie under `L_A + L_F`, of what they would be if the critical loss had the
  /// gradients of the overall one, which is four times their overall cost: a quarter where it has no gradient, one where
  /// it has the same.
  /// - Parameters:
  ///   - name: the critical loss.
  ///   - bits: the width that costs are taken at.
  /// - Returns: the smallest and the largest share over the middle nine tenths of layers.
  public func costShares(of name: String, bits width: Int) -> (low: Double, high: Double) {
    guard let place = bits.firstIndex(of: width) else { fatalError("there are no costs at \(width) bits") }
    let shares = zip(costs(of: .critical(name, alpha: 1)), costs(of: .overall))
      .filter { $1[place] > 0 }.map { $0[place] / (4 * $1[place]) }.sorted()
    guard !shares.isEmpty else { return (.nan, .nan) }
    let margin = shares.count / 20
    return (shares[margin], shares[shares.count - 1 - margin])
  }
}
