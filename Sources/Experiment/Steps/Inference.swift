// Running a detector over many pictures of one size.
import COCO
import Detection
import Images
import Torch

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
