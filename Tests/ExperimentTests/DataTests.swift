import COCO
import Detection
import Experiment
import Fisher
import FoundationEssentials
import NN
import Quantization
import TestSupport
import Testing
import Torch

/// libtorch's threads are shared by the process, so everything with tensors runs one after the other.
@Suite(.serialized) struct ExperimentDataTests {
  @Test("rank correlation agrees with scipy's spearmanr, ties included")
  func ranks() {
    #expect(
      isClose(
        rankCorrelation([1, 2, 2, 4, 5, 5, 5, 8], [3, 1, 4, 1, 5, 9, 2, 6]), 0.5495502618648208,
        absolute: 1e-12))
    #expect(
      isClose(rankCorrelation([0.1, 0.4, 0.2, 0.9], [4, 3, 2, 1]), -0.7999999999999999, absolute: 1e-12))
  }

  @Test("detections come back from their file as they were")
  func detectionFile() throws {
    let detections = (0..<7).map { index in
      let left = 0.1 * Double(index)
      let box = PixelBox(x: left, y: 1.0 / 3, width: 10, height: 0)
      return COCO.Detection(
        imageID: index / 3 + 1, categoryID: 90 - index, box: box, score: 1 / Double(index + 1))
    }
    let back = try DetectionSet(decoding: DetectionSet(detections).encoded())
    #expect(back.detections == detections)
    #expect(throws: TorchError.self) { try DetectionSet(decoding: Data("no file".utf8)) }
  }

  @Test(
    "a checkpoint holds the weights rounded to half precision and its metadata, and gives the detector back")
  func checkpoint() throws {
    let configuration = DETRConfiguration(
      backbone: ResNetConfiguration(
        stemWidth: 4, widths: [2, 2, 4, 4], blockCounts: [1, 1, 1, 1], dilatesLastStage: true),
      width: 16, headCount: 2, hiddenWidth: 16, encoderLayerCount: 1, decoderLayerCount: 1, queryCount: 5,
      classCount: 3)
    let detector = DETR(configuration, seed: 1)
    let json = String(decoding: try JSONEncoder().encode(configuration), as: UTF8.self)
    let checkpoint = try Checkpoint(
      decoding: Checkpoint(detector, metadata: ["configuration": json, "categoryIDs": "[1,17,90]"]).encoded())
    let back = try checkpoint.detector()
    #expect(back.configuration == .detr(configuration))
    #expect(try checkpoint.categoryIDs() == [1, 17, 90])
    var rounded = 0
    for (name, tensor) in detector.state {
      let expected = tensor.detached().converted(to: .float16).floats
      #expect(back.state[name]?.floats == expected, "\(name)")
      if tensor.floats != expected { rounded += 1 }
    }
    #expect(rounded > 10)
  }

  @Test(
    "critical groups hold the supercategory's classes and no other",
    arguments: [("person", 1), ("animal", 10), ("indoor", 6)])
  func groups(_ name: String, _ count: Int) throws {
    let group = CriticalGroup(rawValue: name)
    let classes = DetectionTask.detection.classes(of: group)
    #expect(classes.count == count)
    #expect(classes.allSatisfy { DetectionTask.detection.categories[$0].supercategory == name })
    #expect(DetectionTask.detection.categories.count == 65)
  }
}
