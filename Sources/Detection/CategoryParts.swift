// A detection loss taken apart by category, so that any set of categories can be put together again.
import Torch

/// The parts of a loss; together they are the loss.
public struct CategoryParts {
  /// The class term of each category that has one: of its objects for softmax heads, of its own logits for sigmoid heads.
  public let classes: [Int: Tensor]
  /// The class term of queries without object, for softmax heads.
  public let background: Tensor?
  /// The box terms of all objects.
  public let boxes: Tensor
}

extension DetectionLoss {
  /// The parts of the summed losses of pictures, each with normalizers of its own, weighted and summed over layers.
  public func categoryParts(
    _ output: DetectorOutput, _ targets: [Target], _ matching: Matching
  ) -> CategoryParts {
    let terms = terms(output, targets, matching, normalization: .perImage)
    let boxes = (terms.boxDistance * weights.boxDistance + terms.overlap * weights.overlap).sum()
    let shape = output.logits.shape
    let categoryCount: Int
    switch classes {
    case .softmax: categoryCount = shape[3] - 1
    case .focal: categoryCount = shape[3]
    }
    switch classes {
    case .softmax(let noObject):
      let pairs = LossPairs(output, targets, matching, .perImage)
      var labels = [Int64](repeating: Int64(categoryCount), count: shape[0] * shape[1] * shape[2])
      var shares = [Float](repeating: Float(noObject), count: labels.count)
      for (place, category) in zip(pairs.places, pairs.classes) {
        labels[Int(place)] = category
        shares[Int(place)] = 1
      }
      for start in stride(from: 0, to: shares.count, by: shape[2]) {
        let sum = shares[start..<start + shape[2]].reduce(0, +)
        for place in start..<start + shape[2] { shares[place] /= sum }
      }
      let label = Tensor(labels, shape: Array(shape[..<3]) + [1])
      let likelihood = output.logits.logSoftmax().gathered(-1, label)
      func part(_ category: Int64) -> Tensor {
        let own = zip(labels, shares).map { $0 == category ? $1 : 0 }
        return -(likelihood * Tensor(own, shape: label.shape)).sum() * weights.classification
      }
      let present = Set(labels).subtracting([Int64(categoryCount)]).sorted()
      return CategoryParts(
        classes: Dictionary(uniqueKeysWithValues: present.map { (Int($0), part($0)) }),
        background: part(Int64(categoryCount)), boxes: boxes)
    case .focal(let alpha):
      // Each category's logits alone, with its own objects; the divisors are those of all objects.
      let pairs = LossPairs(output, targets, matching, .perImage)
      var parts: [Int: Tensor] = [:]
      for category in 0..<categoryCount {
        let own = focal(
          output.logits.narrowed(3, from: category, count: 1), pairs.only(Int64(category)), alpha: alpha)
        let sum = own.pairs.map { own.images.sum() + $0.sum() } ?? own.images.sum()
        parts[category] = sum * weights.classification
      }
      return CategoryParts(classes: parts, background: nil, boxes: boxes)
    }
  }
}
