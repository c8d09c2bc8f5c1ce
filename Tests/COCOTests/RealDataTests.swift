import COCO
import FoundationEssentials
import TestSupport
import Testing

@Suite(
  "Scoring on real annotations", .enabled(if: TestData.folder != nil, Comment(rawValue: TestData.reason)))
struct RealDataTests {
  struct Expected: Decodable {
    var bbox: [String: Double]
    var AP_per_category: [String: Double]
    var bbox_category_agnostic: [String: Double]
  }

  @Test("blood cells score as pycocotools says, by category and without categories")
  func bloodCells() throws {
    let folder = try #require(TestData.folder).appending(path: "bccd")
    let dataset = try Dataset(contentsOf: folder.appending(path: "instances_val.json"))
    let detections = try readDetections(
      contentsOf: folder.appending(path: "detections_made_up.json"), of: dataset)
    let expected = try JSONDecoder().decode(
      Expected.self, from: Data(contentsOf: folder.appending(path: "expected_ap.json")))
    let result = evaluate(dataset, detections)
    for (name, value) in result.statistics.named {
      #expect(isClose(value, expected.bbox[name] ?? .nan, absolute: 5.1e-7), "\(name)")
    }
    for category in dataset.categories {
      let value = result.averagePrecision(category: category.id)
      #expect(isClose(value, expected.AP_per_category[category.name] ?? .nan, absolute: 5.1e-7))
    }
    let agnostic = evaluate(dataset, detections, options: .init(isCategoryAgnostic: true))
    for (name, value) in agnostic.statistics.named {
      #expect(isClose(value, expected.bbox_category_agnostic[name] ?? .nan, absolute: 5.1e-7), "\(name)")
    }
  }

  @Test("original COCO records are read, and detecting every object exactly scores 1")
  func cocoMini() throws {
    let folder = try #require(TestData.folder).appending(path: "coco-mini")
    let dataset = try Dataset(contentsOf: folder.appending(path: "instances_mini.json"))
    #expect(dataset.images.count == 125 && dataset.annotations.count == 1143)
    #expect(dataset.annotations.filter(\.isCrowd).count == 14)
    let perfect = dataset.annotations.filter { !$0.isCrowd }.map {
      Detection(imageID: $0.imageID, categoryID: $0.categoryID, box: $0.box, score: 1)
    }
    let result = evaluate(dataset, perfect)
    #expect(isClose(result.averagePrecision(), 1, absolute: 1e-9))
    #expect(try dataset.categorySet(named: "animal").ids == Array(16...25))
  }
}
