// The committed tables of the report say the same where they say it twice: differences, means, and rows of other tables.
import Artifacts
import Authoring
import Foundation
import TestSupport
import Testing

/// A committed table, asked by the words of its rows and the titles of its columns.
struct CommittedTable {
  let table: Table

  /// A table by its label.
  init(_ label: String) throws {
    let folder = Fixtures.root.appending(path: "Results/records")
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
    let lines = try names.flatMap {
      try Data(contentsOf: folder.appending(path: $0)).split(separator: UInt8(ascii: "\n"))
    }
    let records = lines.compactMap { try? CanonicalJSON.decode(Record.self, from: $0) }
    guard case .table(let recorded)? = records.first(where: { $0.name == label })?.payload else {
      throw CocoaError(.fileNoSuchFile, userInfo: [NSFilePathErrorKey: label])
    }
    table = recorded.table
  }

  /// The number in the only row whose first cells are these words, under a title.
  func number(_ words: [String], _ title: String) throws -> Double {
    let rows = table.rows.filter { Array($0.prefix(words.count)) == words.map { .text($0) } }
    #expect(rows.count == 1, "\(words)")
    let column = try #require(table.columns.firstIndex { $0.title == title }, "\(title)")
    guard case .number(let estimate)? = rows.first?[column] else {
      throw CocoaError(.coderValueNotFound, userInfo: [NSLocalizedDescriptionKey: "\(words), \(title)"])
    }
    return estimate.value
  }

  func number(_ row: String, _ title: String) throws -> Double { try number([row], title) }
}

private let groups = ["person", "animal", "indoor"]

@Suite("The committed tables agree with each other") struct CommittedTablesTests {
  /// What the objective of a group gains for it over the overall one, and over the best of other groups and of none.
  private func ownGains(_ group: String, _ number: (String, String) throws -> Double) throws -> [Double] {
    let own = try number("Fisher-critical (\(group))", group)
    let others = try groups.filter { $0 != group }.map { try number("Fisher-critical (\($0))", group) }
    let none = try number("no category", group)
    return [own - (try number("Fisher-overall", group)), own - (others + [none]).reduce(-1, max)]
  }

  @Test("losses of seeds are differences, and the last row is the mean")
  func seeds() throws {
    let table = try CommittedTable("tbl-seeds")
    let seeds = ["1", "2", "3"]
    for row in seeds + ["mean"] {
      let loss = try table.number(row, "AP") - table.number(row, "AP, 4 bits")
      #expect(abs(loss - (try table.number(row, "Loss"))) < 1e-12)
    }
    for title in ["AP", "AP, 4 bits", "Loss"] + groups.map({ "\($0), excess" }) {
      let mean = try seeds.map { try table.number($0, title) }.reduce(0, +) / 3
      #expect(abs(mean - (try table.number("mean", title))) < 1e-12)
    }
  }

  @Test("gains in the mean are the mean of those of the seeds, that of the overall objective too")
  func meanGains() throws {
    let table = try CommittedTable("tbl-seed-gains")
    for case .text(let name) in table.table.rows.compactMap(\.first) {
      let mean = try (1...3).map { try table.number(name, "seed \($0)") }.reduce(0, +) / 3
      #expect(abs(mean - (try table.number(name, "mean"))) < 1e-12, "\(name)")
    }
    #expect(table.table.rows.count == 2 + 2 * groups.count)
  }

  @Test("gains of the first seed and of the other detectors follow from the rows of mixed precision")
  func gains() throws {
    let (mixed, controls) = (try CommittedTable("tbl-mixed-precision"), try CommittedTable("tbl-controls"))
    let (ofSeeds, ofDetectors) = (
      try CommittedTable("tbl-seed-gains"), try CommittedTable("tbl-detector-gains")
    )
    let rows = try CommittedTable("tbl-detector-rows")
    for group in groups {
      let names = ["\(group), own over overall", "\(group), own over others"]
      let first = try ownGains(group) { row, title in
        try (row == "no category" ? controls : mixed).number(row, title)
      }
      for (name, gain) in zip(names, first) {
        #expect(abs(gain - (try ofSeeds.number(name, "seed 1"))) < 1e-12)
        #expect(abs(gain - (try ofDetectors.number(name, "DETR-R50"))) < 1e-12)
      }
      for detector in ["DETR-R101", "DAB-DETR-R50", "Deformable-DETR-R50"] {
        let gains = try ownGains(group) { try rows.number([detector, $0], $1) }
        for (name, gain) in zip(names, gains) {
          #expect(abs(gain - (try ofDetectors.number(name, detector))) < 1e-12)
        }
      }
    }
  }

  @Test(
    "rows of four bits are the same among controls and among sizes, and no row is larger than the uniform one"
  )
  func sizes() throws {
    let (controls, sizes) = (try CommittedTable("tbl-controls"), try CommittedTable("tbl-sizes"))
    for title in ["Weight bytes", "AP"] + groups {
      for row in [
        "Uniform", "random, mean of 20", "Hessian trace", "Fisher-overall", "weighted classes (person)",
      ] {
        #expect(try controls.number(row, title) == sizes.number(["4.0", row], title))
      }
    }
    for row in sizes.table.rows {
      guard case .text(let bits) = row[0], case .number(let bytes) = row[2] else {
        Issue.record("a row of other cells")
        continue
      }
      #expect(bytes.value <= (try sizes.number([bits, "Uniform"], "Weight bytes")))
    }
  }

  @Test("what a penalty changes is the difference of two rows of training")
  func penalties() throws {
    let table = try CommittedTable("tbl-penalties")
    let tasks = [
      ("detection", "tbl-qat", ["person", "animal"]), ("panoptic", "tbl-qat-panoptic", ["person", "ground"]),
      ("garments", "tbl-qat-garments", ["tops", "footwear"]),
    ]
    for (task, label, penalized) in tasks {
      let trained = try CommittedTable(label)
      for group in penalized {
        for (title, scored) in [("gain, group", group), ("gain, all", "AP")] {
          let gain =
            try trained.number("Fisher-trace QAT for \(group), 3 seeds", scored)
            - trained.number("plain QAT, 3 seeds", scored)
          #expect(abs(gain - (try table.number([task, group], title))) < 1e-12)
        }
      }
    }
  }

  @Test("every training of the matrix has its scenes and its minutes")
  func runs() throws {
    let table = try CommittedTable("tbl-runs").table
    let names = table.columns.map(\.title)
    #expect(names == ["Training", "Task", "Runs", "Scenes each", "Longest", "All"])
    for row in table.rows {
      for cell in row[2...] {
        guard case .number(let number) = cell else {
          Issue.record("\(row)")
          continue
        }
        #expect(number.value > 0)
      }
      guard case .number(let runs) = row[2], case .number(let longest) = row[4],
        case .number(let all) = row[5]
      else { continue }
      #expect(all.value >= longest.value && all.value <= runs.value * longest.value * 1.000001)
    }
  }
}
