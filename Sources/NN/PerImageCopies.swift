// A copy of a parameter for each image of a batch, so that one backward pass tells the gradients of all images apart.
import Torch

extension Parameter {
  /// The copies of a vector of channels so that they fall in with a tensor of some rank; `nil` while there are none.
  ///
  /// Images come first, but second in a tensor of rank four with channels last: `[layer, image, token, channel]`.
  func copies(forRank rank: Int, channelsLast: Bool) -> Tensor? {
    guard let copies else { return nil }
    let (count, width) = (copies.size(0), copies.size(1))
    guard channelsLast else {
      return copies.reshaped([count, width] + [Int](repeating: 1, count: max(rank - 2, 0)))
    }
    return copies.reshaped(rank == 4 ? [1, count, 1, width] : [count] + ones(rank - 2) + [width])
  }

  private func ones(_ count: Int) -> [Int] { [Int](repeating: 1, count: max(count, 0)) }
}

/// Runs `body` while parameters have a copy for each image, which the biases of layers, the scales and shifts of norms and
/// slopes take in their place; images must not mix. Parameters that are used in another way stay as they are.
///
/// - Parameter body: gets the copies, `[image, …]`, leaves that gradients reach.
public func withCopiesByImage<Result>(
  of parameters: [Parameter], imageCount: Int, _ body: ([Tensor]) throws -> Result
) rethrows -> Result {
  let copies = withoutGradients {
    parameters.map { parameter in
      let value = parameter.value.detached()
      return value.unsqueezed(0).expanded([imageCount] + value.shape).contiguous()
    }
  }
  for (parameter, copy) in zip(parameters, copies) {
    copy.setRequiresGradient(true)
    parameter.copies = copy
  }
  defer { for parameter in parameters { parameter.copies = nil } }
  return try body(copies)
}
