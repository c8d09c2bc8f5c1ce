// How far the predictions of the losses hold, as numbers, rows and figures.
import Artifacts
import Authoring
import Fisher
import NN
import Scenes

extension Study {
  /// Predicted and measured rises of every searched layer alone, overall and for a group: half the diagonal costs.
  public func predictedMeasured(for group: CriticalGroup) throws -> PredictedMeasured {
    func panel(_ title: String, _ objective: Objective) throws -> PredictedMeasured.Panel {
      PredictedMeasured.Panel(
        title: title,
        series: try measuredSensitivities.value.bits.map {
          PredictedMeasured.Series(name: "\($0) bits", points: try layerRises(bits: $0, objective))
        })
    }
    return PredictedMeasured([
      try panel("(a) overall loss", .overall),
      try panel("(b) critical loss, \(group.rawValue)", .critical(group.rawValue, alpha: 0)),
    ])
  }

  /// What rounding one searched layer alone to a measured width raises a loss by: foretold, half its diagonal cost, and measured.
  private func layerRises(bits: Int, _ objective: Objective) throws -> [(predicted: Double, measured: Double)]
  {
    let measured = try measuredSensitivities.value
    let fisher = try fisher.value
    guard let column = measured.bits.firstIndex(of: bits), let place = fisher.bits.firstIndex(of: bits) else {
      fatalError("rises at \(bits) bits, measured are \(measured.bits)")
    }
    let costs = Dictionary(zip(fisher.layerNames, fisher.costs(of: objective))) { first, _ in first }
    return zip(measured.layerNames, measured.meanRises(of: objective)).map { name, rises in
      ((costs[name]?[place] ?? 0) / 2, rises[column])
    }
  }

  /// Of the searched layers that are foretold to raise the overall loss when rounded alone, the share that raises it by more than
  /// that, and the share that lowers it.
  public func riseShares(bits: Int) throws -> (above: Double, fallen: Double) {
    shares(of: try layerRises(bits: bits, .overall))
  }

  /// Rises of the losses under whole assignments.
  public func rises(under assignments: [Artifact<WeightBits>]) -> Artifact<[AssignmentRises]> {
    notebook.artifact(AssignmentRise(of: detector, under: assignments, on: source, groups: groups))
  }

  /// A row of predicted and measured rises of a loss: name, measured with its interval, first-order part, diagonal, whole
  /// quadratic form, the same about its mean.
  public func riseRow(_ name: String, _ rise: AssignmentRises.Rise) -> [Cell] {
    [.text(name), .number(rise.measuredMean)]
      + [
        rise.predicted.firstOrder, rise.diagonal, rise.predicted.fullSecondOrder,
        rise.predicted.centeredSecondOrder,
      ].map { .number($0) }
  }

  /// How allocations move with the calibration scenes, and between the overall objective and that of a group.
  public func stability(for group: CriticalGroup, averageBits: Double) -> Artifact<BitStabilityResult> {
    notebook.artifact(
      BitStability(
        detector, fisher: fisher, uniform: uniform(averageBits: averageBits),
        objective: .critical(group.rawValue, alpha: 1)))
  }

  /// The cosine of the gradients of the overall loss and of a group's critical loss, those of all scenes and all searched
  /// layers taken as one vector.
  public func gradientAgreement(
    _ group: CriticalGroup, reading variant: CriticalVariant = .folded
  ) throws -> Double {
    let fisher = try fisherOfVariants.value
    let searched = fisher.layerNames.indices.filter {
      quantizationPolicy.treatment(of: fisher.layerNames[$0]) == .searched
    }
    return fisher.gradientAgreement(with: group.lossName(variant), layers: searched)
  }

  /// The rank correlation over searched layers of the mean sensitivities of a reading and of the overall loss.
  public func rankAgreement(
    _ group: CriticalGroup, reading variant: CriticalVariant = .folded
  ) throws -> Double {
    let fisher = try fisherOfVariants.value
    let overall = fisher.sensitivities(of: .overall, resampleCount: 1)
    let critical = fisher.sensitivities(
      of: .critical(group.lossName(variant), alpha: 0), resampleCount: 1)
    let searched = overall.indices.filter { quantizationPolicy.treatment(of: overall[$0].name) == .searched }
    return Experiment.rankCorrelation(
      searched.map { overall[$0].meanTrace }, searched.map { critical[$0].meanTrace })
  }
}

extension FisherMeasurement {
  /// The cosine of the gradients of the overall and of a critical loss, those of all images and of some layers taken as one
  /// vector: `⟨AF⟩ / √(⟨AA⟩ ⟨FF⟩)` with sums over images and layers. One where one gradient is the same positive multiple of
  /// the other everywhere, zero where they have nothing in common.
  /// - Parameters:
  ///   - name: the critical loss.
  ///   - layers: the places of the layers.
  package func gradientAgreement(with name: String, layers: [Int]) -> Double {
    guard let products = critical[name] else { fatalError("no Fisher information of \(name)") }
    func sum(_ rows: [[Double]]) -> Double {
      rows.reduce(0) { total, row in layers.reduce(total) { $0 + row[$1] } }
    }
    return sum(products.cross.perImage) / (sum(overall.perImage) * sum(products.own.perImage)).squareRoot()
  }
}

/// Of pairs with a predicted rise, the share whose measured one is above it, and the share whose measured one is a fall; not numbers
/// where there are none.
package func shares(of rises: [(predicted: Double, measured: Double)]) -> (above: Double, fallen: Double) {
  let foretold = rises.filter { $0.predicted > 0 }
  func share(_ isCounted: ((predicted: Double, measured: Double)) -> Bool) -> Double {
    Double(foretold.count(where: isCounted)) / Double(foretold.count)
  }
  return (share { $0.measured > $0.predicted }, share { $0.measured < 0 })
}

/// The mean of a list with its percentile interval over 1,000 resamples; zero without an interval of an empty one.
package func meanWithInterval(_ values: [Double], seed: UInt64 = 1) -> Estimate {
  let count = values.count
  guard count > 0 else { return Estimate(0) }
  let means = (0..<1000).map { resample in
    (0..<count).reduce(0.0) { sum, draw in
      let random = SeedSequence.seed(seed, "\(resample) \(draw)")
      return sum + values[Int(random.multipliedFullWidth(by: UInt64(count)).high)]
    } / Double(count)
  }.sorted()
  return Estimate(values.reduce(0, +) / Double(count), low: means[25], high: means[974])
}

extension AssignmentRises {
  /// The rise of a loss.
  /// - Throws: an error if it was not measured.
  public func rise(of loss: String) throws(FisherError) -> AssignmentRises.Rise {
    guard let rise = objectives[loss] else { throw FisherError("no rise of the loss \(loss) was measured") }
    return rise
  }
}

extension AssignmentRises.Rise {
  /// The mean measured rise with its interval over images.
  public var measuredMean: Estimate { meanWithInterval(measured) }
}
