// Running sums of products of per-image gradients.
import NN
import Quantization
import Torch

/// Sums over images of the products of their gradients: diagonals per weight, inner products per image and layer.
///
/// What it is fed must be gradients of single images. The square of a batch's mean gradient is another quantity, and
/// so is a gradient of a loss whose normalizers come from a batch.
///
/// Diagonals and inner products are summed in double precision.
public final class FisherAccumulator {
  /// The layers, in the order of computation.
  public let layers: [NamedLayer]
  /// The names of the critical losses, sorted.
  public let criticalNames: [String]
  /// Images so far.
  public private(set) var imageCount = 0

  private var overall: ProductSums
  private var critical: [(cross: ProductSums, own: ProductSums)]
  private let perturbations: LayerPerturbations?
  private var overallProjections: [[[Double]]] = []
  private var criticalProjections: [[[[Double]]]]

  /// Empty sums.
  ///
  /// - Parameter perturbations: directions to project each image's gradients on, if wanted.
  public init(
    layers: [NamedLayer], critical names: [String] = [], projectingOn perturbations: LayerPerturbations? = nil
  ) {
    self.layers = layers
    criticalNames = names.sorted()
    overall = ProductSums(layers)
    critical = names.map { _ in (ProductSums(layers), ProductSums(layers)) }
    self.perturbations = perturbations
    criticalProjections = names.map { _ in [] }
  }

  /// Makes room for the next images; `add` fills it.
  func beginImages(_ count: Int) {
    imageCount += count
    let row = [Double](repeating: 0, count: layers.count)
    overall.appendRows(row, count)
    for index in critical.indices {
      critical[index].cross.appendRows(row, count)
      critical[index].own.appendRows(row, count)
    }
    guard let perturbations else { return }
    let projections = layers.map { _ in [Double](repeating: 0, count: perturbations.bits.count) }
    overallProjections += [[[Double]]](repeating: projections, count: count)
    for index in criticalProjections.indices {
      criticalProjections[index] += [[[Double]]](repeating: projections, count: count)
    }
  }

  /// Adds the gradients of some of the last images with respect to one layer; `nil` is a gradient of zeros.
  ///
  /// - Parameters:
  ///   - layer: the place among `layers`.
  ///   - firstImage: the image of the first row.
  ///   - overallGradient: `[image, …]`, the gradients of the overall loss.
  ///   - criticalGradients: the same of each critical loss, in the order of `criticalNames`.
  func add(
    layer: Int, firstImage: Int, overall overallGradient: Tensor?, critical criticalGradients: [Tensor?]
  ) {
    withoutGradients {
      let a = overallGradient.map(Self.rows)
      if let a { overall.add(a, a, layer: layer, firstImage: firstImage) }
      for (index, gradient) in criticalGradients.enumerated() {
        guard let f = gradient.map(Self.rows) else { continue }
        if let a { critical[index].cross.add(a, f, layer: layer, firstImage: firstImage) }
        critical[index].own.add(f, f, layer: layer, firstImage: firstImage)
        project(f, layer: layer, firstImage: firstImage, into: &criticalProjections[index])
      }
      if let a { project(a, layer: layer, firstImage: firstImage, into: &overallProjections) }
    }
  }

  /// `[image, …]` as `[image, weight]`.
  private static func rows(_ gradients: Tensor) -> Tensor {
    gradients.detached().reshaped([gradients.size(0), -1])
  }

  private func project(_ rows: Tensor, layer: Int, firstImage: Int, into projections: inout [[[Double]]]) {
    guard let perturbations else { return }
    let width = perturbations.bits.count
    let values = rows.converted(to: .float64).matrixProduct(perturbations.directions[layer].transposed())
      .doubles
    for row in 0..<rows.size(0) {
      projections[firstImage + row][layer] = Array(values[row * width..<(row + 1) * width])
    }
  }
}

extension FisherAccumulator {
  /// The Fisher diagonal of an objective by layer name, in double precision and the shapes of the weights: what
  /// weighted scale searches take as importance.
  public func diagonals(of objective: Objective) -> [String: Tensor] {
    withoutGradients {
      var result: [String: Tensor] = [:]
      for (index, layer) in layers.enumerated() {
        result[layer.name] = diagonal(layer: index, objective).reshaped(layer.layer.weight.value.shape)
      }
      return result
    }
  }

  private func diagonal(layer: Int, _ objective: Objective) -> Tensor {
    let images = Double(max(imageCount, 1))
    let weight = objective.overallWeight
    let result = overall.diagonals[layer] * (weight * weight / images)
    guard let name = objective.criticalName else { return result }
    guard let index = criticalNames.firstIndex(of: name) else {
      fatalError("there is no critical loss \(name) among \(criticalNames)")
    }
    result.add(critical[index].cross.diagonals[layer], scale: 2 * weight / images)
    result.add(critical[index].own.diagonals[layer], scale: 1 / images)
    return result
  }

  /// Everything as plain numbers, with the costs of the weights' perturbation by a quantizer at each bit width.
  ///
  /// - Parameter importance: by layer name, for schemes that weigh errors.
  public func measurement(
    bits: [Int], scheme: QuantizationScheme = .standard, importance: [String: Tensor] = [:]
  ) -> FisherMeasurement {
    withoutGradients {
      var squaredErrors: [[Double]] = []
      var overallCosts: [[Double]] = []
      var criticalCosts: [(cross: [[Double]], own: [[Double]])] = critical.map { _ in ([], []) }
      for (index, layer) in layers.enumerated() {
        // One layer's perturbations at a time: [weight] per bit width.
        let weight = layer.layer.weight.value
        let squares = bits.map {
          let change = scheme.perturbation(of: weight, bits: $0, importance: importance[layer.name])
            .reshaped([-1]).converted(to: .float64)
          return change * change
        }
        func costs(_ sums: ProductSums) -> [Double] {
          squares.map { (sums.diagonals[index] * $0).sum().item() / Double(max(imageCount, 1)) }
        }
        squaredErrors.append(squares.map { $0.sum().item() })
        overallCosts.append(costs(overall))
        for place in critical.indices {
          criticalCosts[place].cross.append(costs(critical[place].cross))
          criticalCosts[place].own.append(costs(critical[place].own))
        }
      }
      var named: [String: CriticalProducts] = [:]
      for (place, name) in criticalNames.enumerated() {
        named[name] = CriticalProducts(
          cross: GradientProduct(perImage: critical[place].cross.perImage, costs: criticalCosts[place].cross),
          own: GradientProduct(perImage: critical[place].own.perImage, costs: criticalCosts[place].own))
      }
      return FisherMeasurement(
        layerNames: layers.map(\.name), weightCounts: layers.map { $0.layer.weight.value.count }, bits: bits,
        squaredErrors: squaredErrors,
        overall: GradientProduct(perImage: overall.perImage, costs: overallCosts), critical: named)
    }
  }

  /// Each image's gradients projected on the perturbations given at the start; `nil` if there were none.
  public var projections: GradientProjections? {
    guard let perturbations else { return nil }
    return GradientProjections(
      layerNames: layers.map(\.name), bits: perturbations.bits, overall: overallProjections,
      critical: Dictionary(zip(criticalNames, criticalProjections)) { first, _ in first })
  }
}

/// Sums of one product of gradients.
struct ProductSums {
  /// `Σₙ g′ₙ ∘ g″ₙ` per layer, `[weight]` in double precision.
  let diagonals: [Tensor]
  /// `⟨g′ₙ, g″ₙ⟩`, `[image][layer]`.
  private(set) var perImage: [[Double]] = []

  init(_ layers: [NamedLayer]) {
    diagonals = layers.map { .zeros([$0.layer.weight.value.count], type: .float64) }
  }

  mutating func appendRows(_ row: [Double], _ count: Int) {
    perImage += [[Double]](repeating: row, count: count)
  }

  mutating func add(_ left: Tensor, _ right: Tensor, layer: Int, firstImage: Int) {
    let products = diagonals[layer].addRowProducts(left, right).doubles
    for (row, value) in products.enumerated() { perImage[firstImage + row][layer] = value }
  }
}
