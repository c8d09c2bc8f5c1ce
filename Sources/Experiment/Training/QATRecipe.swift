// How a detector is trained with quantized weights.
import Detection
import Fisher
import Quantization

/// A term that makes a loss flat, and when it weighs what.
public struct FlatnessPenalty: Codable, Sendable, Equatable {
  /// What is made small.
  public enum Kind: Codable, Sendable, Equatable {
    /// The trace of the Fisher information of the critical loss over the trained quantized weights.
    case fisherTrace(SecondDerivative)
    /// The change of the critical loss's gradient by a step along it, as in HERO, in lengths of each layer's weights.
    case gradientDifference(step: Double)
  }

  /// What is made small.
  public var kind: Kind
  /// Its weight at its first step.
  public var firstWeight: Double
  /// Its weight at the last step; in between it rises evenly.
  public var lastWeight: Double
  /// The share of all steps before its first: plain training.
  public var plainShare: Double
  /// Steps from one application to the next, each with as many times the weight.
  public var interval: Int

  /// A penalty; by default by central differences a ten thousandth of the weights' length apart, with a hundredth of the
  /// weights that a secondary source of the paper names: with those themselves, from 1e-3 to 5e-3, the penalty is many times
  /// the detection loss here, and AP on selection scenes falls from 34 to 16.
  ///
  /// That step is measured. ReLU, L1 distances and maxima give the loss of a trained DETR-R50 at four bits kinks so close
  /// that differences over more than a hundred millionth of the weights' length are nearly at right angles to double
  /// backward (cosines within ±0.15), with which they agree to ten digits below that: one sees the curvature between
  /// kinks, the other what the kinks add over the step. What counts is which of them lowers the trace over a move as long
  /// as a step of training. On two batches of 16 scenes, moves of 1e-4 of the weights' length lower it by 16 and 26 % with
  /// differences at 1e-4, by 15 and 18 % at 1e-3, by 6 and 16 % with double backward; moves a few times as long favor 1e-4
  /// as well.
  public init(
    _ kind: Kind = .fisherTrace(.central(step: 1e-4)), firstWeight: Double = 1e-5, lastWeight: Double = 5e-5,
    plainShare: Double = 0.5, interval: Int = 1
  ) {
    self.kind = kind
    self.firstWeight = firstWeight
    self.lastWeight = lastWeight
    self.plainShare = plainShare
    self.interval = interval
  }

  /// The weight at a step, counted from 0; zero where it is not applied.
  public func weight(step: Int, of stepCount: Int) -> Double {
    let first = Int((Double(stepCount) * plainShare).rounded())
    guard step >= first, (step - first) % max(interval, 1) == 0 else { return 0 }
    let share = Double(step - first) / Double(max(stepCount - 1 - first, 1))
    return Double(max(interval, 1)) * (firstWeight + share * (lastWeight - firstWeight))
  }
}

/// Everything that decides the course of training with quantized weights but the data, the detector and the bits.
public struct QATRecipe: Codable, Sendable, Equatable {
  /// Steps, rates, clipping.
  public var training: TrainingRecipe
  /// How scales are chosen.
  public var scales: TrainingScales
  /// The learning rate of learned scales; they do not decay.
  public var scaleRate: Double
  /// The learning rate of what the architecture asks to learn slowly; nothing where it asks for none.
  public var slowRate: Double?
  /// Learning from the floating-point detector, if at all.
  public var distillation: Distillation?
  /// The flatness of the critical loss, if it counts.
  public var penalty: FlatnessPenalty?
  /// Whether the class terms of critical objects weigh more: the control.
  public var weighsCriticalClasses: Bool

  /// Whether any term needs to know which classes are critical.
  public var hasCriticalTerm: Bool { penalty != nil || weighsCriticalClasses }

  /// A recipe; by default plain training with learned scales and a teacher.
  public init(
    training: TrainingRecipe = .quantized, scales: TrainingScales = .searchedThenLearned,
    scaleRate: Double = 1e-4,
    distillation: Distillation? = Distillation(), penalty: FlatnessPenalty? = nil,
    weighsCriticalClasses: Bool = false
  ) {
    self.training = training
    self.scales = scales
    self.scaleRate = scaleRate
    self.distillation = distillation
    self.penalty = penalty
    self.weighsCriticalClasses = weighsCriticalClasses
  }
}

extension TrainingRecipe {
  /// Five hundred steps at a fifth of the rate of training: from searched scales half of them already come within two
  /// points of the floating-point AP at four bits.
  public static let quantized = TrainingRecipe(
    imageCount: 16_000, batchSize: 32, rate: 1e-4, backboneRate: 1e-5, decay: 1e-4, clippingNorm: 0.1,
    warmUpSteps: 50, decayShare: 0.5, validationInterval: 125)
}
