// Teaching a quantized detector by the floating-point one it started as.
import Torch

/// What a student's difference from its teacher weighs, query by query: query q of the one means what query q of the
/// other means, because the student started as the teacher.
public struct Distillation: Codable, Sendable, Equatable {
  /// Of the divergence of class probabilities.
  public var classification: Double
  /// Of the L1 distance of boxes.
  public var boxDistance: Double

  /// Weights of both parts.
  public init(classification: Double = 1, boxDistance: Double = 5) {
    self.classification = classification
    self.boxDistance = boxDistance
  }

  /// The weighted sum over decoder layers of both differences, each a mean over pictures and queries.
  ///
  /// The divergence is that of Kullback and Leibler from the teacher's probabilities: of one distribution for softmax heads,
  /// of a yes-or-no question for each class of sigmoid heads. It is zero, and so is its gradient, where both agree.
  ///
  /// - Parameters:
  ///   - student: logits and boxes `[layer, image, query, …]`.
  ///   - teacher: of the same shape; no gradient goes there.
  public func loss(_ student: DetectorOutput, teacher: DetectorOutput, classes: ClassLoss) -> Tensor {
    let shape = student.logits.shape
    guard teacher.logits.shape == shape, teacher.boxes.shape == student.boxes.shape else {
      fatalError("a student's logits \(shape) and a teacher's \(teacher.logits.shape)")
    }
    let target = teacher.logits.detached()
    let divergence: Tensor
    switch classes {
    case .softmax:
      let logTarget = target.logSoftmax()
      divergence = (logTarget.exp() * (logTarget - student.logits.logSoftmax())).sum()
    case .focal:
      let yes = target.sigmoid() * (target.logSigmoid() - student.logits.logSigmoid())
      let no = (-target).sigmoid() * ((-target).logSigmoid() - (-student.logits).logSigmoid())
      divergence = (yes + no).sum()
    }
    let distance = (student.boxes - teacher.boxes.detached()).abs().sum()
    let count = Double(shape[1] * shape[2])
    return divergence * (classification / count) + distance * (boxDistance / count)
  }
}
