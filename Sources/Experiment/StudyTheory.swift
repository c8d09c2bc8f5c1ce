// How far the predictions of the losses hold, as numbers, rows and figures.
import Artifacts
import Authoring
import Fisher
import NN
import Scenes

extension Study {
  /// Predicted and measured rises of every searched layer alone, overall and for a group: half the diagonal costs.
  public func predictedMeasured(for group: CriticalGroup) throws -> PredictedMeasured {
    let measured = try measuredSensitivities.value
    let fisher = try fisher.value
    func panel(_ title: String, _ objective: Objective) -> PredictedMeasured.Panel {
      let costs = Dictionary(zip(fisher.layerNames, fisher.costs(of: objective))) { first, _ in first }
      let rises = measured.meanRises(of: objective)
      return PredictedMeasured.Panel(
        title: title,
        series: measured.bits.indices.map { column in
          let width = measured.bits[column]
          return PredictedMeasured.Series(
            name: "\(width) bits",
            points: measured.layerNames.indices.map { layer in
              let cost = (costs[measured.layerNames[layer]] ?? [])[fisher.bits.firstIndex(of: width) ?? 0]
              return (cost / 2, rises[layer][column])
            })
        })
    }
    return PredictedMeasured([
      panel("(a) overall loss", .overall),
      panel("(b) critical loss, \(group.rawValue)", .critical(group.rawValue, alpha: 0)),
    ])
  }

  /// Rises of the losses under whole assignments.
  public func rises(under assignments: [Artifact<WeightBits>]) -> Artifact<[AssignmentRises]> {
    notebook.artifact(AssignmentRise(of: detector, under: assignments, on: source, groups: groups))
  }

  /// A row of predicted and measured rises of a loss: name, measured with its interval, first-order part, diagonal, whole
  /// quadratic form, the same about its mean.
  public func riseRow(_ name: String, _ rises: AssignmentRises, _ loss: String = "overall") -> [Cell] {
    guard let rise = rises.objectives[loss] else { fatalError("no rise of the loss \(loss)") }
    return [.text(name), .number(meanWithInterval(rise.measured))]
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

extension Study {
  /// The measured rise of a loss under an assignment.
  public func rise(_ rises: AssignmentRises, _ loss: String = "overall") -> Estimate {
    meanWithInterval(rises.objectives[loss]?.measured ?? [])
  }
}
