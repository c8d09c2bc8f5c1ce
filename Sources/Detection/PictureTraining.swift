// Training a detector on pictures from disk, of different sizes, varied as they are read.
import COCO
import Images
import NN
import Torch

/// Trains a detector on pictures on disk.
///
/// Every picture is varied by a seed of its own, so that a resumed training goes on as if it had never stopped. Pictures
/// of a batch are padded to the largest of them.
///
/// - Parameters:
///   - augmentation: how pictures are varied.
///   - seed: of the order and the variations.
///   - validate: the score of the detector as it is.
/// - Returns: the training curve.
public func trainDetector(
  _ detector: any Detector, on pictures: PictureFolder, _ augmentation: Augmentation, _ loop: TrainingLoop,
  seed: UInt64, validate: (any Detector) throws -> Double
) throws -> [TrainingPoint] {
  detector.backbone.freezeForDetection()
  let loss = detector.loss
  var order = SampleOrder(seed: seed, count: pictures.targets.count, batchSize: loop.recipe.batchSize)
  return try loop.run(
    detector, groups: parameterGroups(detector, loop.recipe),
    loss: { step in
      let first = step * loop.recipe.batchSize
      let samples = try order.batch(step: step).enumerated().map { index, chosen in
        let record = pictures.dataset.images[chosen.sample]
        let plan = augmentation.plan(
          width: record.width, height: record.height,
          seed: SeedSequence.seed(seed, "variation \(first + index)"))
        return plan(try pictures.sample(chosen.sample))
      }
      return loss.step(detector, ImageBatch(samples.map(\.image)), samples.map(\.target))
    },
    validate: { try validate(detector) })
}

/// The detections of a detector in pictures of any size, each by itself and without gradients, as published figures are
/// made: padding would change them.
///
/// - Parameters:
///   - image: a picture by its place; asked for one at a time.
///   - imageIDs: the number of each picture.
public func detections(
  of detector: any Detector, imageIDs: [Int], categoryIDs: [Int], resizing: ResizeRule,
  image: (Int) throws -> RGBImage
) throws -> [Detection] {
  try imageIDs.indices.flatMap { index in
    let picture = try image(index)
    let output = withoutGradients { detector(ImageBatch([picture.resized(by: resizing)])) }
    return detections(
      output, detector.configuration.selection, imageIDs: [imageIDs[index]],
      extents: [Extent(height: picture.height, width: picture.width)], categoryIDs: categoryIDs)
  }
}
