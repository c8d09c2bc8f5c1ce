// The backbone: a residual network of bottleneck blocks with the stride in the 3 × 3 convolution ("v1.5"), named as
// torchvision names it. He et al., 2016; github.com/pytorch/vision.
import FoundationEssentials
import NN
import Torch

/// The size of a residual network.
public struct ResNetConfiguration: Codable, Sendable, Equatable {
  /// Channels after the stem.
  public var stemWidth: Int
  /// Inner channels of the blocks of each stage; a block's output has four times as many.
  public var widths: [Int]
  /// Blocks of each stage: 3-4-6-3 for R50, 3-4-23-3 for R101.
  public var blockCounts: [Int]
  /// Whether the last stage keeps the resolution and dilates its kernels instead.
  public var dilatesLastStage: Bool

  /// A residual network of a given size.
  public init(stemWidth: Int, widths: [Int], blockCounts: [Int], dilatesLastStage: Bool) {
    self.stemWidth = stemWidth
    self.widths = widths
    self.blockCounts = blockCounts
    self.dilatesLastStage = dilatesLastStage
  }

  /// Channels of each stage's output.
  public var outputWidths: [Int] { widths.map { 4 * $0 } }
}

/// How batch normalization works during a forward pass.
public enum BatchNormMode: Sendable {
  /// A fixed affine map from the running statistics, as in every detector.
  case frozen
  /// By the batch's statistics, moving the running ones: pre-training of the backbone only.
  case learning
}

/// A convolution followed by batch normalization.
struct NormalizedConvolution {
  let convolution: Convolution
  let norm: BatchNorm

  func callAsFunction(_ input: Tensor, _ mode: BatchNormMode) -> Tensor {
    switch mode {
    case .frozen:
      let (scale, shift) = norm.frozen
      return convolution(input, scale: scale, shift: shift)
    case .learning:
      return norm.learning(convolution(input))
    }
  }
}

/// A bottleneck block: 1 × 1 reduction, 3 × 3, 1 × 1 expansion, added to its input.
public final class Bottleneck: Module {
  private let parts: [NormalizedConvolution]
  private let shortcut: NormalizedConvolution?

  init(
    input: Int, width: Int, stride: Int, dilation: Int, projects: Bool, _ initializer: Initializer
  ) {
    parts = [
      NormalizedConvolution(
        convolution: Convolution(input, width, kernel: 1, initializer.child("conv1")), norm: BatchNorm(width)),
      NormalizedConvolution(
        convolution: Convolution(
          width, width, kernel: 3, stride: stride, padding: dilation, dilation: dilation,
          initializer.child("conv2")),
        norm: BatchNorm(width)),
      NormalizedConvolution(
        convolution: Convolution(width, 4 * width, kernel: 1, initializer.child("conv3")),
        norm: BatchNorm(4 * width)),
    ]
    shortcut =
      projects
      ? NormalizedConvolution(
        convolution: Convolution(
          input, 4 * width, kernel: 1, stride: stride, initializer.child("downsample.0")),
        norm: BatchNorm(4 * width))
      : nil
  }

  /// The three convolutions with their norms, then the projection of the input where there is one.
  public var members: [Member] {
    var members: [Member] = []
    for (index, part) in parts.enumerated() {
      members.append(.module("conv\(index + 1)", part.convolution))
      members.append(.module("bn\(index + 1)", part.norm))
    }
    if let shortcut {
      members.append(.module("downsample.0", shortcut.convolution))
      members.append(.module("downsample.1", shortcut.norm))
    }
    return members
  }

  func callAsFunction(_ input: Tensor, _ mode: BatchNormMode) -> Tensor {
    var inner = parts[0](input, mode).relu()
    inner = parts[1](inner, mode).relu()
    inner = parts[2](inner, mode)
    return (inner + (shortcut?(input, mode) ?? input)).relu()
  }

  func setNormTrained(_ isTrained: Bool) {
    for part in parts { part.norm.setTrained(isTrained) }
    shortcut?.norm.setTrained(isTrained)
  }
}

/// A residual network without classifier.
public final class ResNet: Module {
  private let stem: NormalizedConvolution
  private let stages: [[Bottleneck]]

  /// A network with its first values.
  public init(_ configuration: ResNetConfiguration, _ initializer: Initializer) {
    stem = NormalizedConvolution(
      convolution: Convolution(
        3, configuration.stemWidth, kernel: 7, stride: 2, padding: 3, initializer.child("conv1")),
      norm: BatchNorm(configuration.stemWidth))
    var input = configuration.stemWidth
    stages = configuration.widths.indices.map { stage in
      let isDilated = configuration.dilatesLastStage && stage == configuration.widths.count - 1
      return (0..<configuration.blockCounts[stage]).map { index in
        defer { input = configuration.outputWidths[stage] }
        return Bottleneck(
          input: input, width: configuration.widths[stage],
          stride: index == 0 && stage > 0 && !isDilated ? 2 : 1,
          // The first block of a dilated stage still sees its neighbors: only the following ones dilate.
          dilation: isDilated && index > 0 ? 2 : 1, projects: index == 0,
          initializer.child("layer\(stage + 1).\(index)"))
      }
    }
  }

  /// The stem, then the blocks of each stage.
  public var members: [Member] {
    [.module("conv1", stem.convolution), .module("bn1", stem.norm)]
      + stages.enumerated().flatMap { stage, blocks in
        blocks.enumerated().map { .module("layer\(stage + 1).\($0.offset)", $0.element) }
      }
  }

  /// The outputs of all stages for `[image, 3, row, column]`, finest first.
  public func callAsFunction(_ pixels: Tensor, _ mode: BatchNormMode = .frozen) -> [Tensor] {
    var state = stem(pixels, mode).relu().maxPooled(window: 3, stride: 2, padding: 1)
    return stages.map { blocks in
      for block in blocks { state = block(state, mode) }
      return state
    }
  }

  /// What detector training changes: the convolutions from the second stage on. Stem, first stage and every batch norm
  /// stay as pre-trained.
  public func freezeForDetection() {
    setNormTrained(false)
    for (name, parameter) in namedParameters where name.hasPrefix("conv1.") || name.hasPrefix("layer1.") {
      parameter.setTrained(false)
    }
  }

  private func setNormTrained(_ isTrained: Bool) {
    stem.norm.setTrained(isTrained)
    for block in stages.joined() { block.setNormTrained(isTrained) }
  }
}

extension ResNet {
  /// Copies a pre-trained backbone: one trained here, or a published classifier or detector, whose other tensors are passed
  /// over.
  public func load(backboneFile file: URL) throws {
    let prefix = "backbone.0.body."
    let names = Set(state.keys)
    var tensors: [String: Tensor] = [:]
    for (name, tensor) in try TensorFile(contentsOf: file).tensors {
      let own = name.hasPrefix(prefix) ? String(name.dropFirst(prefix.count)) : name
      if names.contains(own) { tensors[own] = tensor }
    }
    do { try load(tensors) } catch { throw TorchError("\(file.lastPathComponent): \(error.description)") }
  }
}
