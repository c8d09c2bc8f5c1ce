import Allocation
import FoundationEssentials
import Testing

@Suite("Problems of allocation")
struct AllocationProblemTests {
  private static func layer(_ name: String, _ weights: Int, _ cost: [Double]) -> AllocationProblem.Layer {
    .init(name: name, weights: weights, cost: cost)
  }

  @Test("fixed layers keep their bits and count in the budget")
  func fixed() throws {
    let problem = AllocationProblem(
      bits: [2, 4],
      layers: [Self.layer("a", 10, [5, 1]), Self.layer("head", 100, []), Self.layer("b", 10, [3, 1])],
      fixed: ["head": 8])
    let table = try AllocationTable(problem)
    #expect(table.minimumBits == 840 && table.maximumBits == 880)
    let found = try table.allocation(budgetBits: 879)
    #expect(found.bits == ["a": 4, "head": 8, "b": 2] && found.layerBits == [4, 8, 2])
    #expect(found.objective == 4 && found.usedBits == 860 && found.usedBytes == 108)
    #expect(found.averageBits == 860.0 / 120.0)
    #expect(throws: AllocationError.budgetTooSmall(budgetBits: 839, minimumBits: 840)) {
      try table.allocation(budgetBits: 839)
    }
  }

  @Test("sizes that add up to more than a number holds are refused where the file is read")
  func sums() {
    let layer = #"{"name": "NAME", "weights": 5000000000000000000, "cost": [1, 0]}"#
    let layers = ["a", "b"].map { layer.replacing("NAME", with: $0) }.joined(separator: ", ")
    #expect(throws: AllocationError.self) {
      try AllocationProblem(
        json: Data(#"{"bits": [2, 4], "layers": [\#(layers)]}"#.utf8), named: "costs.json")
    }
  }

  @Test("tied layers get the same bits by their summed costs")
  func tied() throws {
    let layers = [
      Self.layer("a", 10, [5, 1]), Self.layer("b", 10, [4.5, 1]), Self.layer("c", 10, [3, 2]),
      Self.layer("d", 10, [0, 0.5]),
    ]
    let free = try AllocationTable(AllocationProblem(bits: [2, 4], layers: layers)).allocation(
      budgetBits: 120)
    #expect(free.layerBits == [4, 4, 2, 2])
    let problem = AllocationProblem(bits: [2, 4], layers: layers, tied: [["a", "d"]])
    let tied = try AllocationTable(problem)
    #expect(try tied.allocation(budgetBits: 119).layerBits == [2, 4, 2, 2])
    #expect(try tied.allocation(budgetBits: 120).layerBits == [2, 4, 4, 2])
    #expect(try tied.allocation(budgetBits: 140).layerBits == [4, 4, 2, 4])
    #expect(try tied.allocation(budgetBits: 140).objective == 1 + 0.5 + 1 + 3)
  }

  @Test("no layer, one layer, one width and only fixed layers have answers")
  func edges() throws {
    let nothing = try AllocationTable(AllocationProblem(bits: [], layers: [])).allocation(averageBits: 4)
    #expect(
      nothing.bits.isEmpty && nothing.usedBits == 0 && nothing.averageBits == 0 && nothing.objective == 0)
    let one = AllocationProblem(bits: [3, 8], layers: [Self.layer("a", 7, [2, 1])])
    #expect(try AllocationTable(one).allocation(averageBits: 8).bits == ["a": 8])
    #expect(try AllocationTable(one).allocation(averageBits: 7.99).bits == ["a": 3])
    #expect(try AllocationTable(one).allocation(averageBits: .infinity).bits == ["a": 8])
    let width = AllocationProblem(bits: [4], layers: [Self.layer("a", 7, [2])])
    #expect(try AllocationTable(width).paretoFront.map(\.usedBits) == [28])
    let fixed = AllocationProblem(bits: [], layers: [Self.layer("a", 7, [])], fixed: ["a": 8])
    #expect(try AllocationTable(fixed).allocation(budgetBits: 56).bits == ["a": 8])
  }

  @Test("an average that is a decimal fraction is not missed by rounding")
  func decimalAverage() throws {
    let problem = AllocationProblem(
      bits: [1, 2], layers: [Self.layer("a", 13, [2, 1]), Self.layer("b", 87, [1, 0.5])])
    let average = 1.13
    #expect(average * 100 < 113)
    #expect(try AllocationTable(problem).allocation(averageBits: average).bits == ["a": 2, "b": 1])
  }

  @Test("costs that do not fall with the bits are allowed, and the budget may stay unused")
  func notMonotone() throws {
    let problem = AllocationProblem(bits: [3, 4, 8], layers: [Self.layer("a", 10, [2, 1, 1.5])])
    let found = try AllocationTable(problem).allocation(averageBits: 8)
    #expect(found.bits == ["a": 4] && found.usedBits == 40)
  }

  @Test(
    "what cannot be allocated is refused by name",
    arguments: [
      (
        AllocationProblem(bits: [3, 4], layers: [layer("a", 5, [1, .nan])]),
        #"layer "a": the cost at 4 bits should be a number from 0 to 1e300, found nan"#
      ),
      (
        AllocationProblem(bits: [3, 4], layers: [layer("a", 5, [-1, 0])]),
        #"layer "a": the cost at 3 bits should be a number from 0 to 1e300, found -1.0"#
      ),
      (
        AllocationProblem(bits: [3, 4], layers: [layer("a", 5, [.infinity, 0])]),
        #"layer "a": the cost at 3 bits should be a number from 0 to 1e300, found inf"#
      ),
      (
        AllocationProblem(bits: [3, 4], layers: [layer("a", 5, [1])]),
        #"layer "a" should have 2 costs, one per bit width, found 1"#
      ),
      (
        AllocationProblem(bits: [3], layers: [layer("a", 0, [1])]),
        #"layer "a" should have from 1 to 68719476736 weights, found 0"#
      ),
      (
        AllocationProblem(bits: [3], layers: [layer("a", .max, [1])]),
        #"layer "a" should have from 1 to 68719476736 weights, found 9223372036854775807"#
      ),
      (
        AllocationProblem(bits: [3], layers: [layer("a", 1, [1]), layer("a", 2, [1])]),
        #"layer names should be distinct, "a" occurs twice"#
      ),
      (
        AllocationProblem(bits: [3], layers: [layer("a", 1, [1])], fixed: ["b": 8]),
        #""fixed" should name layers, "b" is none"#
      ),
      (
        AllocationProblem(bits: [3], layers: [layer("a", 1, [1])], tied: [["a", "c"]]),
        #""tied" should name layers, "c" is none"#
      ),
      (
        AllocationProblem(bits: [3], layers: [layer("a", 1, [1])], tied: [["a"], ["a"]]),
        #"layer "a" should be tied once and not be fixed as well"#
      ),
      (
        AllocationProblem(bits: [3], layers: [layer("a", 1, [1])], fixed: ["a": 8], tied: [["a"]]),
        #"layer "a" should be tied once and not be fixed as well"#
      ),
      (
        AllocationProblem(bits: [3, 3], layers: []),
        "bit widths should be distinct numbers from 1 to 64, found [3, 3]"
      ),
      (
        AllocationProblem(bits: [0], layers: []),
        "bit widths should be distinct numbers from 1 to 64, found [0]"
      ),
      (
        AllocationProblem(bits: [], layers: [layer("a", 1, [])]),
        "bit widths should be distinct numbers from 1 to 64, found []"
      ),
    ])
  func refused(problem: AllocationProblem, sentence: String) {
    do {
      _ = try AllocationTable(problem)
      Issue.record("nothing was refused")
    } catch {
      #expect("\(error)" == sentence)
    }
  }

  @Test("a costs file is read, and a fault in it is named with its place")
  func file() throws {
    func read(_ text: String) throws -> AllocationProblem {
      try AllocationProblem(json: Data(text.utf8), named: "costs.json")
    }
    func message(_ text: String) -> String {
      do {
        _ = try read(text)
        return "nothing was wrong"
      } catch { return "\(error)" }
    }
    let good = try read(
      #"{"bits": [3, 4], "layers": [{"name": "a", "weights": 5, "cost": [1, 0.5]}], "fixed": {"a": 8}}"#)
    #expect(
      good == AllocationProblem(bits: [3, 4], layers: [Self.layer("a", 5, [1, 0.5])], fixed: ["a": 8]))
    #expect(try read(String(decoding: JSONEncoder().encode(good), as: UTF8.self)) == good)
    #expect(
      message(#"{"bits": [3], "layers": [{"name": "a", "cost": [1]}]}"#)
        == #"costs.json: "layers[0].weights" should be there"#)
    #expect(
      message(#"{"bits": [3], "layers": [{"name": "a", "weights": 5, "cost": ["x"]}]}"#)
        == #"costs.json: "layers[0].cost[0]" should be a number"#)
    #expect(message(#"{"bits": 3, "layers": []}"#) == #"costs.json: "bits" should be a list"#)
    #expect(message("[1]") == "costs.json: the file should be an object")
    #expect(message("{") == "costs.json: the file should be JSON")
    #expect(message(#"{"bits": [3.5], "layers": []}"#) == #"costs.json: "bits[0]" should be a whole number"#)
    #expect(
      message(#"{"bits": [3], "layers": [{"name": "a", "weights": 1e30, "cost": [1]}]}"#)
        == #"costs.json: "layers[0].weights" should be a whole number"#)
    let missing = AllocationError.unreadable(
      file: "no/such.json", place: "the file", expected: "there and readable")
    #expect(throws: missing) { try AllocationProblem(contentsOf: URL(filePath: "no/such.json")) }
  }
}
