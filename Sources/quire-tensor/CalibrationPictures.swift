// Pictures with their objects that a detector's losses, or what its layers see, are taken of.
import COCO
import Detection
import Experiment
import Fisher
import Foundation
import Images
import Quantization
import Torch

/// A detector out of a checkpoint of either format or a packed file.
func detectorFile(
  _ architecture: DetectorArchitecture, weights: String, config: String?
) throws -> DetectorFile {
  let url = URL(filePath: weights)
  var checkpoint = try TensorFile(contentsOf: url)
  if PackedFile.isNamed(in: checkpoint.metadata) {
    let packed = try PackedFile(contentsOf: url)
    checkpoint = TensorFile(tensors: packed.tensors, metadata: packed.metadata)
  }
  return try DetectorFile(
    architecture, checkpoint: checkpoint, from: url.lastPathComponent,
    configuration: config.map { URL(filePath: $0) })
}

/// The first pictures of data in COCO's format, for a detector.
struct CalibrationPictures {
  let file: DetectorFile
  let pictures: PictureFolder
  /// How many of them are used.
  let count: Int

  /// - Parameter limit: the most pictures.
  init(_ file: DetectorFile, data: String, split: String?, limit: Int) throws {
    let place = try DataDirectory(URL(filePath: data), split: split)
    let dataset = try Dataset(contentsOf: place.annotations)
    self.file = file
    pictures = try PictureFolder(dataset, in: place.pictures, categoryIDs: file.categoryIDs)
    count = min(limit, pictures.targets.count)
    guard count > 0 else {
      throw COCOError.unusable(file: place.annotations.lastPathComponent, reason: "it has no pictures")
    }
  }

  /// A picture as the detector takes it.
  func batch(_ index: Int) throws -> ImageBatch {
    ImageBatch([try pictures.image(index).resized(by: file.resizing)])
  }

  /// The critical objective of a set of categories, and how many of the pictures show one of them.
  ///
  /// - Throws: an error if the detector knows none of them, or no picture shows one.
  func objective(_ name: String) throws -> (objective: CriticalObjective, shown: Int) {
    let ids = Set(try pictures.dataset.categorySet(named: name).ids)
    let classes = file.categoryIDs.indices.filter { ids.contains(file.categoryIDs[$0]) }
    guard !classes.isEmpty else {
      throw COCOError.unusable(
        file: "--critical \(name)", reason: "the detector knows none of these categories")
    }
    let shows = pictures.targets.map { target in target.classes.contains { classes.contains($0) } }
    let shown = shows.prefix(count).count { $0 }
    guard shown > 0 else {
      throw COCOError.unusable(
        file: "--critical \(name)",
        reason:
          "0 of the first \(count) pictures show it, and \(shows.count { $0 }) of all \(shows.count); expected at least 1"
      )
    }
    return (CriticalObjective(classes: classes, classCount: file.categoryIDs.count), shown)
  }

  /// The gradients of the pictures, one at a time, since their sizes differ.
  func fisher(critical objective: CriticalObjective?) throws -> FisherAccumulator {
    let detector = file.detector
    return try accumulateFisher(
      of: detector, critical: objective == nil ? [] : ["critical"], imageCount: count,
      progress: { if $0 % 10 == 0 || $0 == count { say("\($0) of \(count) pictures") } },
      losses: { index in
        let target = pictures.targets[index]
        let output = detector(try batch(index))
        // One matching serves both losses.
        let pairs = detector.loss.matching(output, [target])
        func loss(_ output: DetectorOutput, _ target: Target) -> Tensor {
          detector.loss.total(detector.loss.terms(output, [target], pairs, normalization: .perImage))
        }
        let critical = objective.map { ["critical": loss($0.folded(output), $0.folded(target))] }
        return (loss(output, target), critical ?? [:])
      })
  }
}
