// What an assignment of bits looks like beside the sensitivities, as numbers and figures.
import Artifacts
import Detection
import Fisher
import NN

extension Study {
  /// The objective of a critical group with α = 1.
  private func objective(_ group: CriticalGroup) -> Objective { .critical(group.rawValue, alpha: 1) }

  /// Bits and sensitivity of every layer for a group.
  public func bitsFigure(_ bits: WeightBits, for group: CriticalGroup) throws -> BitsVersusSensitivity {
    BitsVersusSensitivity(try layerBits(bits, objective: objective(group)))
  }

  /// Bits at an average of four and sensitivity of every layer of several detectors for a group, one panel each.
  public static func bitsFigure(of studies: [Study], for group: CriticalGroup) throws -> BitsVersusSensitivity
  {
    BitsVersusSensitivity(
      try studies.map { study in
        let bits = try study.mixed(for: group, averageBits: 4).value
        return BitsVersusSensitivity.Detector(
          title: study.kind.title, layers: try study.layerBits(bits, objective: study.objective(group)))
      })
  }

  /// The rank correlation of bits and mean sensitivity over the searched layers.
  public func rankCorrelation(_ bits: WeightBits, for group: CriticalGroup) throws -> Double {
    let layers = try layerBits(bits, objective: objective(group)).filter { !$0.isFixed }
    return Experiment.rankCorrelation(layers.map { Double($0.bits) }, layers.map(\.sensitivity))
  }

  /// The rank correlation of bits and mean sensitivity over the searched layers with the rank of the number of weights taken
  /// out of both: the partial correlation of ranks.
  public func partialRankCorrelation(_ bits: WeightBits, for group: CriticalGroup) throws -> Double {
    let layers = try layerBits(bits, objective: objective(group)).filter { !$0.isFixed }
    let sizes = Dictionary(try searchedWeightCounts().map { ($0.name, Double($0.count)) }) { first, _ in first
    }
    return Experiment.partialRankCorrelation(
      layers.map { Double($0.bits) }, layers.map(\.sensitivity), without: layers.map { sizes[$0.name] ?? 0 })
  }

  /// The searched layer with the largest mean sensitivity.
  public func mostSensitiveLayer(_ bits: WeightBits, for group: CriticalGroup) throws -> String {
    try layerBits(bits, objective: objective(group)).filter { !$0.isFixed }
      .max { $0.sensitivity < $1.sensitivity }?.name ?? ""
  }

  /// The searched layers whose bits differ.
  public func changedLayers(_ first: WeightBits, _ second: WeightBits) throws -> [String] {
    try comparison("", first, second).layers.filter { $0.first != $0.second }.map(\.name)
  }

  /// The share of the searched weights whose bits differ.
  public func changedWeightShare(_ first: WeightBits, _ second: WeightBits) throws -> Double {
    Experiment.changedWeightShare(first.bits, second.bits, weightCounts: try searchedWeightCounts())
  }

  /// The number of layers whose bits are searched.
  public func searchedLayerCount() throws -> Int { try searchedWeightCounts().count }

  private func searchedWeightCounts() throws -> [(name: String, count: Int)] {
    let measurement = try fisher.value
    return zip(measurement.layerNames, measurement.weightCounts)
      .filter { quantizationPolicy.treatment(of: $0.0) == .searched }.map { (name: $0.0, count: $0.1) }
  }
}

/// The share of some layers' weights to which two assignments give different bits; a layer that one of them leaves in
/// floating point counts as unchanged.
package func changedWeightShare(
  _ first: [String: Int], _ second: [String: Int], weightCounts: [(name: String, count: Int)]
) -> Double {
  let changed = weightCounts.filter { layer in
    guard let one = first[layer.name], let other = second[layer.name] else { return false }
    return one != other
  }
  let all = weightCounts.reduce(0) { $0 + $1.count }
  return Double(changed.reduce(0) { $0 + $1.count }) / Double(all)
}
