// Local search against all assignments.
import Allocation
import Fisher
import TestSupport
import Testing

extension FisherTests {
  @Suite struct QuadraticSearchTests {
    /// Searches a problem of four free layers and one fixed one.
    /// - Returns: the predicted rise of what was found, and that of the best of all assignments within the budget.
    private static func search(seed: UInt64) throws -> (found: Double, best: Double) {
      var state = seed
      func random() -> Double {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Double(state >> 11) / Double(1 << 53) - 0.5
      }
      let bits = [3, 4, 6]
      let names = ["a", "b", "c", "d", "e"]
      let sizes = [4, 8, 16, 8, 4]
      // Images see a common direction, so that layers matter to each other.
      let images = (0..<12).map { _ in
        let common = random()
        return names.map { _ in
          let own = random() + 2 * common
          return bits.map { own * 8 / Double(1 << $0) + random() / 10 }
        }
      }
      let projections = GradientProjections(layerNames: names, bits: bits, overall: images, critical: [:])
      let problem = AllocationProblem(
        bits: bits,
        layers: zip(names, sizes).map { .init(name: $0, weights: $1, cost: [3, 2, 1]) }, fixed: ["e": 6])
      let budget = problem.budgetBits(averageBits: 4.2)
      let start = ["a": 3, "b": 3, "c": 3, "d": 3, "e": 6]
      let found = try projections.refined(start, problem: problem, budgetBits: budget, objective: .overall)
      func rise(_ assignment: [String: Int]) throws -> Double {
        try projections.predictedRise(assignment, objective: .overall).fullSecondOrder
      }
      #expect(found["e"] == 6)
      #expect(problem.usedBits(layerBits: names.map { found[$0] ?? 0 }) <= budget)
      #expect(try rise(found) < rise(start) / 3, "three bits for all is 3.5 to 4.2 times as bad as the best")
      var best = Double.infinity
      for code in 0..<81 {
        var assignment = ["e": 6]
        for (place, name) in names.dropLast().enumerated() {
          assignment[name] = bits[code / [1, 3, 9, 27][place] % 3]
        }
        guard problem.usedBits(layerBits: names.map { assignment[$0] ?? 0 }) <= budget else { continue }
        best = min(best, try rise(assignment))
      }
      return (try rise(found), best)
    }

    /// In these problems the next best assignment is worse by 0.3 to 14 %, and the same search written in Python ends
    /// at the best in all twenty. A local search promises no such thing, so two may end elsewhere, within 5 %.
    @Test(
      "the search never leaves the budget, never gets worse, and nearly always ends at the best of all assignments"
    )
    func againstEnumeration() throws {
      var met = 0
      for seed in 1...20 {
        let (found, best) = try Self.search(seed: UInt64(seed))
        #expect(found <= 1.05 * best && found >= best * (1 - 1e-12), "seed \(seed): \(found) and \(best)")
        met += isClose(found, best, relative: 1e-9) ? 1 : 0
      }
      #expect(met >= 18, "\(met) of 20")
    }

    @Test("what does not fit together is refused")
    func refusals() throws {
      let projections = GradientProjections(layerNames: ["a"], bits: [4], overall: [[[1]]], critical: [:])
      let problem = AllocationProblem(bits: [3, 4], layers: [.init(name: "a", weights: 4, cost: [1, 0])])
      #expect(throws: FisherError.self) {
        try projections.refined(["a": 3], problem: problem, budgetBits: 16, objective: .overall)
      }
    }
  }
}
