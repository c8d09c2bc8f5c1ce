// Running a detector over many pictures of one size.
import Artifacts
import COCO
import Detection
import Images
import Scenes
import Torch

/// The detections of a detector in the first scenes of a split, a thousand at a time, so that memory stays small.
func detect(
  _ detector: any Detector, categoryIDs: [Int], in generator: SceneSupply, _ split: SceneSplit, count: Int,
  _ context: StepContext
) -> [Detection] {
  stride(from: 0, to: count, by: 1000).flatMap { start in
    let range = start..<min(start + 1000, count)
    context.progress("\(start) of \(count) scenes", fraction: Double(start) / Double(count))
    let images = generator.scenes(split, range, threads: context.threads).map(\.image)
    return detect(detector, images, imageIDs: range.map { $0 + 1 }, categoryIDs: categoryIDs)
  }
}

/// The detections of a detector in pictures of one size, in batches, without gradients.
func detect(
  _ detector: any Detector, _ images: [RGBImage], imageIDs: [Int], categoryIDs: [Int], batchSize: Int = 100
) -> [Detection] {
  withoutGradients {
    stride(from: 0, to: images.count, by: batchSize).flatMap { start in
      let range = start..<min(start + batchSize, images.count)
      let batch = ImageBatch(Array(images[range]))
      return detections(
        detector(batch), detector.configuration.selection, imageIDs: Array(imageIDs[range]),
        extents: batch.validExtents, categoryIDs: categoryIDs)
    }
  }
}
