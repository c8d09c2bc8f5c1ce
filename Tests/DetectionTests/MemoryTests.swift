// Training for hours needs no more memory than training for a minute.
import Detection
import FoundationEssentials
import TestSupport
import Testing
import Torch

extension DetectionTensorTests.TrainingTests {
  @Suite struct MemoryTests {
    @Test(
      "memory stays flat over two thousand training steps",
      .enabled(if: LongTests.areEnabled, Comment(rawValue: LongTests.reason)))
    func flat() async {
      await #expect(processExitsWith: .success) {
        Runtime.setThreadCount(1)
        var recipe = DetectionTensorTests.TrainingTests.recipe
        recipe.imageCount = 2000 * recipe.batchSize
        recipe.validationInterval = 200
        let file = FileManager.default.temporaryDirectory.appending(
          path: "quire-memory-\(UInt64.random(in: 0 ... .max))")
        let loop = TrainingLoop(recipe: recipe, stateFile: file, report: { _, _ in })
        var megabytes: [Double] = []
        _ = try trainDetector(
          DetectionTensorTests.TrainingTests.detector(), DetectionTensorTests.TrainingTests.samples(), loop,
          seed: 1
        ) { _ in
          megabytes.append(Double(ProcessMemory.resident) / 1_048_576)
          return 0
        }
        print("resident megabytes after every 200 steps: \(megabytes.map { Int($0) })")
        #expect(megabytes.count == 10)
        #expect(megabytes[9] < megabytes[0] + 5)
        #expect(megabytes[9] < megabytes[4] + 2)
      }
    }
  }
}
