// Pre-training a backbone as a classifier of single objects, as published detectors start from one.
import Images
import NN
import Torch

/// A picture of one object and its class.
public struct ObjectSample: Sendable {
  /// The picture.
  public let image: RGBImage
  /// The class of the object.
  public let category: Int

  /// A picture and the class it shows.
  public init(image: RGBImage, category: Int) {
    self.image = image
    self.category = category
  }
}

/// A backbone with a linear classifier on the mean of its last feature map.
public final class BackboneClassifier: Module {
  /// The backbone.
  public let backbone: ResNet
  private let head: Linear

  /// A classifier with its first values.
  public init(_ configuration: ResNetConfiguration, classCount: Int, seed: UInt64) {
    let initializer = Initializer(seed: seed)
    backbone = ResNet(configuration, initializer.child("backbone.0.body"))
    head = Linear(
      configuration.outputWidths[configuration.outputWidths.count - 1], classCount, initializer.child("head"))
  }

  /// Backbone, then classifier.
  public var members: [Member] { [.module("backbone.0.body", backbone), .module("head", head)] }

  func callAsFunction(_ pixels: Tensor, _ mode: BatchNormMode) -> Tensor {
    let features = backbone(pixels, mode)
    return head(features[features.count - 1].mean([2, 3]))
  }

  /// The share of samples whose largest logit is their class.
  public func accuracy(_ samples: [ObjectSample], batchSize: Int = 250) -> Double {
    withoutGradients {
      var correct = 0
      for start in stride(from: 0, to: samples.count, by: batchSize) {
        let part = samples[start..<min(start + batchSize, samples.count)]
        let best = self(ImageBatch(part.map(\.image)).pixels, .frozen).maximum(along: -1).indices.integers
        correct += zip(best, part).count { $0 == Int64($1.category) }
      }
      return Double(correct) / Double(max(samples.count, 1))
    }
  }
}

/// Trains a classifier of single objects.
///
/// - Returns: the training curve, with the accuracy on the validation samples.
public func trainClassifier(
  _ classifier: BackboneClassifier, _ samples: [ObjectSample], validation: [ObjectSample],
  _ loop: TrainingLoop, seed: UInt64
) throws -> [TrainingPoint] {
  var order = SampleOrder(seed: seed, count: samples.count, batchSize: loop.recipe.batchSize)
  let group = AdamW.Group(
    parameters: classifier.namedParameters, rate: loop.recipe.rate, decay: loop.recipe.decay)
  return try loop.run(
    classifier, groups: [group],
    loss: { step in
      let chosen = order.batch(step: step)
      let batch = ImageBatch(chosen.map { samples[$0.sample].image }, mirrored: chosen.map(\.isMirrored))
      let labels = Tensor(chosen.map { Int64(samples[$0.sample].category) }, shape: [chosen.count, 1])
      let loss = -classifier(batch.pixels, .learning).logSoftmax().gathered(-1, labels).mean()
      return StepLoss(total: loss, summary: { "cross entropy" })
    },
    validate: { classifier.accuracy(validation) })
}
