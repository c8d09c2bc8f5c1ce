// quire evaluate and quire data export: numbers, files, exit codes and sentences of the built command.
import Foundation
import Images
import TestSupport
import Testing

@Suite(.enabled(if: CommandProject.command != nil, CommandProject.reason))
struct EvaluateCommandTests {
  /// What pycocotools makes of a case of `Tests/Fixtures/coco-eval`.
  struct Expected: Decodable {
    var stats: [String: Double]
    var perCategory: [CategoryScore]
  }

  struct CategoryScore: Decodable, Equatable {
    var id: Int
    var AP: Double
  }

  /// What the command prints.
  struct Report: Decodable {
    struct Difference: Decodable {
      var first, second, difference, standardError, pValue: Double
      var percentile, bca: [Double]
    }
    struct Comparison: Decodable {
      var AP: Difference
      var resamples, permutations, comparisons: Int
    }
    var stats: [String: Double]
    var categories: [CategoryScore]
    var comparison: Comparison?
  }

  let project: CommandProject

  init() throws {
    project = try CommandProject()
  }

  private func path(_ name: String, _ file: String) -> String {
    Fixtures.url("coco-eval/\(name)/\(file)").path
  }

  private func evaluate(_ name: String, _ detections: String, _ more: String...) throws
    -> CommandProject.Result
  {
    let files = ["--annotations", path(name, "gt.json"), "--detections", detections]
    return try project.quire(["evaluate"] + files + more, environment: [:])
  }

  @Test(
    "the numbers of the command are those of pycocotools to the last digit",
    arguments: ["random-a", "area-edges", "no-detections", "unordered-ids"])
  func numbers(name: String) throws {
    let result = try evaluate(name, path(name, "dt.json"), "--json")
    #expect(result.code == 0 && result.messages.isEmpty, "\(result.messages)")
    let report = try JSONDecoder().decode(Report.self, from: Data(result.output.utf8))
    let expected = try JSONDecoder().decode(
      Expected.self, from: Fixtures.data("coco-eval/\(name)/expected.json"))
    #expect(report.stats == expected.stats && report.stats.count == 12)
    #expect(report.categories == expected.perCategory && report.comparison == nil)
  }

  @Test("detections compared with themselves differ by nothing, with certainty")
  func itself() throws {
    let file = path("random-a", "dt.json")
    let result = try evaluate("random-a", file, "--compare", file, "--bootstrap", "20", "--json")
    #expect(result.code == 0, "\(result.messages)")
    let report = try JSONDecoder().decode(Report.self, from: Data(result.output.utf8))
    let comparison = try #require(report.comparison)
    #expect(comparison.resamples == 20 && comparison.permutations == 20 && comparison.comparisons == 1)
    let found = comparison.AP
    #expect(found.first == report.stats["AP"] && found.second == found.first)
    #expect(found.difference == 0 && found.pValue == 1 && found.standardError == 0)
    #expect(found.percentile == [0, 0] && found.bca == [0, 0])
    let text = try evaluate("random-a", file, "--compare", file, "--bootstrap", "20").output
    #expect(text.contains("difference to the other detections\n") && text.contains("p = 1.0"), "\(text)")
  }

  @Test(
    "a detection in an image that the annotations lack, and a file that is not there, are one sentence and 2")
  func refusals() throws {
    let stray = #"[{"image_id": 9999, "category_id": 1, "bbox": [1, 2, 3, 4], "score": 0.5}]"#
    try project.write("stray.json", stray)
    let (known, name) = (path("random-a", "dt.json"), "random-a")
    let file = project.root.appending(path: "stray.json").path
    let missing = project.root.appending(path: "missing.json").path
    for (result, words) in [
      (try evaluate(name, file, "--json"), "found 9999"),
      (try evaluate(name, known, "--compare", file), "found 9999"),
      (try evaluate(name, missing), "missing.json: there is no such file"),
    ] {
      #expect(result.code == 2 && result.output.isEmpty, "\(result.output)")
      #expect(result.messages.hasPrefix("quire: ") && result.messages.contains(words), "\(result.messages)")
      #expect(result.messages.split(separator: "\n").count == 1, "\(result.messages)")
    }
    #expect(try evaluate(name, known, "--bootstrap", "0").code == 64)
  }

  /// What an export says of itself, and what its instances file holds of interest.
  private struct Export: Decodable {
    struct Split: Decodable {
      var split: String
      var pictures, objects: Int
    }
    var seed: UInt64
    var size: Int
    var splits: [Split]
  }

  private struct Instances: Decodable {
    struct Image: Decodable {
      var id, width, height: Int
      var file_name: String
    }
    struct Object: Decodable {
      var image_id: Int
      var bbox: [Double]
    }
    struct Kind: Decodable {
      var id: Int
    }
    var images: [Image]
    var annotations: [Object]
    var categories: [Kind]
  }

  /// Whether the set-up has fetched the art that scenes are composed of.
  static let hasArt: Bool = FileManager.default.fileExists(
    atPath: Fixtures.root.appending(path: ".deps/art/noto/NotoColorEmoji.ttf").path)

  @Test(
    "data export writes pictures and annotations that belong together, alike with any number of threads",
    .enabled(if: hasArt, "the set-up has not fetched the art sets"))
  func export() throws {
    func export(_ folder: String, _ threads: Int) throws -> CommandProject.Result {
      try project.quire(
        [
          "data", "export", "--out", project.root.appending(path: folder).path, "--split", "selection",
          "--count", "2", "--size", "48", "--threads", "\(threads)", "--json",
        ], environment: ["QUIRE_ROOT": Fixtures.root.path])
    }
    let first = try export("one", 2)
    #expect(first.code == 0, "\(first.messages)")
    let said = try JSONDecoder().decode(Export.self, from: Data(first.output.utf8))
    let split = try #require(said.splits.first)
    #expect(said.seed == 1 && said.size == 48 && said.splits.count == 1)
    #expect(split.split == "selection" && split.pictures == 2)
    let instances = try JSONDecoder().decode(
      Instances.self, from: Data(try project.text("one/annotations/instances_selection.json").utf8))
    #expect(instances.images.map(\.id) == [1, 2] && !instances.annotations.isEmpty)
    #expect(instances.annotations.count == split.objects && instances.categories.count == 65)
    for object in instances.annotations {
      #expect([1, 2].contains(object.image_id) && object.bbox.count == 4)
      #expect(object.bbox[0] + object.bbox[2] <= 48 && object.bbox[1] + object.bbox[3] <= 48)
    }
    #expect(try project.text("one/ATTRIBUTION.txt").contains("OpenMoji"))
    #expect(try export("two", 1).code == 0)
    let files =
      ["annotations/instances_selection.json"] + instances.images.map { "selection/\($0.file_name)" }
    for file in files {
      let (one, two) = (
        try Data(contentsOf: project.root.appending(path: "one/\(file)")),
        try Data(contentsOf: project.root.appending(path: "two/\(file)"))
      )
      #expect(one == two, "\(file)")
      if file.hasSuffix(".png") {
        let picture = try decodeImage(Array(one))
        #expect(picture.width == 48 && picture.height == 48)
      }
    }
    let again = try export("one", 1)
    #expect(again.code == 2 && again.messages.contains("selection exists already"), "\(again.messages)")
  }
}
