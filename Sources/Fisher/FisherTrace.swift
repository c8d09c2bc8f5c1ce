// The trace of the Fisher information as something to train against: its value and its gradient from one batch.
import NN
import Torch

/// An estimate of the Fisher trace `E‖∇Lₙ‖²` from a batch, and its gradient.
public struct FisherTraceEstimate {
  /// The estimate; unbiased over signs and batches.
  public let value: Double
  /// Its gradient with respect to each parameter.
  public let gradient: [Tensor]
}

/// A sign for each image of a batch, a function of the seed.
public func randomSigns(_ count: Int, seed: UInt64) -> [Double] {
  var generator = SplitMix64(seed: seed)
  return (0..<count).map { _ in generator.next() >> 63 == 0 ? 1 : -1 }
}

/// The trace of the Fisher information of a batch with respect to some parameters, and its gradient.
///
/// With random signs `εₙ` the gradient u of `Σ εₙ Lₙ` has the expected squared norm `Σ ‖∇Lₙ‖²`, where the gradient of the
/// batch's mean would have another one. So `‖u‖² / B` estimates the trace, and `2 H u / B` with the Hessian H of the signed
/// sum its gradient.
///
/// The parameters' values may be part of a graph, as quantized weights are: derivatives are those with respect to the
/// values, and differences are taken around them.
///
/// - Parameters:
///   - imageCount: B.
///   - signedLoss: `Σ εₙ Lₙ` from the parameters' values at the time of the call. Signs and matching must not change
///     between calls, and each `Lₙ` must have normalizers of its own.
///   - present: the same at the present values, where a forward pass has been made already; its graph stays usable.
public func fisherTrace(
  of parameters: [Parameter], imageCount: Int, method: SecondDerivative, present: Tensor? = nil,
  signedLoss: () throws -> Tensor
) rethrows -> FisherTraceEstimate {
  let values = parameters.map(\.value)
  let scale = 1 / Double(max(imageCount, 1))
  let loss = try present ?? signedLoss()
  let isExact = method == .exact
  let slopes = gradients(
    of: loss, withRespectTo: values, keepingGraph: present != nil, createGraph: isExact
  ).enumerated().map { $1 ?? .zeros(values[$0].shape, type: values[$0].elementType) }
  let norm = Tensor.totalNorm(slopes.map { $0.detached() })
  let value = norm * norm * scale
  if isExact {
    let products = differentiated(slopes, slopes, values, keepingGraph: present != nil)
    return FisherTraceEstimate(value: value, gradient: products.map { $0 * (2 * scale) })
  }
  guard norm > 0 else {
    return FisherTraceEstimate(value: 0, gradient: slopes.map { $0 * 0 })
  }
  let product: [Tensor]
  switch method {
  case .forward(let step):
    let reach = reach(of: values, slopes, step: step)
    let ahead = try shiftedGradients(parameters, slopes, by: reach, loss: signedLoss)
    product = withoutGradients { zip(ahead, slopes).map { ($0 - $1.detached()) * (1 / reach) } }
  case .central, .exact:
    product = try hessianProduct(of: parameters, slopes, method: method, loss: signedLoss)
  }
  return FisherTraceEstimate(value: value, gradient: withoutGradients { product.map { $0 * (2 * scale) } })
}

/// The gradient-difference penalty `‖∇L(w + h) − ∇L(w)‖²` of HERO (Yang et al., 2022) and its gradient, with
/// `h = step · ‖wᵢ‖ ∇Lᵢ / ‖∇Lᵢ‖` held fixed for each parameter i.
///
/// The gradient is `2 (H(w + h) − H(w)) d` with the difference d of the two gradients; each product is one more
/// difference of gradients.
///
/// - Parameter loss: the mean loss of a batch.
public func gradientDifferencePenalty(
  of parameters: [Parameter], step: Double, productStep: Double = 1e-3, loss: () throws -> Tensor
) rethrows -> FisherTraceEstimate {
  let zero = parameters.map { $0.value.detached() * 0 }
  let here = try shiftedGradients(parameters, zero, by: 0, loss: loss)
  let shift = withoutGradients {
    zip(parameters, here).map { parameter, slope in
      let length = Tensor.totalNorm([slope])
      return slope * (length > 0 ? step * Tensor.totalNorm([parameter.value.detached()]) / length : 0)
    }
  }
  let there = try shiftedGradients(parameters, shift, by: 1, loss: loss)
  let difference = withoutGradients { zip(there, here).map { $0 - $1 } }
  let norm = Tensor.totalNorm(difference)
  guard norm > 0 else { return FisherTraceEstimate(value: 0, gradient: zero) }
  let reach = reach(of: parameters.map(\.value), difference, step: productStep)
  let farShift = withoutGradients { zip(shift, difference).map { $0 + $1 * reach } }
  let far = try shiftedGradients(parameters, farShift, by: 1, loss: loss)
  let near = try shiftedGradients(parameters, difference, by: reach, loss: loss)
  let gradient = withoutGradients {
    parameters.indices.map { ((far[$0] - there[$0]) - (near[$0] - here[$0])) * (2 / reach) }
  }
  return FisherTraceEstimate(value: norm * norm, gradient: gradient)
}
