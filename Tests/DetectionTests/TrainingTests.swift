import Boxes
import Detection
import FoundationEssentials
import Images
import NN
import TestSupport
import Testing
import Torch

extension DetectionTensorTests {
  @Suite struct TrainingTests {
    struct Interruption: Error {}

    /// Eight pictures of noise with one object each, and the smallest detector that learns anything from them.
    static func samples() -> [TrainingSample] {
      (0..<8).map { index in
        let bytes = (0..<32 * 32 * 3).map {
          UInt8(truncatingIfNeeded: SeedSequence.seed(UInt64(index), "\($0)"))
        }
        let box = CenterBox(cx: 0.3 + 0.05 * Double(index), cy: 0.5, w: 0.3, h: 0.3)
        return TrainingSample(
          image: RGBImage(width: 32, height: 32, pixels: bytes),
          target: Target(classes: [index % 3], boxes: [box]))
      }
    }

    static func detector() -> DETR {
      DETR(
        DETRConfiguration(
          backbone: ResNetConfiguration(
            stemWidth: 4, widths: [2, 2, 4, 4], blockCounts: [1, 1, 1, 1], dilatesLastStage: true),
          width: 16, headCount: 2, hiddenWidth: 16, encoderLayerCount: 1, decoderLayerCount: 2, queryCount: 5,
          classCount: 3), seed: 7)
    }

    static let recipe = TrainingRecipe(
      imageCount: 48, batchSize: 4, rate: 1e-3, backboneRate: 1e-3, decay: 1e-4, clippingNorm: 0.1,
      warmUpSteps: 2, decayShare: 0.3, validationInterval: 4)

    static func loop(_ name: String, stopStep: Int? = nil) -> TrainingLoop {
      let folder = FileManager.default.temporaryDirectory.appending(
        path: "quire-training-\(name)-\(UInt64.random(in: 0 ... .max))")
      try? FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      return TrainingLoop(
        recipe: recipe, stateFile: folder.appending(path: "state.safetensors"), saveInterval: 0,
        stopStep: stopStep, report: { _, _ in })
    }

    @Test(
      "a training that was interrupted ends bit for bit where an uninterrupted one ends",
      arguments: [false, true])
    func resuming(isVaried: Bool) throws {
      let straight = Self.detector()
      let history = try trainDetector(
        straight, Self.samples(), Self.loop("straight"), isVaried: isVaried, seed: 1
      ) { _ in 0.5 }

      let loop = Self.loop("resumed")
      var validations = 0
      #expect(throws: Interruption.self) {
        _ = try trainDetector(Self.detector(), Self.samples(), loop, isVaried: isVaried, seed: 1) { _ in
          validations += 1
          if validations == 2 { throw Interruption() }
          return 0.5
        }
      }
      let resumed = Self.detector()
      let resumedHistory = try trainDetector(resumed, Self.samples(), loop, isVaried: isVaried, seed: 1) {
        _ in
        0.5
      }
      #expect(resumedHistory == history)
      #expect(history.map(\.imagesSeen) == [16, 32, 48])
      for (name, tensor) in straight.state { #expect(resumed.state[name]?.bytes == tensor.bytes, "\(name)") }
    }

    @Test("a training that ends early has the course of the whole one up to there")
    func beginning() throws {
      let whole = try trainDetector(Self.detector(), Self.samples(), Self.loop("whole"), seed: 1) { _ in 0.5 }
      let loop = Self.loop("beginning", stopStep: whole[1].imagesSeen / 4)
      let beginning = try trainDetector(Self.detector(), Self.samples(), loop, seed: 1) { _ in 0.5 }
      #expect(whole.count == 3 && beginning == Array(whole.prefix(2)))
    }

    @Test("pictures that are varied teach something else than pictures that are only flipped")
    func varying() throws {
      let losses = try [false, true].map { isVaried in
        try trainDetector(Self.detector(), Self.samples(), Self.loop("varied"), isVaried: isVaried, seed: 1) {
          _ in 0
        }.map(\.loss)
      }
      #expect(losses[0] != losses[1])
      #expect(losses[1].count == losses[0].count && !losses[1].contains { !$0.isFinite })
    }

    @Test("training changes what it should and leaves stem, first stage and batch norms alone")
    func frozenParts() throws {
      let trained = Self.detector()
      let before = Self.detector().state
      _ = try trainDetector(trained, Self.samples(), Self.loop("frozen"), seed: 1) { _ in 0 }
      var changed = 0
      for (name, tensor) in trained.state {
        let isFrozen =
          name.contains("bn") || name.contains("downsample.1") || name.contains("body.conv1")
          || name.contains("layer1")
        let isSame = try #require(before[name]).bytes == tensor.bytes
        if isFrozen { #expect(isSame, "\(name)") }
        if !isSame { changed += 1 }
      }
      #expect(changed > 60)
    }

    @Test("no tensor is left over after training steps")
    func leaks() async {
      await #expect(processExitsWith: .success) {
        Runtime.setThreadCount(1)
        let detector = TrainingTests.detector()
        let samples = TrainingTests.samples()
        _ = try trainDetector(detector, samples, TrainingTests.loop("leak-warm"), seed: 1) { _ in 0 }
        let before = Runtime.liveTensorCount
        #expect(before > 0)
        _ = try trainDetector(detector, samples, TrainingTests.loop("leak"), seed: 1) { _ in 0 }
        #expect(Runtime.liveTensorCount == before)
      }
    }

    @Test("a loss that is not finite stops the training and tells its parts")
    func nonFinite() throws {
      let detector = Self.detector()
      let weight = try #require(detector.namedParameters.first { $0.name == "class_embed.weight" })
      weight.parameter.value.assign(.full([4, 16], .nan))
      let error = #expect(throws: TrainingError.self) {
        _ = try trainDetector(detector, Self.samples(), Self.loop("nan"), seed: 1) { _ in 0 }
      }
      #expect(error?.description.hasPrefix("step 0: the loss is") == true)
      #expect(error?.description.contains("nan, L1 ") == true)
    }

    @Test("every epoch sees every sample once, in its own order")
    func order() {
      var order = SampleOrder(seed: 5, count: 10, batchSize: 5)
      let epochs = (0..<3).map { epoch in (0..<2).flatMap { order.batch(step: 2 * epoch + $0).map(\.sample) }
      }
      for epoch in epochs { #expect(epoch.sorted() == Array(0..<10)) }
      #expect(epochs[0] != epochs[1] && epochs[1] != epochs[2])
      var late = SampleOrder(seed: 5, count: 10, batchSize: 5)
      #expect(late.batch(step: 5).map(\.sample) == Array(epochs[2][5...]))
    }
  }
}
