// Bits and sensitivities by layer, from artifacts to figures.
import Artifacts
import Detection
import Fisher
import NN
import Plotting

extension Study {
  /// Bits and mean sensitivity of every layer, the heads included, which stay in floating point.
  public func layerBits(_ bits: WeightBits, objective: Objective) throws -> [LayerBits] {
    let layers = try fisher.value.sensitivities(of: objective, resampleCount: 1)
    // Queries and keys of the first decoder layer see no content: what is left of their gradient is rounding noise.
    let noise = 1e-12 * (layers.map(\.meanTrace).max() ?? 0)
    return layers.map { layer in
      LayerBits(
        name: layer.name, bits: bits.bits[layer.name] ?? 0,
        sensitivity: layer.meanTrace > noise ? layer.meanTrace : 0,
        isFixed: quantizationPolicy.treatment(of: layer.name) != .searched)
    }
  }

  /// The widths that two assignments give the searched layers.
  public func comparison(_ title: String, _ first: WeightBits, _ second: WeightBits) throws
    -> AssignmentComparison.Comparison
  {
    AssignmentComparison.Comparison(
      title: title,
      layers: try fisher.value.layerNames.compactMap { name in
        guard let one = first.bits[name], let other = second.bits[name] else { return nil }
        return AssignmentComparison.Layer(name: name, first: one, second: other)
      })
  }
}

/// The rank correlation of two lists (Spearman, 1904); ties share their mean rank.
public func rankCorrelation(_ first: [Double], _ second: [Double]) -> Double {
  guard first.count == second.count, first.count > 1 else {
    fatalError("rank correlation of lists of \(first.count) and \(second.count)")
  }
  let (a, b) = (meanRanks(first), meanRanks(second))
  let center = Double(first.count - 1) / 2
  var products = (aa: 0.0, bb: 0.0, ab: 0.0)
  for (x, y) in zip(a, b) {
    products.aa += (x - center) * (x - center)
    products.bb += (y - center) * (y - center)
    products.ab += (x - center) * (y - center)
  }
  return products.ab / (products.aa * products.bb).squareRoot()
}

/// The rank correlation of two lists with the ranks of a third taken out of both: the partial correlation of ranks.
package func partialRankCorrelation(
  _ first: [Double], _ second: [Double], without third: [Double]
) -> Double {
  let direct = rankCorrelation(first, second)
  let (ofFirst, ofSecond) = (rankCorrelation(first, third), rankCorrelation(second, third))
  return (direct - ofFirst * ofSecond) / ((1 - ofFirst * ofFirst) * (1 - ofSecond * ofSecond)).squareRoot()
}

/// The rank of each element from 0, equal elements sharing the mean of their ranks.
private func meanRanks(_ values: [Double]) -> [Double] {
  let order = values.indices.sorted { values[$0] < values[$1] }
  var ranks = [Double](repeating: 0, count: values.count)
  var start = 0
  while start < order.count {
    var end = start
    while end + 1 < order.count, values[order[end + 1]] == values[order[start]] { end += 1 }
    for place in start...end { ranks[order[place]] = Double(start + end) / 2 }
    start = end + 1
  }
  return ranks
}
