import COCO
import FoundationEssentials
import Images
import TestSupport
import Testing

@Suite("Panoptic segments")
struct PanopticTests {
  struct Expected: Decodable {
    struct Mean: Decodable {
      var pq, sq, rq: Double
      var n: Int
    }
    struct Entry: Decodable {
      var id: Int
      var iou: Double
      var tp, fp, fn: Int
    }
    var all, things, stuff: Mean
    var categories: [Entry]
  }

  private static func truth() throws -> PanopticDataset {
    try PanopticDataset(contentsOf: Fixtures.url("panoptic/truth.json"))
  }

  @Test("panoptic quality is that of panopticapi: voids, crowds, missed and invented segments, wrong kinds")
  func agrees() throws {
    let quality = try panopticQuality(
      Self.truth(), maps: Fixtures.url("panoptic/truth"),
      readPanopticPredictions(contentsOf: Fixtures.url("panoptic/prediction.json")),
      maps: Fixtures.url("panoptic/prediction"), named: "prediction.json")
    let expected = try JSONDecoder().decode(Expected.self, from: Fixtures.data("panoptic/expected.json"))
    for (things, mean) in [(nil, expected.all), (true, expected.things), (false, expected.stuff)] {
      let average = quality.average(things: things)
      #expect(average.count == mean.n)
      #expect(isClose(average.quality, mean.pq, absolute: 1e-12))
      #expect(isClose(average.segmentation, mean.sq, absolute: 1e-12))
      #expect(isClose(average.recognition, mean.rq, absolute: 1e-12))
    }
    for (entry, wanted) in zip(quality.entries, expected.categories) {
      #expect(
        [entry.truePositives, entry.falsePositives, entry.falseNegatives] == [
          wanted.tp, wanted.fp, wanted.fn,
        ])
      #expect(isClose(entry.overlap, wanted.iou, absolute: 1e-12))
    }
    let report = PanopticReport(quality)
    #expect(report.text.contains("things"))
    #expect(try report.json().contains("\"all\":{"))
  }

  @Test("stuff against itself has quality 1, and no picture gives -1")
  func extremes() throws {
    let truth = try Self.truth()
    let folder = Fixtures.url("panoptic/truth")
    let quality = try panopticQuality(truth, maps: folder, truth.annotations, maps: folder, named: "t")
    #expect(isClose(quality.average(things: false).quality, 1, absolute: 1e-12))
    #expect(PanopticQuality(truth.categories).average().quality == -1)
  }

  @Test("maps keep ids of three bytes, areas and boxes")
  func maps() throws {
    let map = SegmentMap(width: 4, height: 2, ids: [0, 255, 256, 65536, 16_777_215, 255, 256, 256])
    #expect(try SegmentMap(png: map.png()) == map)
    #expect(map.extents[256] == .init(area: 3, box: PixelBox(x: 2, y: 0, width: 2, height: 2)))
    #expect(map.extents[0] == .init(area: 1, box: PixelBox(x: 0, y: 0, width: 1, height: 1)))
    for one in try Self.truth().annotations {
      let extents = try readSegmentMap(Fixtures.url("panoptic/truth/" + one.fileName)).extents
      for segment in one.segments {
        let found = extents[UInt32(segment.id)]
        #expect(found?.area == segment.area && found?.box == segment.box)
      }
    }
  }

  @Test("what is written is read back, and stuff has boxes among the instances")
  func roundTrip() throws {
    let truth = try Self.truth()
    let text = try truth.json()
    #expect(try PanopticDataset(json: text, named: "p.json") == truth)
    let instances = truth.instances
    #expect(instances.annotations.count == truth.annotations.reduce(0) { $0 + $1.segments.count })
    #expect(instances.annotations.contains { $0.categoryID == 187 && $0.box.width > 10 })
  }

  @Test(
    "faults are named with file, picture and segment",
    arguments: [
      (
        #""image_id": 0, "file_name": "a.png", "segments_info": 5"#,
        #"segments_info should be a list, found 5"#
      ),
      (
        #""image_id": 9, "file_name": "a.png", "segments_info": []"#,
        #""image_id" should be the id of one of"#
      ),
      (
        #""image_id": 1, "file_name": "a.png", "segments_info": [{"id": 0, "category_id": 1, "area": 1, "bbox": [0, 0, 1, 1]}]"#,
        #"annotations[0] (image_id 1).segments_info[0] (id 0): "id" should be an id from 1 to 16777215"#
      ),
      (
        #""image_id": 1, "file_name": "a.png", "segments_info": [{"id": 5, "category_id": 8, "area": 1, "bbox": [0, 0, 1, 1]}]"#,
        "segment 5 should be of one of the 1 categories, found category 8"
      ),
    ])
  func faults(record: String, sentence: String) {
    let text =
      #"{"images": [{"id": 1, "width": 3, "height": 2, "file_name": "a.jpg"}], "annotations": [{"# + record
      + #"}], "categories": [{"id": 1, "name": "cat", "isthing": 1}]}"#
    let error = #expect(throws: COCOError.self) {
      try PanopticDataset(json: Data(text.utf8), named: "p.json")
    }
    #expect(error?.description.contains(sentence) == true, "\(error?.description ?? "")")
  }

  @Test("predictions that do not fit their maps are refused")
  func wrongMaps() {
    let category = PanopticCategory(Category(id: 1, name: "cat"), isThing: true)
    let map = SegmentMap(width: 2, height: 1, ids: [5, 6])
    let truth = [PanopticSegment(id: 5, categoryID: 1, area: 1)]
    func fault(_ prediction: [PanopticSegment], _ other: SegmentMap = map) -> PanopticQuality.Fault? {
      var quality = PanopticQuality([category])
      do {
        try quality.add(truth, map, prediction, other)
        return nil
      } catch { return error }
    }
    let five = PanopticSegment(id: 5, categoryID: 1)
    #expect(fault([five]) == .unlisted(segment: 6))
    #expect(
      fault([five, .init(id: 6, categoryID: 1), .init(id: 7, categoryID: 1)]) == .absent(segments: [7]))
    #expect(fault([five, .init(id: 6, categoryID: 2)]) == .category(2, segment: 6))
    #expect(
      fault([five], SegmentMap(width: 1, height: 1, ids: [5])) == .sizes(truth: [2, 1], prediction: [1, 1]))
    #expect(fault([five, .init(id: 6, categoryID: 1)]) == nil)
  }

  /// What is counted of one true segment, which fills a map but for its first pixels, and one predicted segment of its
  /// category on some of the pixels.
  private func counted(void: Int, area: Int, predicted: Range<Int>) throws -> PanopticQuality.Entry {
    func map(_ id: UInt32, _ pixels: Range<Int>) -> SegmentMap {
      SegmentMap(
        width: void + area, height: 1, ids: (0..<void + area).map { pixels.contains($0) ? id : 0 })
    }
    var quality = PanopticQuality([PanopticCategory(Category(id: 1, name: "cat"), isThing: true)])
    try quality.add(
      [PanopticSegment(id: 5, categoryID: 1, area: area)], map(5, void..<void + area),
      [PanopticSegment(id: 7, categoryID: 1)], map(7, predicted))
    return quality.entries[0]
  }

  @Test("an overlap of exactly one half is no match, and one pixel more is")
  func halfOverlap() throws {
    let half = try counted(void: 0, area: 100, predicted: 0..<50)
    #expect(half.truePositives == 0 && half.falsePositives == 1 && half.falseNegatives == 1)
    #expect(half.isPresent && half.quality == 0)
    let more = try counted(void: 0, area: 100, predicted: 0..<51)
    #expect(more.truePositives == 1 && more.falsePositives == 0 && more.falseNegatives == 0)
    #expect(more.overlap == 0.51)
    // Predicted pixels without truth are left out of the union.
    #expect(try counted(void: 30, area: 100, predicted: 0..<81).overlap == 0.51)
  }

  @Test("a prediction of which exactly half lies on void is held against it, and one pixel more is pardoned")
  func halfOnVoid() throws {
    let half = try counted(void: 20, area: 100, predicted: 10..<30)
    #expect(half.truePositives == 0 && half.falsePositives == 1 && half.falseNegatives == 1)
    let more = try counted(void: 20, area: 100, predicted: 9..<29)
    #expect(more.truePositives == 0 && more.falsePositives == 0 && more.falseNegatives == 1)
  }
}

@Suite(
  "Panoptic quality on real pictures",
  .enabled(if: TestData.folder != nil, Comment(rawValue: TestData.reason)))
struct RealPanopticTests {
  /// What panopticapi says, as the folder of the data has it.
  struct Expected: Decodable {
    struct Result: Decodable {
      var All, Things, Stuff: PanopticTests.Expected.Mean
    }
    var result: Result
  }

  @Test("three pictures score as panopticapi says")
  func scores() throws {
    let folder = try #require(TestData.folder).appending(path: "panoptic-mini")
    let quality = try panopticQuality(
      PanopticDataset(contentsOf: folder.appending(path: "panoptic_mini.json")),
      maps: folder.appending(path: "panoptic"),
      readPanopticPredictions(contentsOf: folder.appending(path: "predictions_mini.json")),
      maps: folder.appending(path: "predictions"), named: "predictions_mini.json")
    let file = try JSONDecoder().decode(
      Expected.self, from: Data(contentsOf: folder.appending(path: "expected_pq.json")))
    for (things, mean) in [(nil, file.result.All), (true, file.result.Things), (false, file.result.Stuff)] {
      // The file has six decimals.
      let average = quality.average(things: things)
      #expect(average.count == mean.n)
      #expect(isClose(average.quality, mean.pq, absolute: 5.1e-7))
      #expect(isClose(average.segmentation, mean.sq, absolute: 5.1e-7))
      #expect(isClose(average.recognition, mean.rq, absolute: 5.1e-7))
    }
  }

  @Test("masks as runs are exactly the segments of the maps")
  func masks() throws {
    let folder = try #require(TestData.folder).appending(path: "panoptic-mini/coco-annotations")
    let masks = try readRunLengthMasks(
      contentsOf: folder.appending(path: "panoptic_coco_detection_format.json"))
    let truth = try PanopticDataset(contentsOf: folder.appending(path: "panoptic_examples.json"))
    #expect(masks.count == truth.annotations.reduce(0) { $0 + $1.segments.count })
    #expect(
      masks.values.map(\.area).sorted()
        == truth.annotations.flatMap { $0.segments.compactMap(\.area) }.sorted())
  }
}
