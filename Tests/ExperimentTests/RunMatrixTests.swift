// The trainings that the report names are those whose weights are committed.
import Artifacts
import Authoring
import Experiment
import Foundation
import TestSupport
import Testing

/// Whether the store of this process is that of the checkout: the matrix names its trainings by steps of that store.
private let isInCheckout: Bool = {
  let root = try? projectRoot(
    environment: ProcessInfo.processInfo.environment, from: FileManager.default.currentDirectoryPath)
  return root?.resolvingSymlinksInPath().path == Fixtures.root.path
}()

@Suite("Trainings and committed weights") struct RunMatrixTests {
  private struct Row {
    let name: String
    let task: String
    let runs: Int
    let minutes: Double
  }

  /// The rows of the committed table.
  private func rows() throws -> [Row] {
    try CommittedTable("tbl-runs").table.rows.map { row in
      guard row.count == 6, case .text(let name) = row[0], case .text(let task) = row[1],
        case .number(let runs) = row[2], case .number(let minutes) = row[5]
      else {
        throw CocoaError(.coderValueNotFound, userInfo: [NSLocalizedDescriptionKey: "\(row)"])
      }
      return Row(name: name, task: task, runs: Int(runs.value), minutes: minutes.value)
    }
  }

  /// The traces of a step's committed results.
  private func traces(_ step: String) throws -> [Trace] {
    let folder = Fixtures.root.appending(path: "Results/artifacts/\(step)")
    return try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
      .filter { $0.hasSuffix(".trace.json") }
      .map { try CanonicalJSON.decode(Trace.self, from: try Data(contentsOf: folder.appending(path: $0))) }
  }

  /// The step that makes the weights of a row.
  private func step(_ row: Row) -> String {
    row.name.hasPrefix("backbone of ") ? "pretrain" : row.name.contains(" QAT") ? "qat" : "train"
  }

  @Test(
    "the runs of the table are as many as the committed weights, and took what their traces say",
    arguments: ["pretrain", "train", "qat"])
  func weights(_ name: String) throws {
    let traces = try traces(name)
    let rows = try rows().filter { step($0) == name }
    let (runs, minutes) = (rows.reduce(0) { $0 + $1.runs }, rows.reduce(0) { $0 + $1.minutes })
    #expect(runs > 0 && runs == traces.count)
    #expect(traces.allSatisfy { $0.parts.step == name })
    let seconds = traces.reduce(0) { $0 + $1.costSeconds }
    #expect(isClose(minutes, seconds / 60, relative: 1e-9))
  }

  @Test(
    "the table has the rows of the matrix, so that every training it names is there",
    .enabled(if: isInCheckout, "the tests do not run in the checkout"))
  func matrix() throws {
    let matrix = RunMatrix(Notebook(environment: [:]))
    let rows = try rows()
    #expect(matrix.runs.map(\.name) == rows.map(\.name))
    #expect(matrix.runs.map(\.task) == rows.map(\.task))
    #expect(matrix.runs.map(\.count) == rows.map(\.runs))
    #expect(matrix.count == rows.map(\.runs).reduce(0, +))
  }
}
