// A run is killed at random moments: the store stays sound, and the run that goes on ends as one that was never disturbed.
import Artifacts
import Foundation
import TestSupport
import Testing

@Suite(.enabled(if: ToyProject.isThere, ToyProject.reason))
struct KillTests {
  static let links = 40

  /// Kills runs of fresh projects at random moments.
  /// - Parameters:
  ///   - rounds: how many projects.
  ///   - kills: how many kills of each.
  ///   - seed: of the moments, in parts of the time that an undisturbed run takes.
  func kill(rounds: Int, kills: Int, seed: UInt64) async throws {
    var random = FuzzRandom(state: seed)
    let undisturbed = try ToyProject(chain: Self.links)
    let start = ContinuousClock.now
    let first = try undisturbed.quire("run", "--quiet")
    try #require(first.code == 0, "\(first.messages)")
    let (seconds, fraction) = (ContinuousClock.now - start).components
    let milliseconds = Int(seconds) * 1000 + Int(fraction / 1_000_000_000_000_000)
    let expected = try undisturbed.committed()
    for round in 0..<rounds {
      let project = try ToyProject(chain: Self.links)
      var moments: [Int] = []
      var story: String { "seed \(seed), round \(round), killed after \(moments) of \(milliseconds) ms" }
      for _ in 0..<kills {
        let (process, _, _) = try project.start(["run", "--quiet"])
        moments.append(random.below(max(1, milliseconds) + 1))
        try await Task.sleep(for: .milliseconds(moments.last ?? 0))
        Self.killAll(process.processIdentifier)
        process.waitUntilExit()
        try expectSound(project, story)
      }
      let last = try project.quire("run", "--quiet")
      #expect(last.code == 0, "\(last.messages)\(story)")
      _ = try project.quire("figures")
      let gc = try project.quire("gc")  // removes what the kills left half-written
      #expect(gc.code == 0, "\(gc.messages)\(story)")
      let found = try project.committed()
      for name in Set(expected.keys).union(found.keys).sorted() {
        #expect(found[name] == expected[name], "\(name), \(story)")
      }
    }
  }

  /// Kills a process and those it started.
  static func killAll(_ process: Int32) {
    let children = children(of: process)
    Foundation.kill(process, SIGKILL)
    for child in children { Foundation.kill(child, SIGKILL) }
  }

  /// The processes that a process started. Not every kernel lists them in one place.
  static func children(of parent: Int32) -> [Int32] {
    let all = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    return all.compactMap { Int32($0) }.filter { process in
      let stat = (try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)) ?? ""
      // The name stands in parentheses and may hold anything; state and parent follow.
      let fields = stat.split(separator: ")").last?.split(separator: " ") ?? []
      return fields.count > 1 && Int32(fields[1]) == parent
    }
  }

  @Test("a notebook listens to the signals that end programs")
  func signals() throws {
    let project = try ToyProject(chain: Self.links)
    let (process, _, _) = try project.start(["run", "--quiet"])
    defer { process.waitUntilExit() }
    var blocked: UInt64?
    while blocked == nil, process.isRunning {
      for child in Self.children(of: process.processIdentifier) {
        let status = (try? String(contentsOfFile: "/proc/\(child)/status", encoding: .utf8)) ?? ""
        // Before it is the notebook, a new process is a copy of the one that made it.
        guard status.hasPrefix("Name:\t01-toy\n"),
          let line = status.split(separator: "\n").first(where: { $0.hasPrefix("SigBlk:") })
        else { continue }
        blocked = line.split(separator: "\t").last.flatMap { UInt64($0, radix: 16) }
      }
      // Suites beside this one block the threads that tasks would wake up on.
      usleep(1000)
    }
    let mask = try #require(blocked)
    for signal in [SIGINT, SIGTERM, SIGHUP] { #expect(mask & (1 << UInt64(signal - 1)) == 0, "\(signal)") }
  }

  @Test(
    "a notebook ends soon after the command that started it was killed",
    .enabled(if: LongTests.areEnabled, Comment(rawValue: LongTests.reason)))
  func orphan() throws {
    let project = try ToyProject(chain: 4000)  // at least twelve seconds
    let (process, _, _) = try project.start(["run", "--quiet"])
    var notebook: Int32?
    while notebook == nil, process.isRunning {
      notebook = Self.children(of: process.processIdentifier).first { Self.name(of: $0) == "01-toy" }
      usleep(5000)
    }
    let child = try #require(notebook)
    usleep(200_000)
    Foundation.kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
    let start = ContinuousClock.now
    while Self.name(of: child) != nil, ContinuousClock.now - start < .seconds(8) {
      usleep(50_000)
    }
    #expect(Self.name(of: child) == nil)
    Foundation.kill(child, SIGKILL)
  }

  /// The name of a process that runs; nothing if there is none, or only what its parent has not asked about yet.
  private static func name(of process: Int32) -> String? {
    let stat = (try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)) ?? ""
    guard let open = stat.firstIndex(of: "("), let close = stat.lastIndex(of: ")") else { return nil }
    return stat[close...].hasPrefix(") Z") ? nil : String(stat[stat.index(after: open)..<close])
  }

  /// Every trace has its result, whole; every file of records can be read.
  private func expectSound(_ project: ToyProject, _ story: String) throws {
    for folder in [".quire/store", "Results/artifacts"] {
      let layer = StoreLayer(
        folder: project.root.appending(path: folder), nameLength: folder == ".quire/store" ? 64 : 12)
      for entry in layer.entries {
        guard let trace = entry.trace else {
          #expect(
            entry.files.allSatisfy { !$0.hasSuffix(".trace.json") },
            "\(entry.name) has a damaged trace, \(story)")
          continue
        }
        guard case .found = layer.lookup(step: trace.parts.step, key: trace.key) else {
          Issue.record("\(entry.name) has a trace and no sound result, \(story)")
          continue
        }
      }
    }
    let list = try project.quire("list")
    #expect(list.code == 0, "\(list.messages)\(story)")
  }

  @Test("killed a few times")
  func few() async throws { try await kill(rounds: 1, kills: 4, seed: 1) }

  @Test(
    "killed at 200 random moments",
    .enabled(if: LongTests.areEnabled, Comment(rawValue: LongTests.reason)))
  func many() async throws { try await kill(rounds: 20, kills: 10, seed: 2) }
}
