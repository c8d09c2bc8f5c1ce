import Artifacts
import Foundation
import Synchronization
import Testing

/// A step that is busy as long as a closure wants.
private struct Busy: Step {
  static let name = "busy"
  static let version = 1
  static let sources: [String] = []
  static let determinism = Determinism.exact
  var title: String { "busy \(number)" }
  let number: Int
  var data: Artifact<[Int]>?
  let meddle: Meddler

  func run(_ context: StepContext) throws -> Int {
    try meddle.act()
    return try number + (data?.value.count ?? 0)
  }
}

/// How many steps are busy, and were at most.
private final class Running: Sendable {
  private let counts = Mutex((now: 0, most: 0))

  var most: Int { counts.withLock { $0.most } }

  func begin() { counts.withLock { $0 = ($0.now + 1, max($0.most, $0.now + 1)) } }

  func end() { counts.withLock { $0.now -= 1 } }
}

/// Calls a closure until it says yes.
private func wait(until isSo: () throws -> Bool) throws {
  for _ in 0..<1000 {
    if try isSo() { return }
    Thread.sleep(forTimeInterval: 0.01)
  }
  Issue.record("what was waited for did not come in ten seconds")
}

@Suite(.timeLimit(.minutes(1)))
struct StepsAtOnceTests {
  let project: ScratchProject

  init() throws {
    project = try ScratchProject()
  }

  @Test("as many steps compute at once as may, in however many processes", arguments: [2, nil])
  func bound(count: Int?) async throws {
    let (processes, expected) = (5, count ?? 5)
    let running = Running()
    let values = try await withThrowingTaskGroup(of: Int.self) { group in
      for number in 0..<processes {
        group.addTask {
          try await onThread {
            let busy = Busy(
              number: number,
              meddle: Meddler {
                running.begin()
                try wait { running.most >= expected }
                Thread.sleep(forTimeInterval: 0.02)
                running.end()
              })
            return try Artifact(busy, in: project.store { $0.stepsAtOnce = count }).value
          }
        }
      }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(values.sorted() == Array(0..<processes))
    #expect(running.most == expected)
  }

  @Test("who waits for the step of another process lets that one compute")
  func nested() async throws {
    let first = project.store()
    _ = try Artifact(Train(data: Artifact(Count(limit: 3), in: first)), in: first).value
    let key = try Artifact(Count(limit: 3), in: first).key()
    // The committed training remembers what stands for its data, so that the data are first computed where they are read.
    try FileManager.default.removeItem(at: project.root.appending(path: ".quire"))
    let lock = project.root.appending(path: ".quire/locks/count/\(key)")
    let running = Running()
    async let outer = onThread {
      let store = project.store { $0.stepsAtOnce = 1 }
      let meddle = Meddler {
        running.begin()
        try wait { try FileLock(ifFree: lock) == nil }
      }
      return try Artifact(
        Busy(number: 4, data: Artifact(Count(limit: 3), in: store), meddle: meddle), in: store
      )
      .value
    }
    async let inner = onThread {
      try wait { running.most == 1 }
      return try Artifact(Count(limit: 3), in: project.store { $0.stepsAtOnce = 1 }).value
    }
    let (sum, numbers) = try await (outer, inner)
    #expect(sum == 7)
    #expect(numbers == [1, 2, 3])
    #expect(project.said().contains { $0.hasPrefix("wait  count to 3") })
  }
}

/// A closure on a thread of its own: steps block the one they run on.
private func onThread<Result: Sendable>(_ body: @escaping @Sendable () throws -> Result) async throws
  -> Result
{
  try await withCheckedThrowingContinuation { continuation in
    Thread { continuation.resume(with: Swift.Result { try body() }) }.start()
  }
}
