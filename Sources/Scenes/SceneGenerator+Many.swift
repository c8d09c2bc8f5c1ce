import Dispatch
import Images

extension SceneGenerator {
  /// Several scenes of a split, in order; their bytes do not depend on the number of threads. Processes of one command
  /// compose them once.
  public func scenes(_ split: SceneSplit, _ range: Range<Int>, threads: Int = 1) -> [Scene] {
    let make = { parallel(range, threads: threads) { scene(split, $0) } }
    return SharedScenes()?.scenes(of: self, split, range, orMade: make) ?? make()
  }

  /// What is in several scenes of a split, in order, without the pictures.
  public func objects(_ split: SceneSplit, _ range: Range<Int>, threads: Int = 1) -> [[SceneObject]] {
    // In parts, so that memory stays small, of the size in which detectors take scenes.
    stride(from: range.lowerBound, to: range.upperBound, by: 1000).flatMap { start in
      scenes(split, start..<min(start + 1000, range.upperBound), threads: threads).map(\.objects)
    }
  }

  /// Several crops of a split, in order; their bytes do not depend on the number of threads.
  public func singleObjects(_ split: SceneSplit, _ range: Range<Int>, size: Int = 48, threads: Int = 1)
    -> [ObjectCrop]
  {
    parallel(range, threads: threads) { singleObject(split, $0, size: size) }
  }

  /// `make` of every index; thread t of n makes each n-th one from t on.
  func parallel<Made: Sendable>(
    _ range: Range<Int>, threads: Int, _ make: @Sendable (Int) -> Made
  ) -> [Made] {
    if threads <= 1 || range.count <= 1 { return range.map(make) }
    return [Made](unsafeUninitializedCapacity: range.count) { buffer, count in
      // Each element is written by one thread only.
      nonisolated(unsafe) let start = buffer.baseAddress
      DispatchQueue.concurrentPerform(iterations: threads) { thread in
        for offset in stride(from: thread, to: range.count, by: threads) {
          start?.advanced(by: offset).initialize(to: make(range.lowerBound + offset))
        }
      }
      count = range.count
    }
  }
}
