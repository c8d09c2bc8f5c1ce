// What a pass over images leaves behind: plain numbers, enough for every α, any allocation and any resample.

/// One product of two gradients, accumulated over images.
public struct GradientProduct: Codable, Sendable, Equatable {
  /// The inner product of the two gradients of each layer, `[image][layer]`.
  public let perImage: [[Double]]
  /// `Σⱼ E[g′ⱼ g″ⱼ] Δⱼ²` with the layer's perturbation Δ at each bit width, `[layer][bits]`.
  public let costs: [[Double]]

  /// A product from its parts.
  public init(perImage: [[Double]], costs: [[Double]]) {
    self.perImage = perImage
    self.costs = costs
  }
}

/// The products that a critical loss takes part in.
public struct CriticalProducts: Codable, Sendable, Equatable {
  /// AF: the gradient of the overall loss times that of the critical loss.
  public let cross: GradientProduct
  /// FF: the gradient of the critical loss times itself.
  public let own: GradientProduct

  /// The two products.
  public init(cross: GradientProduct, own: GradientProduct) {
    self.cross = cross
    self.own = own
  }
}

/// Fisher information of a network's layers for an overall loss and any number of critical ones.
///
/// For every α, the diagonal of `α · L_A + L_F` is `α² AA + 2α AF + FF` exactly, so nothing has to be computed again.
public struct FisherMeasurement: Codable, Sendable, Equatable {
  /// The names of the layers, in the order of computation.
  public let layerNames: [String]
  /// The number of weights of each layer.
  public let weightCounts: [Int]
  /// The bit widths of all costs.
  public let bits: [Int]
  /// `Σⱼ Δⱼ²`, `[layer][bits]`.
  public let squaredErrors: [[Double]]
  /// AA: the gradient of the overall loss times itself.
  public let overall: GradientProduct
  /// AF and FF by the name of the critical loss.
  public let critical: [String: CriticalProducts]

  /// A measurement from its parts.
  public init(
    layerNames: [String], weightCounts: [Int], bits: [Int], squaredErrors: [[Double]],
    overall: GradientProduct,
    critical: [String: CriticalProducts]
  ) {
    self.layerNames = layerNames
    self.weightCounts = weightCounts
    self.bits = bits
    self.squaredErrors = squaredErrors
    self.overall = overall
    self.critical = critical
  }

  /// The number of images.
  public var imageCount: Int { overall.perImage.count }

  /// The names of the critical losses, sorted.
  public var criticalNames: [String] { critical.keys.sorted() }

  /// The squared norm of the objective's gradient, `[image][layer]`.
  public func squaredNorms(of objective: Objective) -> [[Double]] {
    combined(objective, \.perImage)
  }

  /// The diagonal costs `Σⱼ Fⱼⱼ Δⱼ²`, `[layer][bits]`: twice the predicted rise of the loss.
  public func costs(of objective: Objective) -> [[Double]] {
    combined(objective, \.costs)
  }

  private func combined(_ objective: Objective, _ path: KeyPath<GradientProduct, [[Double]]>) -> [[Double]] {
    let products = products(of: objective)
    let overall = overall[keyPath: path]
    let cross = products?.cross[keyPath: path]
    let own = products?.own[keyPath: path]
    return overall.indices.map { row in
      overall[row].indices.map { column in
        objective.quadratic(
          overall[row][column], cross: cross?[row][column], critical: own?[row][column])
      }
    }
  }

  private func products(of objective: Objective) -> CriticalProducts? {
    guard let name = objective.criticalName else { return nil }
    guard let products = critical[name] else {
      fatalError("there is no critical loss \(name) among \(criticalNames)")
    }
    return products
  }
}
