// Products of a loss's Hessian with vectors: exactly by differentiating twice, or by differences of gradients.
import NN
import Torch

/// How second derivatives are taken.
public enum SecondDerivative: Codable, Sendable, Equatable {
  /// The gradient is differentiated once more. Every operator in between must have a second derivative.
  case exact
  /// Half the difference of the gradients on both sides, `step · ‖w‖ / ‖v‖` away along the direction v.
  case central(step: Double = 1e-3)
  /// The difference to the gradient on one side: one evaluation less, and an error of first order in the step.
  case forward(step: Double = 1e-3)
}

/// `H v` of a loss with respect to some parameters at their present values, all of them taken together.
///
/// - Parameters:
///   - direction: v, one tensor of each parameter's shape.
///   - loss: a single number, computed anew from the parameters' values at each call; nothing else may change between
///     calls: matching and signs are the caller's to keep.
public func hessianProduct(
  of parameters: [Parameter], _ direction: [Tensor], method: SecondDerivative = .central(),
  loss: () throws -> Tensor
) rethrows -> [Tensor] {
  switch method {
  case .exact:
    return try withLeaves(parameters) { leaves in
      let slopes = gradients(of: try loss(), withRespectTo: leaves, createGraph: true)
      return differentiated(slopes, direction, leaves, keepingGraph: false)
    }
  case .central(let step):
    let reach = reach(of: parameters.map(\.value), direction, step: step)
    let ahead = try shiftedGradients(parameters, direction, by: reach, loss: loss)
    let behind = try shiftedGradients(parameters, direction, by: -reach, loss: loss)
    return withoutGradients { zip(ahead, behind).map { ($0 - $1) * (0.5 / reach) } }
  case .forward(let step):
    let reach = reach(of: parameters.map(\.value), direction, step: step)
    let ahead = try shiftedGradients(parameters, direction, by: reach, loss: loss)
    let here = try shiftedGradients(parameters, direction, by: 0, loss: loss)
    return withoutGradients { zip(ahead, here).map { ($0 - $1) * (1 / reach) } }
  }
}

/// The Hessian of a sum of losses at one point, kept as graphs of their gradients: each product then costs two backward
/// passes and no forward pass. Memory holds the graphs of all parts.
public final class RetainedHessian {
  private let parts: [[Tensor?]]
  private let leaves: [Tensor]

  /// The Hessian at the parameters' present values.
  ///
  /// - Parameter losses: the parts of the sum, such as one for each batch.
  public init(of parameters: [Parameter], losses: [() throws -> Tensor]) throws {
    let own = parameters.map { copiedLeaf($0.value) }
    leaves = own
    parts = try withValues(parameters, own) {
      try losses.map { gradients(of: try $0(), withRespectTo: own, createGraph: true) }
    }
  }

  /// `H v`.
  public func product(_ direction: [Tensor]) -> [Tensor] {
    var sum = leaves.map { Tensor.zeros($0.shape, type: $0.elementType) }
    for part in parts {
      let product = differentiated(part, direction, leaves, keepingGraph: true)
      sum = withoutGradients { zip(sum, product).map { $0 + $1 } }
    }
    return sum
  }
}

/// The gradient of `g · v`, for a gradient g that is part of a graph.
func differentiated(
  _ slopes: [Tensor?], _ direction: [Tensor], _ leaves: [Tensor], keepingGraph: Bool
) -> [Tensor] {
  let products = zip(slopes, direction).compactMap { slope, direction in
    slope.flatMap { $0.requiresGradient ? ($0 * direction.detached()).sum() : nil }
  }
  guard let first = products.first else { return leaves.map { .zeros($0.shape, type: $0.elementType) } }
  let total = products.dropFirst().reduce(first) { $0 + $1 }
  return zip(gradients(of: total, withRespectTo: leaves, keepingGraph: keepingGraph), leaves).map {
    $0?.detached() ?? .zeros($1.shape, type: $1.elementType)
  }
}

/// How far to go along a direction: a share of the weights' norm over that of the direction.
func reach(of values: [Tensor], _ direction: [Tensor], step: Double) -> Double {
  let length = Tensor.totalNorm(direction.map { $0.detached() })
  let weight = Tensor.totalNorm(values.map { $0.detached() })
  return length > 0 ? step * max(weight, 1e-6) / length : step
}

/// The gradients at a point beside the present one.
func shiftedGradients(
  _ parameters: [Parameter], _ direction: [Tensor], by reach: Double, loss: () throws -> Tensor
) rethrows -> [Tensor] {
  let leaves = withoutGradients {
    zip(parameters, direction).map { copiedLeaf($0.value.detached() + $1.detached() * reach) }
  }
  return try withValues(parameters, leaves) {
    zip(gradients(of: try loss(), withRespectTo: leaves), leaves).map {
      $0 ?? .zeros($1.shape, type: $1.elementType)
    }
  }
}

/// Runs `body` while parameters are leaves of their own that gradients reach.
func withLeaves<Result>(_ parameters: [Parameter], _ body: ([Tensor]) throws -> Result) rethrows -> Result {
  let leaves = parameters.map { copiedLeaf($0.value) }
  return try withValues(parameters, leaves) { try body(leaves) }
}

/// Runs `body` while parameters have other values.
func withValues<Result>(
  _ parameters: [Parameter], _ values: [Tensor], _ body: () throws -> Result
) rethrows -> Result {
  let originals = parameters.map(\.value)
  for (parameter, value) in zip(parameters, values) { parameter.value = value }
  defer { for (parameter, original) in zip(parameters, originals) { parameter.value = original } }
  return try body()
}

private func copiedLeaf(_ value: Tensor) -> Tensor {
  let leaf = value.detached()
  leaf.setRequiresGradient(true)
  return leaf
}
