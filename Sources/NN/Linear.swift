// Layers with a matrix: one, and a stack of them.
import Torch

/// `y = x · weightᵀ + bias` over the last dimension.
public final class Linear: WeightLayer {
  /// `[output, input]`.
  public let weight: Parameter
  /// `[output]`.
  public let bias: Parameter
  /// What is put before the input: a quantizer of activations, or one who watches.
  public var inputTransform: ((Tensor) -> Tensor)?

  /// How the weight starts; the bias starts uniform within ±1/√input, or at zero.
  public enum Start: Sendable {
    /// Uniform within ±1/√input.
    case fanIn
    /// Xavier uniform; attention projections name the rows of the whole stacked matrix.
    case xavier(fanOut: Int? = nil, zeroBias: Bool)
  }

  /// A layer with its first values.
  public init(_ input: Int, _ output: Int, start: Start = .fanIn, _ initializer: Initializer) {
    let bound = 1 / Double(input).squareRoot()
    switch start {
    case .fanIn:
      weight = Parameter(initializer.uniform("weight", [output, input], bound: bound))
      bias = Parameter(initializer.uniform("bias", [output], bound: bound))
    case .xavier(let fanOut, let zeroBias):
      weight = Parameter(initializer.xavierUniform("weight", [output, input], fanOut: fanOut))
      bias = Parameter(zeroBias ? .zeros([output]) : initializer.uniform("bias", [output], bound: bound))
    }
  }

  /// Weight, then bias.
  public var members: [Member] { [.parameter("weight", weight), .parameter("bias", bias)] }

  /// The layer applied to `[…, input]`.
  public func callAsFunction(_ input: Tensor) -> Tensor {
    let seen = inputTransform?(input) ?? input
    guard let shift = bias.copies(forRank: input.rank, channelsLast: true) else {
      return seen.linear(weight.value, bias: bias.value)
    }
    return seen.linear(weight.value) + shift
  }
}

/// Linear layers with ReLU between them, as detection heads use them; members are named `layers.N`.
public final class MultilayerPerceptron: Module {
  /// The layers in order.
  public let layers: [Linear]

  /// A perceptron through the given widths: `[input, hidden, …, output]`.
  public init(_ widths: [Int], start: Linear.Start = .fanIn, _ initializer: Initializer) {
    layers = zip(widths, widths.dropFirst()).enumerated().map { index, pair in
      Linear(pair.0, pair.1, start: start, initializer.child("layers.\(index)"))
    }
  }

  /// The layers.
  public var members: [Member] {
    layers.enumerated().map { .module("layers.\($0.offset)", $0.element) }
  }

  /// The perceptron applied to `[…, input]`.
  public func callAsFunction(_ input: Tensor) -> Tensor {
    last(layers.dropLast().reduce(input) { $1($0).relu() })
  }

  private var last: Linear { layers[layers.count - 1] }
}
