import Detection
import TestSupport
import Testing
import Torch

extension DetectionTensorTests {
  @Suite struct DABDETRTrainingTests {
    static func detector() -> DABDETR {
      DABDETR(
        DABDETRConfiguration(
          backbone: ResNetConfiguration(
            stemWidth: 4, widths: [2, 2, 4, 4], blockCounts: [1, 1, 1, 1], dilatesLastStage: true),
          width: 16, headCount: 2, hiddenWidth: 16, encoderLayerCount: 1, decoderLayerCount: 2, queryCount: 5,
          classCount: 3, detectionCount: 4), seed: 7)
    }

    @Test("training lowers the loss and moves the anchors")
    func learning() throws {
      let samples = TrainingTests.samples()
      let detector = Self.detector()
      let before = try #require(detector.state["refpoint_embed.weight"]).floats
      let history = try trainDetector(detector, samples, TrainingTests.loop("dab"), seed: 1) { detector in
        let found = detections(
          detector(ImageBatch(samples.map(\.image))), detector.configuration.selection,
          imageIDs: Array(samples.indices), extents: samples.map { _ in Extent(height: 32, width: 32) },
          categoryIDs: [1, 17, 90])
        #expect(found.count == 4 * samples.count)
        return 0
      }
      #expect(try #require(history.last).loss < history[0].loss)
      #expect(detector.state["refpoint_embed.weight"]?.floats != before)
    }

    @Test("training leaves no tensor behind")
    func leaks() async {
      await #expect(processExitsWith: .success) {
        Runtime.setThreadCount(1)
        let samples = TrainingTests.samples()
        let detector = DABDETRTrainingTests.detector()
        _ = try trainDetector(detector, samples, TrainingTests.loop("dab-first"), seed: 1) { _ in 0 }
        let before = Runtime.liveTensorCount
        #expect(before > 0)
        _ = try trainDetector(detector, samples, TrainingTests.loop("dab-second"), seed: 1) { _ in 0 }
        #expect(Runtime.liveTensorCount == before)
      }
    }
  }
}
