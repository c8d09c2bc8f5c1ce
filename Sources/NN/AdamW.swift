// The optimizer: AdamW with groups of their own rates, and clipping of the gradients' norm.
import Torch

/// AdamW (Loshchilov and Hutter, 2019): adaptive moments with decoupled weight decay.
public final class AdamW {
  /// Parameters that share a learning rate.
  public struct Group {
    /// Full names and parameters.
    public let parameters: [(name: String, parameter: Parameter)]
    /// The learning rate at schedule factor one.
    public let rate: Double
    /// The weight decay.
    public let decay: Double

    /// A group of parameters.
    public init(parameters: [(name: String, parameter: Parameter)], rate: Double, decay: Double) {
      self.parameters = parameters
      self.rate = rate
      self.decay = decay
    }
  }

  private let groups: [Group]
  private let betas: (Double, Double)
  private let epsilon: Double
  private var means: [[Tensor]]
  private var variances: [[Tensor]]
  /// Steps made so far.
  public private(set) var stepCount = 0

  /// An optimizer at its start.
  public init(_ groups: [Group], betas: (Double, Double) = (0.9, 0.999), epsilon: Double = 1e-8) {
    self.groups = groups
    self.betas = betas
    self.epsilon = epsilon
    means = groups.map { $0.parameters.map { $0.parameter.value * 0 }.map { $0.detached() } }
    variances = groups.map { $0.parameters.map { $0.parameter.value * 0 }.map { $0.detached() } }
  }

  /// Makes one step from the gradients that `backward` left, then forgets them.
  ///
  /// - Parameters:
  ///   - rateFactor: the schedule's factor on every group's rate.
  ///   - clippingNorm: gradients are scaled down to this norm over all groups together.
  /// - Returns: the norm before clipping.
  @discardableResult
  public func step(rateFactor: Double = 1, clippingNorm: Double? = nil) -> Double {
    stepCount += 1
    let gradients = groups.map { group in
      group.parameters.map { $0.parameter.value.gradient ?? Tensor.zeros($0.parameter.value.shape) }
    }
    let norm = Tensor.totalNorm(gradients.flatMap(\.self))
    if let clippingNorm, norm > clippingNorm {
      // The small addend is part of the published clipping rule.
      let factor = clippingNorm / (norm + 1e-6)
      for gradient in gradients.joined() { gradient.scale(by: factor) }
    }
    for (index, group) in groups.enumerated() {
      Tensor.stepAdamW(
        parameters: group.parameters.map(\.parameter.value), gradients: gradients[index], means: means[index],
        variances: variances[index], step: stepCount, rate: group.rate * rateFactor, betas: betas,
        decay: group.decay, epsilon: epsilon)
      for (_, parameter) in group.parameters { parameter.value.clearGradient() }
    }
    return norm
  }
}

extension AdamW {
  /// The moments by parameter name, for a checkpoint.
  public var state: [String: Tensor] {
    var result: [String: Tensor] = [:]
    for (index, group) in groups.enumerated() {
      for (place, entry) in group.parameters.enumerated() {
        result["mean." + entry.name] = means[index][place]
        result["variance." + entry.name] = variances[index][place]
      }
    }
    return result
  }

  /// Goes on from a checkpoint.
  public func restore(_ tensors: [String: Tensor], stepCount: Int) throws(StateMismatch) {
    let own = state
    let missing = own.keys.filter { tensors[$0]?.shape != own[$0]?.shape }.sorted()
    guard missing.isEmpty else { throw StateMismatch(missing: missing, unused: [], misshapen: []) }
    for (name, target) in own {
      if let source = tensors[name] { target.assign(source) }
    }
    self.stepCount = stepCount
  }
}
