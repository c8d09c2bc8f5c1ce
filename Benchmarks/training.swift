// Training steps and forward passes of a detector: images per second and peak memory, as one line of JSON. The programs in
// `peers` print the same line for PyTorch; `training.py` runs both in turn.
//
//   QUIRE_BENCHMARKS=1 swift run -c release benchmark-training detr-r50 [--batch 32] [--pixels 96] [--steps 12] [--threads 1]
import Boxes
import Detection
import Foundation
import Images
import NN
import Torch

/// The number after an option.
func option(_ name: String, _ standard: Int) -> Int {
  guard let place = CommandLine.arguments.firstIndex(of: "--" + name) else { return standard }
  guard place + 1 < CommandLine.arguments.count, let number = Int(CommandLine.arguments[place + 1]) else {
    fatalError("--\(name) needs a number")
  }
  return number
}

func configuration(_ kind: String) -> DetectorConfiguration {
  var deep = DETRConfiguration.mini(classCount: 65)
  deep.backbone.blockCounts = [3, 4, 23, 3]
  switch kind {
  case "detr-r50": return .detr(.mini(classCount: 65))
  case "detr-r101": return .detr(deep)
  case "dab-detr-r50": return .dabDETR(.mini(classCount: 65))
  case "deformable-detr-r50": return .deformableDETR(.mini(classCount: 65))
  case "detr-r50-full": return .detr(.full(classCount: 91))
  default:
    fatalError("no detector \(kind): detr-r50, detr-r101, dab-detr-r50, deformable-detr-r50, detr-r50-full")
  }
}

let batchSize = option("batch", 32)
let pixelCount = option("pixels", 96)
let stepCount = option("steps", 12)
let threadCount = option("threads", 1)
Runtime.setThreadCount(threadCount)

/// Seconds: of the processor on one thread, which neighbors on the machine disturb least, else of the clock on the wall.
func now() -> Double {
  var time = timespec()
  clock_gettime(threadCount == 1 ? CLOCK_PROCESS_CPUTIME_ID : CLOCK_MONOTONIC, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}

func note(_ line: String) { FileHandle.standardError.write(Data((line + "\n").utf8)) }

/// The memory that this process has in use.
func residentMegabytes() -> Int {
  let numbers = FileManager.default.contents(atPath: "/proc/self/statm") ?? Data()
  return
    (String(decoding: numbers, as: UTF8.self).split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0)
    / 256
}

func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }

/// Pictures of noise with two to five objects: contents do not matter to the time.
let samples: [TrainingSample] = (0..<batchSize).map { index in
  var state = UInt64(index) &+ 1
  func random(_ limit: Int) -> Int {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Int(state >> 33) % limit
  }
  let pixels = (0..<pixelCount * pixelCount * 3).map { _ in UInt8(random(256)) }
  let boxes = (0..<random(4) + 2).map { _ in
    CenterBox(
      cx: 0.2 + Double(random(60)) / 100, cy: 0.2 + Double(random(60)) / 100,
      w: 0.1 + Double(random(30)) / 100,
      h: 0.1 + Double(random(30)) / 100)
  }
  return TrainingSample(
    image: RGBImage(width: pixelCount, height: pixelCount, pixels: pixels),
    target: Target(classes: boxes.map { _ in random(65) }, boxes: boxes))
}

let kind = CommandLine.arguments.dropFirst().first ?? "detr-r50"
let detector = makeDetector(configuration(kind), seed: 1)
var recipe = TrainingRecipe.mini(imageCount: (stepCount + 2) * batchSize)
recipe.batchSize = batchSize
recipe.validationInterval = 1
// A validation after every step takes the time.
var times: [Double] = []
var last = now()
let folder = FileManager.default.temporaryDirectory.appending(path: "quire-benchmark-\(getpid())")
let loop = TrainingLoop(recipe: recipe, stateFile: folder, report: { _, _ in })
_ = try trainDetector(detector, samples, loop, seed: 1) { _ in
  let time = now()
  times.append(time - last)
  if [200, 1000, 2000].contains(times.count) { note("\(times.count) steps: \(residentMegabytes()) MB") }
  last = now()
  return 0
}
let batch = ImageBatch(samples.map(\.image))
let forward = (0..<stepCount + 2).map { _ in
  let start = now()
  _ = withoutGradients { detector(batch) }
  return now() - start
}
var usage = rusage()
getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
print(
  String(
    format: "{\"training\": %.2f, \"forward\": %.2f, \"peak\": %.1f}",
    Double(batchSize) / median(Array(times.dropFirst(2))),
    Double(batchSize) / median(Array(forward.dropFirst(2))), Double(usage.ru_maxrss) / 1024))
