import COCO
import FoundationEssentials
import TestSupport
import Testing

@Suite("The report of an evaluation")
struct EvaluationReportTests {
  struct Parsed: Decodable {
    struct Entry: Decodable {
      var id: Int
      var name: String
      var AP: Double
      var objects: Int
    }
    struct Critical: Decodable {
      var AP: Double
      var categories: [Int]
    }
    struct Interval: Decodable {
      var percentile: [Double]
      var centered: [Double]
      var bias: Double
    }
    struct Bootstrap: Decodable {
      var resamples: Int
      var seed: UInt64
      var AP: Interval
      var critical: [String: Interval]
    }
    var stats: [String: Double]
    var categories: [Entry]
    var critical: [String: Critical]
    var bootstrap: Bootstrap?
  }

  @Test("its JSON holds the figures of pycocotools, categories with their objects, and critical sets")
  func json() throws {
    let one = try EvaluationCase("category-without-gt")
    let sets = [CategorySet(name: "mine", ids: [1, 3])]
    let result = evaluate(one.dataset, one.detections)
    let report = EvaluationReport(result, critical: sets, resamples: nil, seed: 1)
    let text = try report.json()
    let parsed = try JSONDecoder().decode(Parsed.self, from: Data(text.utf8))
    #expect(parsed.stats == one.expected.stats && parsed.bootstrap == nil)
    #expect(parsed.categories.map(\.AP) == one.expected.perCategory.map(\.AP))
    #expect(parsed.categories.map(\.objects) == [1, 0, 0] && parsed.categories[1].AP == -1)
    #expect(parsed.critical["mine"]?.categories == [1, 3])
    #expect(parsed.critical["mine"]?.AP == result.averagePrecision(category: 1))
    #expect(!text.contains("\n") && text.hasPrefix(#"{"categories":[{"AP":"#))
    #expect(report.text.contains("\n  c2                          –   0 objects"))
  }

  @Test("intervals are those of the resamples, and the same each time")
  func bootstrap() throws {
    let one = try EvaluationCase("random-c")
    let sets = [CategorySet(name: "odd", ids: one.expected.subset.categories)]
    let result = evaluate(one.dataset, one.detections)
    let text = try EvaluationReport(result, critical: sets, resamples: 40, seed: 9).json()
    #expect(try EvaluationReport(result, critical: sets, resamples: 40, seed: 9).json() == text)
    #expect(try EvaluationReport(result, critical: sets, resamples: 40, seed: 8).json() != text)
    let parsed = try #require(try JSONDecoder().decode(Parsed.self, from: Data(text.utf8)).bootstrap)
    let expected = result.resampledPrecision(of: sets, resamples: 40, seed: 9)
    let odd = try #require(parsed.critical["odd"])
    #expect(odd.percentile == [expected.intervals()[0].lower, expected.intervals()[0].upper])
    #expect(odd.centered[0] == expected.intervals(method: .centered)[0].lower)
    #expect(parsed.resamples == 40 && parsed.seed == 9 && parsed.AP.percentile[0] < parsed.AP.percentile[1])
  }
}
