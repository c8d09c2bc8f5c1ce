// The loss of a detector over all decoder layers at once.
import Torch

/// What the sums of a loss are divided by.
public enum LossNormalization: Sendable {
  /// The batch's weights and objects, as in training: a batch's loss is not the mean of its pictures' losses.
  case batch
  /// Each picture's own weights and objects; the result is the sum of the pictures' own losses.
  case perImage
  /// The same with a factor for each picture: signs, or shares of a mean.
  case weighted([Double])

  /// Whether sums are divided by the whole batch's weights and objects.
  var isBatch: Bool {
    if case .batch = self { return true }
    return false
  }

  /// The factor of a picture.
  func factor(_ image: Int) -> Float {
    if case .weighted(let factors) = self { return Float(factors[image]) }
    return 1
  }
}

/// The parts of a detection loss, not yet weighted and not yet summed.
public struct LossTerms {
  /// Losses of pairs of a query and an object, with the picture of each pair.
  struct OfPairs {
    /// `[layer, pair]`
    let values: Tensor
    let images: [Int]

    /// The sums over each picture's pairs, `[layer, image]`.
    func summed(over imageCount: Int) -> Tensor {
      var places = [Float](repeating: 0, count: images.count * imageCount)
      for (pair, image) in images.enumerated() { places[pair * imageCount + image] = 1 }
      return values.matrixProduct(Tensor(places, shape: [images.count, imageCount]))
    }
  }

  /// Cross entropies `[layer, image, query, 1]`, or focal losses `[layer, image]`.
  let classes: Tensor
  /// What the focal loss has besides at matched pairs.
  let classesOfPairs: OfPairs?
  /// L1 distances of matched pairs; without pairs zeros `[layer, 1]` of the first picture.
  var distances: OfPairs
  /// One minus the generalized IoU of matched pairs, likewise.
  var overlaps: OfPairs

  /// Weighted cross entropy, or focal loss, `[layer]`.
  public var classification: Tensor {
    let sums = classes.sum(Array(1..<classes.shape.count))
    return classesOfPairs.map { sums + $0.values.sum([1]) } ?? sums
  }
  /// L1 distance of matched boxes, `[layer]`.
  public var boxDistance: Tensor { distances.values.sum([1]) }
  /// One minus the generalized IoU of matched boxes, `[layer]`.
  public var overlap: Tensor { overlaps.values.sum([1]) }

  /// The weighted sum over parts and layers.
  public func total(_ weights: LossWeights) -> Tensor {
    (classification * weights.classification + boxDistance * weights.boxDistance + overlap * weights.overlap)
      .sum()
  }

  /// The weighted sum over parts and layers of each picture's share, `[image]`.
  public func imageTotals(_ weights: LossWeights) -> Tensor {
    let shape = classes.shape  // [layer, image, …]
    let ofImages = shape.count > 2 ? classes.sum(Array(2..<shape.count)) : classes
    let classification = classesOfPairs.map { ofImages + $0.summed(over: shape[1]) } ?? ofImages
    let boxes =
      distances.summed(over: shape[1]) * weights.boxDistance + overlaps.summed(over: shape[1])
      * weights.overlap
    return (classification * weights.classification + boxes).sum([0])
  }

  /// The same class losses beside the box losses of others.
  func withBoxes(of other: LossTerms) -> LossTerms {
    var mixed = self
    (mixed.distances, mixed.overlaps) = (other.distances, other.overlaps)
    return mixed
  }

  /// The parts of the last layer as text, for a progress line or a failure.
  public var summary: String {
    func last(_ tensor: Tensor) -> String {
      let value = tensor.selected(0, -1).item()
      return value.isFinite ? "\((value * 1000).rounded() / 1000)" : "\(value)"
    }
    return "class \(last(classification)), L1 \(last(boxDistance)), GIoU \(last(overlap))"
  }
}

extension DetectionLoss {
  /// The parts of the loss of an output given which query stands for which object.
  ///
  /// - Parameters:
  ///   - output: logits `[layer, image, query, class]`, for softmax heads with "no object" as the last class; boxes.
  ///   - targets: one per picture; classes index the logits.
  ///   - matching: for every layer and picture.
  public func terms(
    _ output: DetectorOutput, _ targets: [Target], _ matching: Matching,
    normalization: LossNormalization = .batch
  ) -> LossTerms {
    let pairs = LossPairs(output, targets, matching, normalization)
    let classLosses: (images: Tensor, pairs: Tensor?) =
      switch classes {
      case .softmax(let noObject): (entropy(output.logits, pairs, noObject: noObject, normalization), nil)
      case .focal(let alpha): focal(output.logits, pairs, alpha: alpha)
      }
    func ofPairs(_ values: Tensor) -> LossTerms.OfPairs {
      LossTerms.OfPairs(
        values: values.reshaped([pairs.layerCount, -1]), images: pairs.imagesOfFirstLayer)
    }
    guard !pairs.places.isEmpty else {
      // Without objects the box terms are zero but still belong to the graph, so that every head gets a gradient.
      let nothing = LossTerms.OfPairs(
        values: (output.boxes * 0).sum([1, 2, 3]).reshaped([-1, 1]), images: [0])
      return LossTerms(
        classes: classLosses.images, classesOfPairs: nil, distances: nothing, overlaps: nothing)
    }
    // Every layer matches as many pairs, picture by picture, so the pairs form a rectangle.
    let count = pairs.places.count
    let predicted = output.boxes.reshaped([-1, 4]).picked(0, Tensor(pairs.places, shape: [count]))
    let truth = Tensor(pairs.boxes, shape: [count, 4])
    let share = Tensor(pairs.shares, shape: [count])
    let distance = (predicted - truth).abs().sum([-1]) * share
    let overlap = generalizedIoULoss(predicted, truth) * share
    return LossTerms(
      classes: classLosses.images, classesOfPairs: classLosses.pairs.map(ofPairs),
      distances: ofPairs(distance), overlaps: ofPairs(overlap))
  }

  /// The cross entropies `[layer, image, query, 1]` of a weighted mean: weights are divided by their sum over a layer, or
  /// over a picture.
  private func entropy(
    _ logits: Tensor, _ pairs: LossPairs, noObject: Double, _ normalization: LossNormalization
  ) -> Tensor {
    let shape = logits.shape
    var labels = [Int64](repeating: Int64(shape[3] - 1), count: shape[0] * shape[1] * shape[2])
    var weights = [Float](repeating: Float(noObject), count: labels.count)
    for (place, category) in zip(pairs.places, pairs.classes) {
      labels[Int(place)] = category
      weights[Int(place)] = factor(category)
    }
    let groupSize = normalization.isBatch ? shape[1] * shape[2] : shape[2]
    for start in stride(from: 0, to: weights.count, by: groupSize) {
      let sum = weights[start..<start + groupSize].reduce(0, +)
      let divisor = sum / normalization.factor(start / shape[2] % shape[1])
      for place in start..<start + groupSize { weights[place] /= divisor }
    }
    let labelTensor = Tensor(labels, shape: Array(shape[..<3]) + [1])
    let likelihood = logits.logSoftmax().gathered(-1, labelTensor)
    return -(likelihood * Tensor(weights, shape: labelTensor.shape))
  }

  /// What the class term of an object of a class weighs.
  private func factor(_ category: Int64) -> Float {
    guard let classFactors else { return 1 }
    return Float(classFactors[Int(category)])
  }

  /// The focal losses: that of "no" for all logits, `[layer, image]`, and at each object's class what "yes" in its place
  /// changes, `[layer, pair]`.
  func focal(_ logits: Tensor, _ pairs: LossPairs, alpha: Double) -> (images: Tensor, pairs: Tensor?) {
    // −log(1 − p) · p² · (1 − α), and −log p · (1 − p)² · α.
    func no(_ logits: Tensor) -> Tensor {
      (-logits).logSigmoid() * logits.sigmoid().power(2) * (alpha - 1)
    }
    func yes(_ logits: Tensor) -> Tensor {
      logits.logSigmoid() * (-logits).sigmoid().power(2) * -alpha
    }
    let shape = logits.shape
    let all = no(logits).sum([2, 3]) * Tensor(pairs.imageShares, shape: [1, shape[1]])
    guard !pairs.places.isEmpty else { return (all, nil) }
    let count = pairs.places.count
    let indices = zip(pairs.places, pairs.classes).map { $0 * Int64(shape[3]) + $1 }
    let atObjects = logits.reshaped([-1]).picked(0, Tensor(indices, shape: [count]))
    let shares = zip(pairs.shares, pairs.classes).map { $0 * factor($1) }
    let change = (yes(atObjects) - no(atObjects)) * Tensor(shares, shape: [count])
    return (all, change.reshaped([shape[0], -1]))
  }
}

/// The matched pairs of all layers and pictures in one list, layer by layer.
struct LossPairs {
  let layerCount: Int
  /// The query of each pair among the queries of all layers and pictures.
  var places: [Int64] = []
  /// The class of its object.
  var classes: [Int64] = []
  /// The box of its object, four numbers.
  var boxes: [Float] = []
  /// One over the number of objects, of the batch or of the picture.
  var shares: [Float] = []
  /// The same by picture.
  let imageShares: [Float]
  /// The picture of each pair of the first layer; those of the others are the same.
  var imagesOfFirstLayer: [Int] = []

  /// The pairs of one category alone, which becomes the first.
  func only(_ category: Int64) -> LossPairs {
    var own = self
    let kept = classes.indices.filter { classes[$0] == category }
    own.places = kept.map { places[$0] }
    own.classes = kept.map { _ in 0 }
    own.boxes = kept.flatMap { boxes[4 * $0..<4 * $0 + 4] }
    own.shares = kept.map { shares[$0] }
    return own
  }

  init(
    _ output: DetectorOutput, _ targets: [Target], _ matching: Matching, _ normalization: LossNormalization
  ) {
    let shape = output.logits.shape
    layerCount = shape[0]
    let objectCount = max(1, targets.reduce(0) { $0 + $1.classes.count })
    imageShares = targets.enumerated().map { image, target in
      normalization.factor(image)
        / Float(normalization.isBatch ? objectCount : max(1, target.classes.count))
    }
    for layer in 0..<layerCount {
      for (image, target) in targets.enumerated() {
        for pair in matching[layer][image] {
          places.append(Int64((layer * shape[1] + image) * shape[2] + pair.query))
          classes.append(Int64(target.classes[pair.object]))
          let box = target.boxes[pair.object]
          boxes += [Float(box.cx), Float(box.cy), Float(box.w), Float(box.h)]
          shares.append(imageShares[image])
          if layer == 0 { imagesOfFirstLayer.append(image) }
        }
      }
    }
  }
}
