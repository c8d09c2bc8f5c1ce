// Multi-head attention with separate projections, so that each has a bit width and a sensitivity of its own.
import Torch

/// Scaled dot-product attention with several heads (Vaswani et al., 2017).
public final class MultiheadAttention: Module {
  /// The projection of queries.
  public let query: Linear
  /// The projection of keys.
  public let key: Linear
  /// The projection of values.
  public let value: Linear
  /// The projection of the joined heads.
  public let output: Linear
  /// The number of heads; each has width / heads channels.
  public let headCount: Int

  /// Projections that start as the parts of one stacked `[3 · width, width]` matrix do.
  public init(width: Int, headCount: Int, _ initializer: Initializer) {
    guard width % headCount == 0 else { fatalError("\(headCount) heads do not divide a width of \(width)") }
    self.headCount = headCount
    let stacked = Linear.Start.xavier(fanOut: 3 * width, zeroBias: true)
    query = Linear(width, width, start: stacked, initializer.child("q_proj"))
    key = Linear(width, width, start: stacked, initializer.child("k_proj"))
    value = Linear(width, width, start: stacked, initializer.child("v_proj"))
    output = Linear(width, width, start: .xavier(zeroBias: true), initializer.child("out_proj"))
  }

  /// The four projections.
  public var members: [Member] {
    [
      .module("q_proj", query), .module("k_proj", key), .module("v_proj", value), .module("out_proj", output),
    ]
  }

  /// Attention of queries `[image, query, width]` to keys and values `[image, key, width]`.
  ///
  /// - Parameter mask: `[image, 1, 1, key]`, added to the scores: −∞ where a key is padding.
  public func callAsFunction(query: Tensor, key: Tensor, value: Tensor, mask: Tensor? = nil) -> Tensor {
    let mixed = attention(
      query: self.query(query).heads(headCount), key: self.key(key).heads(headCount),
      value: self.value(value).heads(headCount), mask: mask)
    return output(mixed)
  }
}

extension Tensor {
  /// `[image, token, width]` as heads, `[image, head, token, width / heads]`.
  public func heads(_ count: Int) -> Tensor {
    reshaped([size(0), -1, count, size(2) / count]).transposed(1, 2)
  }
}

/// What the heads of queries find in keys and values, joined again: `[image, query, width]`.
///
/// - Parameters:
///   - query: `[image or 1, head, query, channel]`.
///   - key: `[image, head, key, channel]`.
///   - value: `[image, head, key, channel]`, of as many channels or others.
///   - mask: `[image, 1, 1, key]`, added to the scores: −∞ where a key is padding.
public func attention(query: Tensor, key: Tensor, value: Tensor, mask: Tensor? = nil) -> Tensor {
  query.attention(keys: key, values: value, mask: mask)
}
