// The operators behind layers.
import CTorch

extension Tensor? {
  /// The handle, or the one that stands for an absent tensor.
  fileprivate var handle: ct_tensor { self?.handle ?? ct_tensor(ref: nil) }
}

extension Tensor {
  /// `self · weightᵀ + bias` over the last dimension.
  ///
  /// - Parameters:
  ///   - weight: `[output, input]`.
  ///   - bias: `[output]`, if any.
  public func linear(
    _ weight: Tensor, bias: Tensor? = nil, file: StaticString = #fileID, line: UInt = #line
  ) -> Tensor {
    make("linear", [self, weight] + [bias].compactMap(\.self), file, line) {
      ct_linear(handle, weight.handle, bias.handle, $0)
    }
  }

  /// A convolution of `[image, channel, row, column]`.
  ///
  /// - Parameters:
  ///   - weight: `[output, input, row, column]`.
  ///   - scale: `[output]`, factors of the weight, if any.
  ///   - bias: `[output]`, if any.
  public func convolved(
    _ weight: Tensor, scale: Tensor? = nil, bias: Tensor? = nil, stride: Int = 1, padding: Int = 0,
    dilation: Int = 1,
    file: StaticString = #fileID, line: UInt = #line
  ) -> Tensor {
    make("convolved", [self, weight] + [scale, bias].compactMap(\.self), file, line) {
      ct_conv2d(
        handle, weight.handle, scale.handle, bias.handle, Int64(stride), Int64(padding), Int64(dilation), $0)
    }
  }

  /// The largest element in each window of `[image, channel, row, column]`.
  public func maxPooled(
    window: Int, stride: Int, padding: Int, file: StaticString = #fileID, line: UInt = #line
  ) -> Tensor {
    make("maxPooled", [self], file, line) {
      ct_max_pool2d(handle, Int64(window), Int64(stride), Int64(padding), $0)
    }
  }

  /// Batch normalization of `[image, channel, …]`. In training it uses the batch's statistics and moves the running
  /// ones toward them in place.
  public func batchNormalized(
    weight: Tensor, bias: Tensor, mean: Tensor, variance: Tensor, training: Bool, momentum: Double = 0.1,
    epsilon: Double = 1e-5, file: StaticString = #fileID, line: UInt = #line
  ) -> Tensor {
    make("batchNormalized", [self, weight, bias, mean, variance], file, line) {
      ct_batch_norm(
        handle, weight.handle, bias.handle, mean.handle, variance.handle, training, momentum, epsilon, $0)
    }
  }

  /// Layer normalization over the last dimension, then scale and shift.
  public func layerNormalized(
    weight: Tensor, bias: Tensor, epsilon: Double = 1e-5, file: StaticString = #fileID, line: UInt = #line
  ) -> Tensor {
    make("layerNormalized", [self, weight, bias], file, line) {
      ct_layer_norm(handle, weight.handle, bias.handle, epsilon, $0)
    }
  }

  /// Normalization of `[image, channel, …]` over groups of channels, then scale and shift.
  public func groupNormalized(
    groups: Int, weight: Tensor, bias: Tensor, epsilon: Double = 1e-5, file: StaticString = #fileID,
    line: UInt = #line
  ) -> Tensor {
    make("groupNormalized", [self, weight, bias], file, line) {
      ct_group_norm(handle, Int64(groups), weight.handle, bias.handle, epsilon, $0)
    }
  }

  /// Elements set to zero with a probability, the others scaled up so that the mean stays; a function of the seed.
  public func droppedOut(
    _ probability: Double, seed: UInt64, file: StaticString = #fileID, line: UInt = #line
  ) -> Tensor {
    make("droppedOut", [self], file, line) { ct_dropout(handle, probability, seed, $0) }
  }

  /// Scaled dot-product attention (Vaswani et al., 2017) of these queries, `[image, head, query, channel]`: what each finds
  /// in the values, the heads of a query side by side, `[image, query, head · channel]`.
  ///
  /// - Parameters:
  ///   - keys: `[image, head, key, channel]`.
  ///   - values: `[image, head, key, channel]`, of as many channels or others.
  ///   - mask: `[image, 1, 1, key]`, added to the scores: −∞ where a key is padding.
  public func attention(
    keys: Tensor, values: Tensor, mask: Tensor? = nil, file: StaticString = #fileID, line: UInt = #line
  ) -> Tensor {
    make("attention", [self, keys, values] + [mask].compactMap(\.self), file, line) {
      ct_attention(handle, keys.handle, values.handle, mask.handle, $0)
    }
  }
}
