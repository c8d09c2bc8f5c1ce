// Training steps and forward passes of the small detectors, images per second of processor time on one thread. The peers
// in PyTorch print the same lines.
//
//   QUIRE_BENCHMARKS=1 swift run -c release benchmark-training [kind …]
import Boxes
import Detection
import Experiment
import Foundation
import Images
import NN
import Torch

Runtime.setThreadCount(1)
let batchSize = 32
let stepCount = 12
let named = CommandLine.arguments.dropFirst().compactMap { DetectorKind(rawValue: $0) }

/// Processor time of this process in seconds.
func now() -> Double {
  var time = timespec()
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}

func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }

/// Pictures of noise with two to five objects: contents do not matter to the time.
let samples: [TrainingSample] = (0..<batchSize).map { index in
  var state = UInt64(index) &+ 1
  func random(_ limit: Int) -> Int {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Int(state >> 33) % limit
  }
  let pixels = (0..<96 * 96 * 3).map { _ in UInt8(random(256)) }
  let boxes = (0..<random(4) + 2).map { _ in
    CenterBox(
      cx: 0.2 + Double(random(60)) / 100, cy: 0.2 + Double(random(60)) / 100,
      w: 0.1 + Double(random(30)) / 100,
      h: 0.1 + Double(random(30)) / 100)
  }
  return TrainingSample(
    image: RGBImage(width: 96, height: 96, pixels: pixels),
    target: Target(classes: boxes.map { _ in random(65) }, boxes: boxes))
}

for kind in named.isEmpty ? DetectorKind.allCases : named {
  let detector = makeDetector(kind.configuration(classCount: 65), seed: 1)
  var recipe = kind.recipe
  recipe.imageCount = (stepCount + 2) * batchSize
  recipe.validationInterval = 1
  // A validation after every step takes the time.
  var times: [Double] = []
  var last = now()
  let folder = FileManager.default.temporaryDirectory.appending(path: "quire-benchmark-\(getpid())")
  let loop = TrainingLoop(recipe: recipe, stateFile: folder, report: { _, _ in })
  _ = try trainDetector(detector, samples, loop, seed: 1) { _ in
    let time = now()
    times.append(time - last)
    last = time
    return 0
  }
  let batch = ImageBatch(samples.map(\.image))
  let forward = (0...stepCount).map { _ in
    let start = now()
    _ = withoutGradients { detector(batch) }
    return now() - start
  }
  print(
    String(
      format: "%@: training %.1f images/s, forward %.1f images/s", kind.title,
      Double(batchSize) / median(Array(times.dropFirst(2))),
      Double(batchSize) / median(Array(forward.dropFirst()))))
}
