// The losses of single images that Fisher information, sensitivities and curvature are taken of.
import Detection
import Fisher
import Images
import NN
import Torch

/// A critical loss by name.
struct CriticalLoss {
  let name: String
  let objective: CriticalObjective
  let variant: CriticalVariant
}

extension CriticalGroup {
  /// The name of a reading of this group's objective among losses; the paper's own reading has the group's name alone.
  public func lossName(_ variant: CriticalVariant) -> String {
    switch variant {
    case .folded: rawValue
    case .noCategory: CriticalVariant.noCategory.rawValue
    default: "\(rawValue) \(variant.rawValue)"
    }
  }
}

/// The readings of some groups' objectives, group by group; a reading that is the same for all groups occurs once.
func criticalLosses(
  _ groups: [CriticalGroup], _ variants: [CriticalVariant], task: DetectionTask, classCount: Int
) -> [CriticalLoss] {
  let losses = groups.flatMap { group in
    let objective = CriticalObjective(classes: task.classes(of: group), classCount: classCount)
    return variants.map { CriticalLoss(name: group.lossName($0), objective: objective, variant: $0) }
  }
  var seen: Set<String> = []
  return losses.filter { seen.insert($0.name).inserted }.sorted { $0.name < $1.name }
}

/// The sums over images of their own losses, from one forward pass; one matching serves all of them.
func imageLosses(
  _ detector: any Detector, _ images: [RGBImage], _ targets: [Target], _ critical: [CriticalLoss]
) -> Fisher.ImageLosses {
  let loss = detector.configuration.loss
  let output = detector(ImageBatch(images))
  let pairs = loss.matching(output, targets)
  let own = loss.terms(output, targets, pairs, normalization: .perImage)
  let named = critical.map {
    ($0.name, $0.objective.loss($0.variant, output, targets, pairs, loss, normalization: .perImage))
  }
  return (loss.total(own), Dictionary(uniqueKeysWithValues: named))
}

/// The losses of each image, in batches and without gradients.
///
/// - Parameter matchings: of the batches, where they were made before; otherwise matching follows the output.
func measuredLosses(
  _ detector: any Detector, _ images: [RGBImage], _ targets: [Target], _ critical: [CriticalLoss],
  matchings: [Matching]? = nil
) -> MeasuredLosses {
  let loss = detector.configuration.loss
  var overall: [Double] = []
  var named: [String: [Double]] = [:]
  forEachBatch(detector, images, targets) { batch, output, targets in
    let pairs = matchings?[batch] ?? loss.matching(output, targets)
    let own = loss.terms(output, targets, pairs, normalization: .perImage)
    overall += own.imageTotals(loss.weights).floats.map(Double.init)
    for critical in critical {
      let terms = critical.objective.terms(
        critical.variant, output, targets, pairs, loss, normalization: .perImage)
      named[critical.name, default: []] += terms.imageTotals(loss.weights).floats.map(Double.init)
    }
  }
  return MeasuredLosses(overall: overall, critical: named)
}

/// The matchings of the same batches with a detector as it is.
func matchings(_ detector: any Detector, _ images: [RGBImage], _ targets: [Target]) -> [Matching] {
  var result: [Matching] = []
  forEachBatch(detector, images, targets) { _, output, targets in
    result.append(detector.configuration.loss.matching(output, targets))
  }
  return result
}

/// What a detector makes of images, batch by batch and without gradients.
private func forEachBatch(
  _ detector: any Detector, _ images: [RGBImage], _ targets: [Target],
  _ body: (Int, DetectorOutput, [Target]) -> Void
) {
  withoutGradients {
    for (batch, start) in stride(from: 0, to: images.count, by: 50).enumerated() {
      let range = start..<min(start + 50, images.count)
      body(batch, detector(ImageBatch(Array(images[range]))), Array(targets[range]))
    }
  }
}

/// Targets with the labels of the image that comes next in a random cycle, or as they are without a seed. Boxes go with
/// their labels: pictures show what others are said to show.
func shuffledLabels(_ targets: [Target], seed: UInt64?) -> [Target] {
  guard let seed, targets.count > 1 else { return targets }
  var order = Array(targets.indices)
  for last in stride(from: order.count - 1, to: 0, by: -1) {
    let random = SeedSequence.seed(seed, "\(last)")
    order.swapAt(last, Int(random.multipliedFullWidth(by: UInt64(last + 1)).high))
  }
  var result = targets
  for (place, image) in order.enumerated() { result[image] = targets[order[(place + 1) % order.count]] }
  return result
}
