import COCO
import FoundationEssentials
import TestSupport
import Testing

@Suite("Box scoring against pycocotools")
struct BoxEvaluationTests {
  @Test("the list of cases is that of the folder")
  func allCases() throws {
    let entries = try FileManager.default.contentsOfDirectory(atPath: Fixtures.url("coco-eval").path)
    #expect(entries.filter { !$0.contains(".") }.sorted() == EvaluationCase.names)
  }

  @Test("thresholds are numpy's, to the bit", arguments: ["random-a"])
  func thresholds(name: String) throws {
    #expect(try EvaluationCase(name).expected.thresholds == BoxEvaluation.thresholds)
    #expect(BoxEvaluation.thresholds[8] == 0.8999999999999999)
    #expect(BoxEvaluation.recallLevels.count == 101 && BoxEvaluation.recallLevels[29] == 29 * 0.01)
  }

  @Test(
    "the twelve figures and those of categories and subsets are equal to the last digit",
    arguments: EvaluationCase.names)
  func numbers(name: String) throws {
    let one = try EvaluationCase(name)
    let result = evaluate(one.dataset, one.detections)
    #expect(one.expected.stats.count == 12)
    for (name, value) in result.statistics.named {
      #expect(value == one.expected.stats[name], "\(name)")
    }
    #expect(result.categories.map(\.id) == one.expected.perCategory.map(\.id))
    for expected in one.expected.perCategory {
      let id = expected.id
      #expect(result.averagePrecision(category: id) == expected.AP)
      #expect(result.averagePrecision(category: id, at: .half) == expected.AP50)
      #expect(result.averagePrecision(category: id, at: .threeQuarters) == expected.AP75)
      #expect(result.averagePrecision(category: id, size: .small) == expected.APs)
      #expect(result.averagePrecision(category: id, size: .medium) == expected.APm)
      #expect(result.averagePrecision(category: id, size: .large) == expected.APl)
      #expect(result.averageRecall(categories: [id]) == expected.AR100)
    }
    let subset = one.expected.subset
    #expect(result.averagePrecision(categories: subset.categories) == subset.AP)
    #expect(result.averagePrecision(categories: subset.categories, at: .half) == subset.AP50)
  }

  @Test(
    "precision, score and recall arrays are equal bit for bit",
    arguments: EvaluationCase.names.filter { $0 != "random-b" && $0 != "random-c" })
  func curves(name: String) throws {
    let one = try EvaluationCase(name)
    let result = evaluate(one.dataset, one.detections)
    let curves = try ReferenceTensors("coco-eval/\(name)/curves.safetensors")
    #expect(try curves.tensor("precision").values == result.precision)
    #expect(try curves.tensor("scores").values == result.scores)
    #expect(try curves.tensor("recall").values == result.recall)
  }

  @Test(
    "each match is the one pycocotools makes",
    arguments: EvaluationCase.names.filter { !$0.hasPrefix("random") })
  func matches(name: String) throws {
    let one = try EvaluationCase(name)
    let expected = try #require(one.expected.matches)
    #expect(!expected.isEmpty || name == "more-than-100")
    for image in expected {
      let found = imageMatches(one.dataset, one.detections, imageID: image.image, categoryID: image.category)
      #expect(found.detections.map { $0 + 1 } == image.detections)
      // pycocotools lists objects that count first; here they keep the order of the file.
      let objects = found.objects.map { one.dataset.annotations[$0].id }
      let ordered =
        objects.indices.filter { !found.isObjectIgnored[$0] }
        + objects.indices.filter { found.isObjectIgnored[$0] }
      #expect(ordered.map { objects[$0] } == image.objects)
      #expect(ordered.map { found.isObjectIgnored[$0] ? 1 : 0 } == image.objectIgnored)
      let ids = found.matchedObject.map { $0.map { object in object.map { objects[$0] } ?? 0 } }
      #expect(ids == image.detectionMatch)
      #expect(found.isDetectionIgnored.map { $0.map { $0 ? 1 : 0 } } == image.detectionIgnored)
    }
  }

  @Test("scoring sees the order of equal scores, a shifted box and a stored area")
  func sensitivity() throws {
    var ties = try EvaluationCase("ties-within-image")
    let before = evaluate(ties.dataset, ties.detections).precision
    ties.detections.reverse()
    #expect(evaluate(ties.dataset, ties.detections).precision != before)
    var exact = try EvaluationCase("exact-thresholds")
    let whole = evaluate(exact.dataset, exact.detections).statistics
    exact.detections[0].box.height -= 1e-9
    #expect(evaluate(exact.dataset, exact.detections).statistics.ap50 < whole.ap50)
    var areas = try EvaluationCase("area-edges")
    let edges = evaluate(areas.dataset, areas.detections).statistics
    areas.dataset.annotations[0].area += 0.001
    #expect(evaluate(areas.dataset, areas.detections).statistics.apSmall != edges.apSmall)
  }

  @Test("images in another order give the same result, since they count by id")
  func orderOfImages() throws {
    var one = try EvaluationCase("random-a")
    let before = evaluate(one.dataset, one.detections)
    one.dataset.images.reverse()
    one.dataset.categories.reverse()
    let after = evaluate(one.dataset, one.detections)
    #expect(before.precision == after.precision && before.recall == after.recall)
  }

  @Test("a data set without categories or images gives -1 everywhere")
  func empty() {
    let nothing = evaluate(Dataset(images: [], annotations: [], categories: []), [])
    #expect(nothing.statistics.named.allSatisfy { $0.value == -1 })
    let agnostic = evaluate(
      Dataset(images: [], annotations: [], categories: []), [], options: .init(isCategoryAgnostic: true))
    #expect(agnostic.statistics.ap == -1)
  }

  @Test("a score that is not a number comes last, and a box that is not one matches nothing")
  func notANumber() {
    let box = PixelBox(x: 10, y: 10, width: 20, height: 20)
    let dataset = Dataset(
      images: [ImageRecord(id: 1, width: 50, height: 50, fileName: "1.png")],
      annotations: [Annotation(id: 1, imageID: 1, categoryID: 1, box: box)],
      categories: [Category(id: 1, name: "thing")])
    func detection(_ score: Double, _ box: PixelBox) -> Detection {
      Detection(imageID: 1, categoryID: 1, box: box, score: score)
    }
    let good = detection(0.1, box)
    #expect(
      evaluate(dataset, [detection(.nan, box), good]).statistics.ap == evaluate(dataset, [good]).statistics.ap
    )
    let broken = PixelBox(x: .nan, y: 0, width: 20, height: .nan)
    #expect(evaluate(dataset, [detection(0.9, broken)]).statistics.ap == 0)
  }

  @Test("a detection in an unknown image stops the program")
  func unknownImage() async {
    await #expect(processExitsWith: .failure) {
      let dataset = Dataset(images: [], annotations: [], categories: [Category(id: 1, name: "thing")])
      let box = PixelBox(x: 0, y: 0, width: 1, height: 1)
      _ = evaluate(dataset, [Detection(imageID: 3, categoryID: 1, box: box, score: 1)])
    }
  }
}
