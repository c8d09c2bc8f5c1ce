// First values of parameters. Each tensor has a seed of its own, made from the network's seed and the tensor's name,
// so that adding a layer changes no other.
import Torch

/// A source of first values for the parameters of a network.
public struct Initializer: Sendable {
  /// The seed of everything below this place.
  public let seed: UInt64
  /// The full name of the module being made, with a dot at the end unless empty.
  public let path: String

  /// The root of a network's first values.
  public init(seed: UInt64, path: String = "") {
    self.seed = seed
    self.path = path
  }

  /// The initializer of a part.
  public func child(_ name: String) -> Initializer {
    Initializer(seed: seed, path: path + name + ".")
  }

  /// Uniform within ±`bound`.
  public func uniform(_ name: String, _ shape: [Int], bound: Double) -> Tensor {
    Tensor.uniform(shape, low: -bound, high: bound, seed: seedFor(name))
  }

  /// Normal with mean 0 and variance 1.
  public func normal(_ name: String, _ shape: [Int]) -> Tensor {
    Tensor.normal(shape, seed: seedFor(name))
  }

  /// Uniform such that inputs and outputs keep their variance (Glorot and Bengio, 2010).
  ///
  /// - Parameters:
  ///   - fanOut: the number of outputs, where the tensor is one part of a larger matrix.
  public func xavierUniform(_ name: String, _ shape: [Int], fanOut: Int? = nil) -> Tensor {
    let field = shape.dropFirst(2).reduce(1, *)
    let bound = (6 / Double(shape[1] * field + (fanOut ?? shape[0]) * field)).squareRoot()
    return uniform(name, shape, bound: bound)
  }

  /// Normal with a variance of two over the number of outputs (He et al., 2015), as residual networks start.
  public func kaimingNormal(_ name: String, _ shape: [Int]) -> Tensor {
    let fanOut = shape[0] * shape.dropFirst(2).reduce(1, *)
    return normal(name, shape) * (2 / Double(fanOut)).squareRoot()
  }

  private func seedFor(_ name: String) -> UInt64 {
    SeedSequence.seed(seed, path + name)
  }
}

/// Seeds derived from a seed and a label, the same on every machine.
public enum SeedSequence {
  /// A 64-bit seed: FNV-1a over the label, mixed with the seed by the finalizer of SplitMix64.
  public static func seed(_ seed: UInt64, _ label: String) -> UInt64 {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in label.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    var mixed = (hash ^ (seed &* 0x9e37_79b9_7f4a_7c15)) &+ 0x9e37_79b9_7f4a_7c15
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }
}
