// Normalization layers.
import Torch

/// Layer normalization over the last dimension.
public final class LayerNorm: Module {
  /// `[width]`.
  public let weight: Parameter
  /// `[width]`.
  public let bias: Parameter

  /// Scale one, shift zero.
  public init(_ width: Int) {
    weight = Parameter(.ones([width]))
    bias = Parameter(.zeros([width]))
  }

  /// Scale, then shift.
  public var members: [Member] { [.parameter("weight", weight), .parameter("bias", bias)] }

  /// The layer applied to `[…, width]`.
  public func callAsFunction(_ input: Tensor) -> Tensor {
    guard let scale = weight.copies(forRank: input.rank, channelsLast: true),
      let shift = bias.copies(forRank: input.rank, channelsLast: true)
    else { return input.layerNormalized(weight: weight.value, bias: bias.value) }
    return input.layerNormalized(weight: weight.ones, bias: bias.zeros) * scale + shift
  }
}

extension Parameter {
  fileprivate var ones: Tensor { .full(value.shape, 1, type: value.elementType) }
  fileprivate var zeros: Tensor { .zeros(value.shape, type: value.elementType) }
}

/// Normalization of `[image, channel, …]` over groups of channels.
public final class GroupNorm: Module {
  /// `[channel]`.
  public let weight: Parameter
  /// `[channel]`.
  public let bias: Parameter
  /// The number of groups.
  public let groupCount: Int

  /// Scale one, shift zero.
  public init(_ channels: Int, groupCount: Int) {
    guard channels % groupCount == 0 else {
      fatalError("\(groupCount) groups do not divide \(channels) channels")
    }
    self.groupCount = groupCount
    weight = Parameter(.ones([channels]))
    bias = Parameter(.zeros([channels]))
  }

  /// Scale, then shift.
  public var members: [Member] { [.parameter("weight", weight), .parameter("bias", bias)] }

  /// The layer applied to `[image, channel, …]`.
  public func callAsFunction(_ input: Tensor) -> Tensor {
    guard let scale = weight.copies(forRank: input.rank, channelsLast: false),
      let shift = bias.copies(forRank: input.rank, channelsLast: false)
    else { return input.groupNormalized(groups: groupCount, weight: weight.value, bias: bias.value) }
    return input.groupNormalized(groups: groupCount, weight: weight.ones, bias: bias.zeros) * scale + shift
  }
}

/// Batch normalization after a convolution: learned while a backbone is pre-trained, a fixed affine map in a detector.
public final class BatchNorm: Module {
  /// `[channel]`.
  public let weight: Parameter
  /// `[channel]`.
  public let bias: Parameter
  /// `[channel]`.
  public let runningMean: Tensor
  /// `[channel]`.
  public let runningVariance: Tensor

  /// The identity.
  public init(_ channels: Int) {
    weight = Parameter(.ones([channels]))
    bias = Parameter(.zeros([channels]))
    runningMean = .zeros([channels])
    runningVariance = .ones([channels])
  }

  /// Scale, shift, running mean and running variance.
  public var members: [Member] {
    [
      .parameter("weight", weight), .parameter("bias", bias), .buffer("running_mean", runningMean),
      .buffer("running_var", runningVariance),
    ]
  }

  /// Normalization by the batch's own statistics, which also moves the running ones.
  public func learning(_ input: Tensor) -> Tensor {
    input.batchNormalized(
      weight: weight.value, bias: bias.value, mean: runningMean, variance: runningVariance, training: true)
  }

  /// The fixed affine map `x · scale + shift`, each `[channel]`.
  public var frozen: (scale: Tensor, shift: Tensor) {
    let scale = weight.value * (runningVariance + 1e-5).rsqrt()
    return (scale, bias.value - runningMean * scale)
  }

  /// Makes scale and shift part of the fixed map, or of training.
  public func setTrained(_ isTrained: Bool) {
    weight.setTrained(isTrained)
    bias.setTrained(isTrained)
  }
}
