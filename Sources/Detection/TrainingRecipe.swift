// How a detector is trained, and what is remembered of it.
import NN

/// Everything that decides the course of a training but the data and the model.
public struct TrainingRecipe: Codable, Sendable, Equatable {
  /// Pictures seen in all, repeats included.
  public var imageCount: Int
  /// Pictures of a step.
  public var batchSize: Int
  /// The learning rate of the transformer and the heads.
  public var rate: Double
  /// The learning rate of the backbone.
  public var backboneRate: Double
  /// The weight decay.
  public var decay: Double
  /// Gradients are scaled down to this norm.
  public var clippingNorm: Double
  /// Steps over which the rate rises from zero.
  public var warmUpSteps: Int
  /// The share of the steps at the end over which the rate falls to zero.
  public var decayShare: Double
  /// Steps between two validations.
  public var validationInterval: Int

  /// A recipe with every number named.
  public init(
    imageCount: Int, batchSize: Int, rate: Double, backboneRate: Double, decay: Double, clippingNorm: Double,
    warmUpSteps: Int, decayShare: Double, validationInterval: Int
  ) {
    self.imageCount = imageCount
    self.batchSize = batchSize
    self.rate = rate
    self.backboneRate = backboneRate
    self.decay = decay
    self.clippingNorm = clippingNorm
    self.warmUpSteps = warmUpSteps
    self.decayShare = decayShare
    self.validationInterval = validationInterval
  }

  /// The recipe of the small detectors.
  public static func mini(imageCount: Int) -> TrainingRecipe {
    TrainingRecipe(
      imageCount: imageCount, batchSize: 32, rate: 5e-4, backboneRate: 2e-4, decay: 1e-4, clippingNorm: 0.1,
      warmUpSteps: 400, decayShare: 0.4, validationInterval: 1000)
  }

  /// Steps in all.
  public var stepCount: Int { imageCount / batchSize }

  /// The factor on both learning rates over time.
  public var schedule: LinearSchedule {
    LinearSchedule(warmUpSteps: warmUpSteps, stepCount: stepCount, decayShare: decayShare)
  }
}

/// A point of a training curve.
public struct TrainingPoint: Codable, Sendable, Equatable {
  /// Pictures seen so far.
  public var imagesSeen: Int
  /// The mean training loss since the last point.
  public var loss: Double
  /// What the validation measured: AP for detectors, accuracy for classifiers.
  public var score: Double
  /// Further figures by name, if any were taken.
  public var details: [String: Double]?

  /// A point from its numbers.
  public init(imagesSeen: Int, loss: Double, score: Double, details: [String: Double]? = nil) {
    self.imagesSeen = imagesSeen
    self.loss = loss
    self.score = score
    self.details = details
  }
}

/// What a validation found.
public struct TrainingFigures: Sendable, Equatable {
  /// AP for detectors, accuracy for classifiers.
  public var score: Double
  /// Further figures by name, if any.
  public var details: [String: Double]?

  /// A score and further figures.
  public init(score: Double, details: [String: Double]? = nil) {
    self.score = score
    self.details = details
  }
}

/// A training that cannot go on.
public struct TrainingError: Error, CustomStringConvertible, Sendable {
  /// One sentence: what, at which step, with which losses.
  public let description: String

  /// An error with its sentence.
  public init(_ description: String) {
    self.description = description
  }
}
