// Average precision of sets of categories under weights of images, many times over.
import Dispatch

/// What is accumulated again for each weighting of images.
struct SetPrecision {
  /// The positions, among the categories used, of each set's categories that have objects.
  let members: [[Int]]
  private var plan: ResamplingPlan
  private let thresholds: Range<Int>

  /// Prepares sets for one evaluation, or for two of the same data side by side.
  init(
    _ evaluations: [BoxEvaluation], _ sets: [CategorySet], at criterion: OverlapCriterion, size: ObjectSize
  ) {
    let first = evaluations[0]
    let used = Array(Set(sets.flatMap { first.indices(of: $0.ids) })).sorted()
    let places = Dictionary(uniqueKeysWithValues: used.enumerated().map { ($1, $0) })
    members = sets.map { set in
      first.indices(of: set.ids)
        .filter { first.objectCounts[$0 * BoxEvaluation.sizeCount + size.rawValue] > 0 }
        .compactMap { places[$0] }
    }
    plan = ResamplingPlan(evaluations.map(\.matches), categories: used, size: size)
    thresholds = criterion.indices
  }

  /// The precision of each set, -1 where none of its categories has an object, and how many categories lack one.
  mutating func values(
    weights: [Int32], objectWeights: [Int32]
  ) -> (precisions: [Double], leftOut: [Int]) {
    let precisions = plan.averagePrecisions(
      weights: weights, objectWeights: objectWeights, thresholds: thresholds)
    var (values, leftOut): ([Double], [Int]) = ([], [])
    for places in members {
      let present = places.map { precisions[$0] }.filter { $0 >= 0 }
      values.append(present.isEmpty ? -1 : present.reduce(0, +) / Double(present.count))
      leftOut.append(places.count - present.count)
    }
    return (values, leftOut)
  }

  /// `body` of every number below `count`, in order. Each of the threads has its own copy of the scratch memory, so the
  /// results do not depend on how many there are.
  func map<Result: Sendable>(
    _ count: Int, threads: Int, _ body: @Sendable (Int, inout SetPrecision) -> Result
  ) -> [Result] {
    var own = self
    if threads <= 1 || count <= 1 { return (0..<count).map { body($0, &own) } }
    return [Result](unsafeUninitializedCapacity: count) { buffer, initialized in
      // Each element is written by one thread only.
      nonisolated(unsafe) let start = buffer.baseAddress
      DispatchQueue.concurrentPerform(iterations: threads) { thread in
        var own = self
        for index in stride(from: thread, to: count, by: threads) {
          start?.advanced(by: index).initialize(to: body(index, &own))
        }
      }
      initialized = count
    }
  }
}
