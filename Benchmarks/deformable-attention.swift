// Deformable attention fused against its composition by grid_sample: both in turn in every round, on one thread, in
// processor time; medians of the rounds, and of the quotients of each pair.
//
//   QUIRE_BENCHMARKS=1 swift run -c release benchmark-deformable-attention [rounds]
import Foundation
import Torch

Runtime.setThreadCount(1)
let rounds = CommandLine.arguments.dropFirst().compactMap { Int($0) }.first ?? 9

/// Processor time of this process in seconds.
func now() -> Double {
  var time = timespec()
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}

func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }

/// One encoder layer: every cell of four levels attends to sixteen points around itself.
struct Case {
  let name: String
  let images: Int
  let channels: Int
  let extents: [(rows: Int, columns: Int)]

  func run() {
    let cells = extents.reduce(0) { $0 + $1.rows * $1.columns }
    let centers = extents.flatMap { map in
      (0..<map.rows * map.columns).flatMap { cell in
        let x = (Float(cell % map.columns) + 0.5) / Float(map.columns)
        let y = (Float(cell / map.columns) + 0.5) / Float(map.rows)
        return [Float](repeating: x, count: 1) + [y]
      }
    }
    let references = Tensor(centers, shape: [1, cells, 1, 2]).expanded([1, cells, 4, 2]).contiguous()
    let inputs = [
      Tensor.normal([images, cells, 8, channels], seed: 1),
      Tensor.normal([images, cells, 8, 16, 2], seed: 2) * 2,
      Tensor.normal([images, cells, 8, 16], seed: 3),
    ]
    for input in inputs { input.setRequiresGradient(true) }
    func attend(_ form: Tensor.DeformableAttentionForm) -> Tensor {
      inputs[0].deformableAttention(
        references: references, offsets: inputs[1], scores: inputs[2], extents: extents, form: form)
    }
    let forms: [Tensor.DeformableAttentionForm] = [.fused, .composed]
    var forward: [[Double]] = [[], []]
    var both: [[Double]] = [[], []]
    for round in 0...rounds {
      for (place, form) in forms.enumerated() {
        let start = now()
        let output = attend(form)
        let middle = now()
        _ = gradients(of: output.sum(), withRespectTo: inputs)
        // The first round warms up.
        guard round > 0 else { continue }
        forward[place].append((middle - start) * 1000)
        both[place].append((now() - start) * 1000)
      }
    }
    for (label, times) in [("forward", forward), ("forward and backward", both)] {
      let quotient = median(zip(times[1], times[0]).map { $0 / $1 })
      print(
        String(
          format: "%@, %@: fused %.1f ms, composed %.1f ms, %.1f times as fast", name, label,
          median(times[0]),
          median(times[1]), quotient))
    }
  }
}

print("libtorch \(Runtime.version), \(rounds) rounds")
Case(
  name: "small, 32 pictures of 96 × 96", images: 32, channels: 8, extents: [(12, 12), (6, 6), (3, 3), (2, 2)]
).run()
Case(
  name: "published size, a picture of 400 × 533", images: 1, channels: 32,
  extents: [(50, 67), (25, 34), (13, 17), (7, 9)]
).run()
