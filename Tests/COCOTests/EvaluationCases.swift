import COCO
import FoundationEssentials
import TestSupport

/// One case of `Tests/Fixtures/coco-eval`: files and what pycocotools makes of them.
struct EvaluationCase {
  var name: String
  var dataset: Dataset
  var detections: [Detection]
  var expected: Expected

  struct Expected: Decodable {
    struct PerCategory: Decodable {
      var id: Int
      var AP, AP50, AP75, APs, APm, APl, AR100: Double
    }
    struct Subset: Decodable {
      var categories: [Int]
      var AP, AP50: Double
    }
    struct Matches: Decodable {
      var image: Int
      var category: Int
      var detections: [Int]
      var objects: [Int]
      var objectIgnored: [Int]
      var detectionMatch: [[Int]]
      var detectionIgnored: [[Int]]
    }
    var stats: [String: Double]
    var perCategory: [PerCategory]
    var thresholds: [Double]
    var subset: Subset
    var matches: [Matches]?
  }

  init(_ name: String) throws {
    self.name = name
    let folder = "coco-eval/\(name)/"
    dataset = try Dataset(contentsOf: Fixtures.url(folder + "gt.json"))
    detections = try readDetections(contentsOf: Fixtures.url(folder + "dt.json"), of: dataset)
    expected = try JSONDecoder().decode(Expected.self, from: Fixtures.data(folder + "expected.json"))
  }

  static let names: [String] = [
    "area-edges", "area-is-not-box", "category-without-detection", "category-without-gt", "crowd-many",
    "crowd-priority", "duplicates", "equal-iou", "exact-thresholds", "gt-id-zero", "ignore-field",
    "image-without-gt", "more-than-100", "no-detections", "random-a", "random-b", "random-c",
    "scores-zero-negative", "ties-across-images", "ties-within-image", "unordered-ids", "zero-area",
  ]
}
