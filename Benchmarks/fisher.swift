// How fast exact Fisher information and training with quantized weights are, side by side in one run, on one thread, in
// processor time.
//
//   QUIRE_BENCHMARKS=1 swift run -c release benchmark-fisher [images] [rounds] [batch] [passes]
//
// With the word "passes" only the passes for Fisher information run, and lines of name and seconds are printed, which
// peers/fisher.py sets beside PyTorch's.
import Boxes
import Detection
import Experiment
import Fisher
import Foundation
import Images
import NN
import Quantization
import Torch

Runtime.setThreadCount(1)
let arguments = CommandLine.arguments.dropFirst().compactMap { Int($0) }
let imageCount = arguments.first ?? 256
let rounds = arguments.dropFirst().first ?? 3
let batchSize = arguments.dropFirst(2).first ?? 8
let isForPeers = CommandLine.arguments.contains("passes")

/// Pictures of noise with up to six objects: contents do not matter to the time.
let samples: [TrainingSample] = (0..<imageCount).map { index in
  var state = UInt64(index) &+ 1
  func random() -> UInt64 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return state >> 33
  }
  let pixels = (0..<96 * 96 * 3).map { _ in UInt8(truncatingIfNeeded: random()) }
  let count = Int(random() % 6) + 1
  let boxes = (0..<count).map { _ in
    CenterBox(cx: 0.2 + Double(random() % 60) / 100, cy: 0.2 + Double(random() % 60) / 100, w: 0.2, h: 0.2)
  }
  return TrainingSample(
    image: RGBImage(width: 96, height: 96, pixels: pixels),
    target: Target(classes: boxes.map { _ in Int(random() % 65) }, boxes: boxes))
}
let configuration = DetectorKind.detrR50.configuration(classCount: 65)
let detector = makeDetector(configuration, seed: 1)
detector.backbone.freezeForDetection()
let objective = CriticalObjective(classes: [0, 1, 2], classCount: 65)
let loss = configuration.loss

func losses(_ range: Range<Int>, critical: Bool) -> Fisher.ImageLosses {
  let targets = samples[range].map(\.target)
  let output = detector(ImageBatch(samples[range].map(\.image)))
  let pairs = loss.matching(output, targets)
  let own = loss.total(loss.terms(output, targets, pairs, normalization: .perImage))
  guard critical else { return (own, [:]) }
  return (
    own, ["critical": objective.loss(.folded, output, targets, pairs, loss, normalization: .perImage)]
  )
}

/// The resident memory of this process at its highest, in MB.
func peakMemory() -> Int {
  let text = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
  let line = text.split(separator: "\n").first { $0.hasPrefix("VmHWM") } ?? ""
  return (line.split(whereSeparator: { !$0.isNumber }).first.flatMap { Int($0) } ?? 0) / 1024
}

func plainPass() {
  for (_, parameter) in detector.namedParameters { parameter.value.setRequiresGradient(true) }
  for start in stride(from: 0, to: imageCount, by: batchSize) {
    losses(start..<min(start + batchSize, imageCount), critical: false).overall.backward()
    for (_, parameter) in detector.namedParameters { parameter.value.clearGradient() }
  }
  detector.backbone.freezeForDetection()
}

let passes: [(name: String, run: () throws -> Void)] = [
  ("forward and backward", plainPass),
  (
    "Fisher diagonal, batched, one objective",
    {
      _ = try accumulateFisher(of: detector, imageCount: imageCount, batchSize: batchSize) {
        losses($0, critical: false)
      }
    }
  ),
  (
    "Fisher diagonals AA, AF, FF, batched",
    {
      _ = try accumulateFisher(
        of: detector, critical: ["critical"], imageCount: imageCount, batchSize: batchSize
      ) {
        losses($0, critical: true)
      }
    }
  ),
  (
    "Fisher diagonal, one image at a time",
    {
      _ = try accumulateFisher(of: detector, imageCount: imageCount) { losses($0..<$0 + 1, critical: false) }
    }
  ),
]

/// Processor time of this process in seconds.
func now() -> Double {
  var time = timespec()
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}

/// Runs everything in turn, several times, and keeps each one's shortest time: what else the machine does disturbs least.
func times(_ tasks: [(name: String, run: () throws -> Void)]) throws -> [Double] {
  var best = [Double](repeating: .infinity, count: tasks.count)
  for _ in 0..<rounds {
    for (place, task) in tasks.enumerated() {
      let start = now()
      try task.run()
      best[place] = min(best[place], now() - start)
    }
  }
  return best
}

func line(_ name: String, _ number: Double, _ unit: String, _ ratio: Double) {
  print(
    name.padding(toLength: 58, withPad: " ", startingAt: 0), String(format: "%9.2f", number), unit,
    String(format: "%7.2f", ratio))
}

let passTimes = try times(passes)
if isForPeers {
  for (pass, time) in zip(passes, passTimes) { print("\(pass.name)\t\(time)") }
  exit(0)
}
print("DETR-R50 mini, \(imageCount) images of 96 × 96, batches of \(batchSize), 1 thread, best of \(rounds)")
for (pass, time) in zip(passes, passTimes) {
  line(
    pass.name, Double(imageCount) / time, "images/s; time as a multiple of the first:", time / passTimes[0])
}
print("peak memory \(peakMemory()) MB")

// Steps of training.
let names = detector.weightLayers.map(\.name).filter { !$0.contains("embed") }
let bits = Dictionary(uniqueKeysWithValues: names.map { ($0, 4) })
let stepBatch = ImageBatch(samples.prefix(32).map(\.image))
let stepTargets = samples.prefix(32).map(\.target)
func quantizedStep(_ name: String, _ recipe: QATRecipe) throws -> (name: String, run: () throws -> Void) {
  let qat = try QATStep(
    makeDetector(configuration, seed: 1), teacher: makeDetector(configuration, seed: 1), bits: bits,
    objective: objective, recipe: recipe, seed: 1)
  let optimizer = AdamW(qat.parameterGroups)
  return (
    name,
    {
      qat.loss(stepBatch, stepTargets, step: 0).total.backward()
      optimizer.step(clippingNorm: 0.1)
    }
  )
}
func flat(_ kind: FlatnessPenalty.Kind) -> QATRecipe {
  QATRecipe(
    distillation: nil, penalty: FlatnessPenalty(kind, firstWeight: 1e-3, lastWeight: 1e-3, plainShare: 0))
}
let plain = makeDetector(configuration, seed: 1)
plain.backbone.freezeForDetection()
let plainOptimizer = AdamW([
  AdamW.Group(parameters: plain.namedParameters.filter(\.parameter.isTrained), rate: 1e-5, decay: 1e-4)
])
let steps: [(name: String, run: () throws -> Void)] = [
  (
    "floating-point step",
    {
      let output = plain(stepBatch)
      loss.total(loss.terms(output, stepTargets, loss.matching(output, stepTargets))).backward()
      plainOptimizer.step(clippingNorm: 0.1)
    }
  ),
  try quantizedStep("QAT step", QATRecipe(distillation: nil)),
  try quantizedStep("QAT step, scales by magnitude", QATRecipe(scales: .largestMagnitude, distillation: nil)),
  try quantizedStep("QAT step with teacher", QATRecipe()),
  try quantizedStep("QAT step with trace, forward difference", flat(.fisherTrace(.forward()))),
  try quantizedStep("QAT step with trace, central difference", flat(.fisherTrace(.central()))),
  try quantizedStep("QAT step with trace, double backward", flat(.fisherTrace(.exact))),
  try quantizedStep("QAT step with gradient difference", flat(.gradientDifference(step: 0.1))),
]
let stepTimes = try times(steps)
print("a step with trace by forward difference takes \(stepTimes[4] / stepTimes[1]) plain QAT steps")
for (step, time) in zip(steps, stepTimes) {
  line(step.name, time * 1000, "ms; as a multiple of the first:", time / stepTimes[0])
}
print("peak memory \(peakMemory()) MB")
