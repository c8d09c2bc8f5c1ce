// How detectors are taught: which loss their class logits have, what the parts weigh, and by what queries and objects
// are matched.
import Torch

/// What class logits mean, and their loss.
public enum ClassLoss: Codable, Sendable, Equatable {
  /// One class per query, "no object" last: cross entropy in which queries without object have a smaller weight.
  case softmax(noObject: Double)
  /// Every class is a yes-or-no question of its own: the focal loss (Lin et al., 2017) with exponent two, α for yes and
  /// 1 − α for no.
  case focal(alpha: Double)
}

/// Weights of the parts of a detection loss.
public struct LossWeights: Codable, Sendable, Equatable {
  /// Of the classification.
  public var classification: Double
  /// Of the L1 distance of boxes.
  public var boxDistance: Double
  /// Of one minus the generalized IoU.
  public var overlap: Double

  /// Weights of the three parts.
  public init(classification: Double, boxDistance: Double, overlap: Double) {
    self.classification = classification
    self.boxDistance = boxDistance
    self.overlap = overlap
  }
}

/// The loss of a detector and the matching under it.
public struct DetectionLoss: Codable, Sendable, Equatable {
  /// The loss of the class logits.
  public var classes: ClassLoss
  /// What the parts weigh in the loss.
  public var weights: LossWeights
  /// What the parts weigh in the cost of matching a query with an object; the overlap counts negatively.
  public var matchingCosts: LossWeights
  /// What the class terms of objects weigh by class, where they do not weigh alike.
  public var classFactors: [Double]?

  /// A loss from its parts.
  public init(
    classes: ClassLoss, weights: LossWeights, matchingCosts: LossWeights, classFactors: [Double]? = nil
  ) {
    self.classes = classes
    self.weights = weights
    self.matchingCosts = matchingCosts
    self.classFactors = classFactors
  }

  /// The published loss of DETR.
  public static let detr = DetectionLoss(
    classes: .softmax(noObject: 0.1), weights: LossWeights(classification: 1, boxDistance: 5, overlap: 2),
    matchingCosts: LossWeights(classification: 1, boxDistance: 5, overlap: 2))

  /// The published loss of DAB-DETR.
  public static let dabDETR = DetectionLoss(
    classes: .focal(alpha: 0.25), weights: LossWeights(classification: 1, boxDistance: 5, overlap: 2),
    matchingCosts: LossWeights(classification: 2, boxDistance: 5, overlap: 2))

  /// The published loss of Deformable DETR.
  public static let deformableDETR = DetectionLoss(
    classes: .focal(alpha: 0.25), weights: LossWeights(classification: 2, boxDistance: 5, overlap: 2),
    matchingCosts: LossWeights(classification: 2, boxDistance: 5, overlap: 2))

  /// The weighted sum of the parts over all layers.
  public func total(_ terms: LossTerms) -> Tensor { terms.total(weights) }
}
