// The loss of a detector with softmax heads, over all decoder layers at once.
import Torch

/// Weights of the parts of a detection loss, and the weight of "no object" in the classification.
public struct LossWeights: Codable, Sendable, Equatable {
  /// Of the cross entropy.
  public var classification: Double
  /// Of the L1 distance of boxes.
  public var boxDistance: Double
  /// Of one minus the generalized IoU.
  public var overlap: Double
  /// The weight of queries without object in the cross entropy.
  public var noObject: Double

  /// The published weights of DETR.
  public static let detr = LossWeights(classification: 1, boxDistance: 5, overlap: 2, noObject: 0.1)
}

/// What the sums of a loss are divided by.
public enum LossNormalization: Sendable {
  /// The batch's weights and objects, as in training: a batch's loss is not the mean of its pictures' losses.
  case batch
  /// Each picture's own weights and objects; the result is the sum of the pictures' own losses.
  case perImage
}

/// The parts of a detection loss by decoder layer, each `[layer]`, not yet weighted.
public struct LossTerms {
  /// Weighted cross entropy.
  public let classification: Tensor
  /// L1 distance of matched boxes.
  public let boxDistance: Tensor
  /// One minus the generalized IoU of matched boxes.
  public let overlap: Tensor

  /// The weighted sum over parts and layers.
  public func total(_ weights: LossWeights) -> Tensor {
    (classification * weights.classification + boxDistance * weights.boxDistance + overlap * weights.overlap)
      .sum()
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

/// The loss of an output given which query stands for which object.
///
/// - Parameters:
///   - output: logits `[layer, image, query, class]` whose last class is "no object", and boxes.
///   - targets: one per picture; classes index the logits.
///   - matching: for every layer and picture.
public func lossTerms(
  _ output: DetectorOutput, _ targets: [Target], _ matching: Matching, weights: LossWeights = .detr,
  normalization: LossNormalization = .batch
) -> LossTerms {
  let shape = output.logits.shape
  let (layerCount, imageCount, queryCount, logitCount) = (shape[0], shape[1], shape[2], shape[3])
  var labels = [Int64](repeating: Int64(logitCount - 1), count: layerCount * imageCount * queryCount)
  var labelWeights = [Float](repeating: Float(weights.noObject), count: labels.count)
  var places: [Int64] = []
  var boxes: [Float] = []
  var pairWeights: [Float] = []
  let objectCount = max(1, targets.reduce(0) { $0 + $1.classes.count })
  for layer in 0..<layerCount {
    for image in 0..<imageCount {
      let ownCount = max(1, targets[image].classes.count)
      for pair in matching[layer][image] {
        let place = (layer * imageCount + image) * queryCount + pair.query
        labels[place] = Int64(targets[image].classes[pair.object])
        labelWeights[place] = 1
        places.append(Int64(place))
        let box = targets[image].boxes[pair.object]
        boxes += [Float(box.cx), Float(box.cy), Float(box.w), Float(box.h)]
        pairWeights.append(1 / Float(normalization == .batch ? objectCount : ownCount))
      }
    }
  }
  // The cross entropy is a weighted mean: its weights are divided by their sum over a layer, or over a picture.
  let groupSize = normalization == .batch ? imageCount * queryCount : queryCount
  for start in stride(from: 0, to: labelWeights.count, by: groupSize) {
    let sum = labelWeights[start..<start + groupSize].reduce(0, +)
    for place in start..<start + groupSize { labelWeights[place] /= sum }
  }

  let labelTensor = Tensor(labels, shape: [layerCount, imageCount, queryCount, 1])
  let likelihood = output.logits.logSoftmax().gathered(-1, labelTensor)
  let entropy = -(likelihood * Tensor(labelWeights, shape: labelTensor.shape)).sum([1, 2, 3])
  guard !places.isEmpty else {
    // Without objects the box terms are zero but still belong to the graph, so that every head gets a gradient.
    let nothing = (output.boxes * 0).sum([1, 2, 3])
    return LossTerms(classification: entropy, boxDistance: nothing, overlap: nothing)
  }
  // Every layer matches as many pairs, so the pairs form a rectangle.
  let predicted = output.boxes.reshaped([-1, 4]).picked(0, Tensor(places, shape: [places.count]))
  let truth = Tensor(boxes, shape: [places.count, 4])
  let share = Tensor(pairWeights, shape: [places.count])
  let distance = (predicted - truth).abs().sum([-1]) * share
  let overlap = generalizedIoULoss(predicted, truth) * share
  return LossTerms(
    classification: entropy, boxDistance: distance.reshaped([layerCount, -1]).sum([1]),
    overlap: overlap.reshaped([layerCount, -1]).sum([1]))
}
