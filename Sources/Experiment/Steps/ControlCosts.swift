// Costs of layers and widths by different models of the loss, and the problem they are allocated in.
import Allocation
import Detection
import Fisher
import NN
import Quantization

/// The searched layers of a detector with costs, and the budget: the bits that a uniform row gives them.
///
/// - Parameter costs: by layer name, one for each of `bits`.
package func searchedProblem(
  of module: some Module, bits: [Int], costs: [String: [Double]], uniform: WeightBits
) throws -> (problem: AllocationProblem, budgetBits: Int) {
  let searched = try quantizationPolicy.searchedLayers(of: module)
  let problem = AllocationProblem(
    bits: bits,
    layers: searched.map {
      AllocationProblem.Layer(name: $0.name, weights: $0.layer.weight.value.count, cost: costs[$0.name] ?? [])
    })
  let budget = searched.reduce(0) { $0 + $1.layer.weight.value.count * (uniform.bits[$1.name] ?? 0) }
  return (problem, budget)
}

/// The costs of all layers of a measurement, one for each of its bit widths, by layer name.
///
/// - Throws: an error if the model needs what is missing.
package func modelCosts(
  _ model: CostModel, _ fisher: FisherMeasurement, hessian: HessianTraces?, measured: MeasuredSensitivities?
) throws(FisherError) -> [String: [Double]] {
  var result: [String: [Double]] = [:]
  switch model {
  case .fisherTrace(let objective):
    for layer in fisher.sensitivities(of: objective, resampleCount: 1) {
      result[layer.name] = layer.traceCosts
    }
  case .powerLaw(let objective):
    for layer in fisher.sensitivities(of: objective, resampleCount: 1) {
      result[layer.name] = fisher.bits.map { layer.trace / Double(1 << (2 * $0)) }
    }
  case .diagonal(let objective):
    for (name, costs) in zip(fisher.layerNames, fisher.costs(of: objective)) { result[name] = costs }
  case .random:
    for name in fisher.layerNames { result[name] = fisher.bits.map { _ in 0 } }
  case .hessianTrace:
    guard let hessian else { throw FisherError("costs by Hessian traces need Hessian traces") }
    let errors = Dictionary(zip(fisher.layerNames, fisher.squaredErrors)) { first, _ in first }
    for layer in hessian.layers { result[layer.name] = layer.costs(squaredErrors: errors[layer.name] ?? []) }
  case .measured(let objective):
    guard let measured else { throw FisherError("costs by measured rises need measured rises") }
    for (name, rises) in zip(measured.layerNames, measured.meanRises(of: objective)) {
      result[name] = interpolated(rises, at: measured.bits, for: fisher.bits)
    }
  }
  return result
}

/// Rises at some widths carried over to others: on a straight line between measured ones, a quarter for each bit beyond the
/// widest, and four times as much for each bit below the narrowest. What falls counts as nothing.
package func interpolated(_ rises: [Double], at measured: [Int], for bits: [Int]) -> [Double] {
  let order = measured.indices.sorted { measured[$0] < measured[$1] }
  let points = order.map { (bits: Double(measured[$0]), value: max(rises[$0], 0)) }
  return bits.map { width in
    let place = Double(width)
    guard let first = points.first, let last = points.last else { return 0 }
    if place <= first.bits { return first.value * Double(1 << (2 * Int(first.bits - place))) }
    if place >= last.bits { return last.value / Double(1 << (2 * Int(place - last.bits))) }
    for (low, high) in zip(points, points.dropFirst()) where place <= high.bits {
      let share = (place - low.bits) / (high.bits - low.bits)
      return low.value + share * (high.value - low.value)
    }
    return last.value
  }
}
