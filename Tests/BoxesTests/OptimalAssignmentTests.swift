import Boxes
import FoundationEssentials
import TestSupport
import Testing

@Suite("Optimal assignment")
struct OptimalAssignmentTests {
  struct Case: Decodable {
    var rows: Int
    var columns: Int
    var cost: [Double]
    var rowIndex: [Int]
    var columnIndex: [Int]
    var total: Double
    var hasTies: Bool
  }

  private static func total(_ pairs: [(row: Int, column: Int)], _ cost: [Double], _ columns: Int) -> Double {
    pairs.reduce(0) { $0 + cost[$1.row * columns + $1.column] }
  }

  /// Whether rows ascend, no column repeats, and the shorter side is used up.
  private static func isComplete(_ pairs: [(row: Int, column: Int)], _ rows: Int, _ columns: Int) -> Bool {
    pairs.count == min(rows, columns) && Set(pairs.map(\.column)).count == pairs.count
      && zip(pairs, pairs.dropFirst()).allSatisfy { $0.row < $1.row }
      && pairs.allSatisfy { (0..<rows).contains($0.row) && (0..<columns).contains($0.column) }
  }

  @Test("the total and, without ties, the pairs equal the reference solver's")
  func reference() throws {
    let cases = try JSONDecoder().decode([Case].self, from: Fixtures.data("boxes/assignment.json"))
    #expect(cases.count == 20)
    for one in cases {
      let found = optimalAssignment(costs: one.cost, rows: one.rows, columns: one.columns)
      #expect(Self.isComplete(found, one.rows, one.columns))
      #expect(isClose(Self.total(found, one.cost, one.columns), one.total, relative: 1e-12))
      if !one.hasTies {
        #expect(found.map(\.row) == one.rowIndex)
        #expect(found.map(\.column) == one.columnIndex)
      }
    }
  }

  /// The smallest total over all complete assignments, by trying each.
  private static func bruteForce(_ cost: [Double], _ rows: Int, _ columns: Int) -> Double {
    if rows > columns {
      let turned = (0..<columns).flatMap { column in (0..<rows).map { cost[$0 * columns + column] } }
      return bruteForce(turned, columns, rows)
    }
    func best(_ row: Int, _ used: Set<Int>) -> Double {
      if row == rows { return 0 }
      return (0..<columns).filter { !used.contains($0) }
        .map { cost[row * columns + $0] + best(row + 1, used.union([$0])) }.min() ?? .infinity
    }
    return best(0, [])
  }

  @Test("no other assignment is cheaper, on small matrices with and without ties", arguments: 1...60)
  func againstBruteForce(seed: UInt64) {
    var state = seed
    func next() -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return state >> 33
    }
    let rows = Int(next() % 6) + 1
    let columns = Int(next() % 6) + 1
    let levels: UInt64 = seed % 2 == 0 ? 3 : 1_000_000
    let cost = (0..<(rows * columns)).map { _ in Double(next() % levels) - Double(levels / 2) }
    let found = optimalAssignment(costs: cost, rows: rows, columns: columns)
    #expect(Self.isComplete(found, rows, columns))
    #expect(Self.total(found, cost, columns) == Self.bruteForce(cost, rows, columns))
    let single = optimalAssignment(costs: cost.map(Float.init), rows: rows, columns: columns)
    #expect(single.map(\.column) == found.map(\.column) && single.map(\.row) == found.map(\.row))
  }

  @Test(
    "a cost that is no finite number is avoided where it can be",
    arguments: [Float.nan, .infinity, -.infinity])
  func notFinite(bad: Float) {
    let avoidable = optimalAssignment(costs: [bad, 900, 1, bad, 5, 2], rows: 3, columns: 2)
    #expect(avoidable.map(\.row) == [1, 2] && avoidable.map(\.column) == [0, 1])
    // Row 0 has no good column, so one bad pair is needed; a second would be one too many.
    let needed = optimalAssignment(costs: [bad, bad, 1, 1000], rows: 2, columns: 2)
    #expect(needed.map(\.column) == [1, 0])
    let hopeless = optimalAssignment(costs: [bad, bad, bad, bad], rows: 2, columns: 2)
    #expect(Self.isComplete(hopeless, 2, 2))
  }

  @Test("fewest bad pairs win over any saving of finite costs")
  func fewestBadPairs() {
    // Taking the -1e6 forces a bad pair; the complete finite assignment costs 2e6.
    let pairs = optimalAssignment(costs: [-1e6, 1e6, 1e6, .nan], rows: 2, columns: 2)
    #expect(pairs.map(\.column) == [1, 0])
  }

  @Test("an empty side gives no pairs, and equal costs give the same pairs each time")
  func edges() {
    #expect(optimalAssignment(costs: [Float](), rows: 0, columns: 4).isEmpty)
    #expect(optimalAssignment(costs: [Double](), rows: 3, columns: 0).isEmpty)
    let equal = [Float](repeating: 1, count: 25 * 8)
    let first = optimalAssignment(costs: equal, rows: 25, columns: 8)
    #expect(Self.isComplete(first, 25, 8))
    #expect(first.map(\.row) == Array(0..<8))
  }

  @Test("a matrix of another size stops the program")
  func trap() async {
    await #expect(processExitsWith: .failure) {
      _ = optimalAssignment(costs: [Float(1), 2, 3], rows: 2, columns: 2)
    }
  }
}
