import COCO
import FoundationEssentials
import TestSupport
import Testing

@Suite("Reading and writing COCO files")
struct ReadingTests {
  private static let image = #"{"id": 7, "width": 40, "height": 30, "file_name": "a.png"}"#
  private static let category = #"{"id": 3, "name": "cat", "supercategory": "animal"}"#

  private static func file(
    images: String = image, annotations: String = "", categories: String = category
  ) -> Data {
    Data(#"{"images": [\#(images)], "annotations": [\#(annotations)], "categories": [\#(categories)]}"#.utf8)
  }

  private static func annotation(_ change: (String, String) = ("", "")) -> String {
    let fields = [
      ("id", "5"), ("image_id", "7"), ("category_id", "3"), ("bbox", "[1, 2.5, 3, 4]"), ("area", "12"),
      ("iscrowd", "0"),
    ]
    let kept = fields.map { $0.0 == change.0 ? ($0.0, change.1) : $0 }.filter { !$0.1.isEmpty }
    return "{" + kept.map { "\"\($0.0)\": \($0.1)" }.joined(separator: ", ") + "}"
  }

  private static func message(_ body: () throws -> Void) -> String {
    do {
      try body()
      return "nothing was wrong"
    } catch {
      return "\(error)"
    }
  }

  @Test("a good file is read, other keys and all ways of writing whole numbers included")
  func good() throws {
    let annotations = Self.annotation() + ", " + Self.annotation(("id", "6.0"))
    let dataset = try Dataset(json: Self.file(annotations: annotations), named: "gt.json")
    #expect(dataset.images == [ImageRecord(id: 7, width: 40, height: 30, fileName: "a.png")])
    #expect(dataset.categories == [Category(id: 3, name: "cat", supercategory: "animal")])
    let box = PixelBox(x: 1, y: 2.5, width: 3, height: 4)
    #expect(
      dataset.annotations == [5, 6].map { Annotation(id: $0, imageID: 7, categoryID: 3, box: box, area: 12) })
    let bare = try Dataset(
      json: Self.file(images: #"{"id": 7}"#, annotations: Self.annotation(("iscrowd", ""))), named: "gt.json",
      for: .scoring)
    #expect(bare.images[0].width == 0 && !bare.annotations[0].isCrowd)
  }

  @Test(
    "a record at fault is named with file, place, key and what was expected",
    arguments: [
      ("id", #""x""#, #"gt.json: annotations[1]: "id" should be an integer, found "x""#),
      ("id", "4", #"gt.json: annotations[1] (id 4): "id" should be an id that occurs once, found 4"#),
      (
        "image_id", "8",
        #"gt.json: annotations[1] (id 5): "image_id" should be the id of one of the 1 images, found 8"#
      ),
      (
        "category_id", "null",
        #"gt.json: annotations[1] (id 5): "category_id" should be an integer, found null"#
      ),
      (
        "bbox", "[1, 2, 3]",
        #"gt.json: annotations[1] (id 5): "bbox" should be four numbers [x, y, width, height] with width and height not below 0, found [1, 2, 3]"#
      ),
      (
        "bbox", "[1, 2, -3, 4]",
        #"gt.json: annotations[1] (id 5): "bbox" should be four numbers [x, y, width, height] with width and height not below 0, found [1, 2, -3, 4]"#
      ),
      ("area", "", #"gt.json: annotations[1] (id 5): "area" should be a number not below 0, found nothing"#),
      ("iscrowd", "2", #"gt.json: annotations[1] (id 5): "iscrowd" should be 0 or 1, found 2"#),
    ])
  func faults(key: String, value: String, sentence: String) {
    let text = Self.annotation(("id", "4")) + ", " + Self.annotation((key, value))
    #expect(
      Self.message { _ = try Dataset(json: Self.file(annotations: text), named: "gt.json") } == sentence)
  }

  @Test("faults of images, categories and the outermost object are named")
  func otherFaults() {
    func message(_ data: Data) -> String { Self.message { _ = try Dataset(json: data, named: "gt.json") } }
    #expect(
      message(Self.file(images: #"{"id": 7, "width": 40, "file_name": "a.png"}"#))
        == #"gt.json: images[0] (id 7): "height" should be a height in pixels, found nothing"#)
    #expect(
      message(Self.file(images: #"{"id": 7, "width": 0, "height": 4, "file_name": "a.png"}"#))
        == #"gt.json: images[0] (id 7): "width" should be a width of at least 1, found 0"#)
    #expect(
      message(Self.file(categories: #"{"id": 7}"#))
        == #"gt.json: categories[0] (id 7): "name" should be a text, found nothing"#)
    #expect(message(Self.file(images: "5")) == "gt.json: images[0] should be an object, found 5")
    #expect(
      message(Data(#"{"images": []}"#.utf8)) == #"gt.json: "annotations" should be a list, found nothing"#)
    #expect(
      message(Data("[]".utf8))
        == #"gt.json: the file should be an object with "images", "annotations", "categories", found a list"#)
  }

  @Test("text that is not JSON is refused with the byte where it breaks off")
  func notJSON() {
    func offset(_ text: String) -> Int? {
      do {
        _ = try Dataset(json: Data(text.utf8), named: "gt.json")
      } catch .notJSON(_, let offset, _) {
        return offset
      } catch {}
      return -1
    }
    #expect(offset(#"{"images": [1, 2, x]}"#) == 18)
    #expect(offset("") == 0)
    #expect(offset(#"{"images": "never closed"#) == 24)
    #expect(offset(#"{"images": [{"id": 1"#) == 20)
    #expect(offset(#"{"images": [1, 2"#) == 16)
    #expect(offset(#"{"images": [] "annotations""#) == 14)
    #expect(offset(#"{"images": [1}, "annotations": []}"#) == 13)
    #expect(offset(#"{"images": []} x"#) == 15)
    #expect(offset(#"{"images": [], }"#) != -1)
    #expect(offset(#"{"score": NaN}"#) == 10)
    #expect(offset(#"{"images": [1e999]}"#) == 12)
    #expect(offset("{\"a\": \"\u{e9}\"") != -1)
    #expect(offset(#"{"images": "# + String(repeating: "[", count: 100_000)) != -1)
    #expect(
      offset(String(repeating: #"{"a":"#, count: 5000) + "1" + String(repeating: "}", count: 5000)) != -1)
  }

  @Test("text that is not UTF-8 is refused with its byte")
  func notText() {
    let message = Self.message {
      _ = try Dataset(
        json: Data(Array(#"{"images": ["é"#.utf8) + [0xC3, 0x28] + Array(#""]}"#.utf8)), named: "gt.json")
    }
    #expect(message.hasPrefix("gt.json: not JSON at byte 15: "))
  }

  @Test("a list longer than the reading window is read as one, and a fault far inside is placed to the byte")
  func windows() throws {
    let pad = String(repeating: " ", count: 900)
    let count = 12_000
    let records = (0..<count).map {
      "{\(pad)\"id\": \($0), \"image_id\": 7, \"category_id\": 3, \"bbox\": [0, 1, 2, 3], \"area\": 6}"
    }
    let good = Self.file(annotations: records.joined(separator: ",\n"))
    #expect(good.count > 8 << 20)
    let folder = FileManager.default.temporaryDirectory.appending(path: "w-\(UInt64.random(in: 0 ... .max))")
    try good.write(to: folder)
    defer { try? FileManager.default.removeItem(at: folder) }
    let dataset = try Dataset(contentsOf: folder)
    #expect(dataset.annotations.map(\.id) == Array(0..<count))
    #expect(try Dataset(json: good, named: "gt.json") == dataset)
    var broken = records
    broken[11_000] = broken[11_000].replacing("[0, 1", with: "[#, 1")
    let text = [UInt8](Self.file(annotations: broken.joined(separator: ",\n")))
    let place = try #require(text.firstIndex(of: UInt8(ascii: "#")))
    let complaint = Self.message { _ = try Dataset(json: Data(text), named: "gt.json") }
    #expect(complaint.hasPrefix("gt.json: not JSON at byte \(place): "))
    var twice = records
    twice[11_999] = records[11_998]
    #expect(
      Self.message {
        _ = try Dataset(json: Self.file(annotations: twice.joined(separator: ",")), named: "gt.json")
      } == #"gt.json: annotations[11999] (id 11998): "id" should be an id that occurs once, found 11998"#)
  }

  @Test("what pycocotools has an answer for is scored, and refused only where pictures are needed")
  func leniency() throws {
    let odd = [
      Self.annotation(), Self.annotation(("bbox", "[1, 2, -3, 4]")), Self.annotation(("image_id", "8")),
      Self.annotation(("category_id", "0")), Self.annotation(("area", "-1")),
    ]
    for text in odd.dropFirst() {
      let file = Self.file(annotations: text)
      #expect(try Dataset(json: file, named: "gt.json", for: .scoring).annotations.count == 1)
      #expect(throws: COCOError.self) { try Dataset(json: file, named: "gt.json") }
    }
    let dataset = try Dataset(json: Self.file(annotations: odd[0]), named: "gt.json", for: .scoring)
    let found = try readDetections(
      json: Data(#"[{"image_id": 7, "category_id": 3, "bbox": [4, 2, -3, 4], "score": 1}]"#.utf8),
      named: "dt.json", of: dataset)
    // Its negative area is outside every range, so it is ignored; the object stays unfound.
    #expect(evaluate(dataset, found).averagePrecision() == 0)
  }

  @Test("ids may be 0 and beyond 32 bits")
  func largeIDs() throws {
    for id in [0, 1 << 31, 1 << 40] {
      let text = Self.file(
        images: #"{"id": \#(id), "width": 9, "height": 9, "file_name": "a.png"}"#,
        annotations:
          #"{"id": 1, "image_id": \#(id), "category_id": \#(id), "bbox": [1, 1, 4, 4], "area": 16}"#,
        categories: #"{"id": \#(id), "name": "cat"}"#)
      let dataset = try Dataset(json: text, named: "gt.json")
      let box = PixelBox(x: 1, y: 1, width: 4, height: 4)
      let found = [Detection(imageID: id, categoryID: id, box: box, score: 1)]
      #expect(evaluate(dataset, found).averagePrecision() > 0.999)
    }
  }

  @Test("damaged files are refused or read, never a crash", arguments: ["gt.json", "dt.json"])
  func damage(name: String) throws {
    let one = try EvaluationCase("crowd-many")
    let text = [UInt8](try Fixtures.data("coco-eval/crowd-many/" + name))
    func outcome(_ bytes: [UInt8]) -> String {
      Self.message {
        if name == "gt.json" {
          _ = evaluate(try Dataset(json: Data(bytes), named: name), []).statistics
        } else {
          _ =
            evaluate(one.dataset, try readDetections(json: Data(bytes), named: name, of: one.dataset))
            .statistics
        }
      }
    }
    for length in 0..<text.count {
      #expect(outcome(Array(text.prefix(length))).hasPrefix(name + ": not JSON"))
    }
    var generator = SplitMix64(seed: 1)
    var refused = 0
    let rounds = LongTests.areEnabled ? 100_000 : 2000
    let soup = Array("{}[],:\"0123456789.eE-+ntf\\u\u{1} é".utf8)
    for _ in 0..<rounds {
      var bytes = text
      for _ in 0...generator.next(below: 4) {
        bytes[generator.next(below: bytes.count)] = soup[generator.next(below: soup.count)]
      }
      let message = outcome(bytes)
      if message != "nothing was wrong" {
        refused += 1
        #expect(message.hasPrefix(name + ": "))
      }
    }
    #expect((rounds / 2..<rounds).contains(refused))
  }

  @Test("a missing file is named")
  func missing() {
    let url = URL(filePath: "no/such.json")
    #expect(Self.message { _ = try Dataset(contentsOf: url) } == "no/such.json: there is no such file")
  }

  @Test("detections are checked too, and of an unknown category they are kept")
  func detections() throws {
    let dataset = try Dataset(json: Self.file(), named: "gt.json")
    func read(_ text: String) throws -> [Detection] {
      try readDetections(json: Data(text.utf8), named: "dt.json", of: dataset)
    }
    let kept = try read(#"[{"image_id": 7, "category_id": 99, "bbox": [0, 0, 1, 1], "score": -2}]"#)
    #expect(kept.count == 1 && kept[0].categoryID == 99 && kept[0].score == -2)
    #expect(try read("[]").isEmpty)
    #expect(
      Self.message { _ = try read(#"[{"image_id": 1, "category_id": 3, "bbox": [0, 0, 1, 1], "score": 1}]"#) }
        == #"dt.json: detections[0] (image_id 1): "image_id" should be the id of one of the 1 images, found 1"#
    )
    #expect(
      Self.message { _ = try read(#"[{"image_id": 7, "category_id": 3, "bbox": [0, 0, 1, 1]}]"#) }
        == #"dt.json: detections[0] (image_id 7): "score" should be a number, found nothing"#)
    #expect(
      Self.message { _ = try read("{}") }
        == "dt.json: the file should be a list of detections, found an object")
  }

  @Test(
    "what is written is read back equal, twice the same bytes, and by Codable as well",
    arguments: ["random-b", "unordered-ids", "crowd-many"])
  func roundTrip(name: String) throws {
    var one = try EvaluationCase(name)
    one.dataset.categories[0].name = "odd \"name\" \\ \u{1}\n é"
    one.dataset.categories[0].supercategory = "group"
    let text = try one.dataset.json()
    #expect(try Dataset(json: text, named: "gt.json") == one.dataset)
    #expect(try one.dataset.json() == text)
    #expect(try JSONDecoder().decode(Dataset.self, from: text) == one.dataset)
    #expect(try JSONDecoder().decode(Dataset.self, from: JSONEncoder().encode(one.dataset)) == one.dataset)
    let results = try resultJSON(one.detections)
    #expect(try readDetections(json: results, named: "dt.json", of: one.dataset) == one.detections)
    #expect(try JSONDecoder().decode([Detection].self, from: results) == one.detections)
  }

  @Test("a number that is not finite is not written")
  func notFinite() {
    let box = PixelBox(x: 0, y: 0, width: .infinity, height: 1)
    let detection = Detection(imageID: 1, categoryID: 1, box: box, score: 1)
    #expect(
      Self.message { _ = try resultJSON([detection]) }
        == #"output: detections[0]: "bbox" should be a finite number, found inf"#)
  }

  @Test("files are written whole")
  func files() throws {
    let folder = FileManager.default.temporaryDirectory.appending(
      path: "coco-\(UInt64.random(in: 0 ... .max))")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let one = try EvaluationCase("crowd-many")
    try one.dataset.write(to: folder.appending(path: "gt.json"))
    try writeDetections(one.detections, to: folder.appending(path: "dt.json"))
    let dataset = try Dataset(contentsOf: folder.appending(path: "gt.json"))
    #expect(dataset == one.dataset)
    #expect(try readDetections(contentsOf: folder.appending(path: "dt.json"), of: dataset) == one.detections)
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == ["dt.json", "gt.json"])
    let nowhere = folder.appending(path: "missing/gt.json")
    #expect(Self.message { try one.dataset.write(to: nowhere) }.hasSuffix(": cannot be written"))
  }

  @Test("groups of categories go by supercategory or by category name")
  func categorySets() throws {
    let dataset = Dataset(
      images: [], annotations: [],
      categories: [
        Category(id: 3, name: "cat", supercategory: "animal"),
        Category(id: 1, name: "person", supercategory: "person"),
        Category(id: 2, name: "dog", supercategory: "animal"),
      ])
    #expect(try dataset.categorySet(named: "animal") == CategorySet(name: "animal", ids: [2, 3]))
    #expect(try dataset.categorySet(named: "category:cat").ids == [3])
    #expect(
      Self.message { _ = try dataset.categorySet(named: "cat") }
        == "\"cat\" should be a supercategory or, with \"category:\" before it, a category, "
        + "known are animal, person, category:cat, category:dog, category:person"
    )
  }
}
