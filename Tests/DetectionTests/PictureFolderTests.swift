// Data on disk as training takes it, on real pictures where there are some.
import COCO
import Detection
import FoundationEssentials
import Images
import TestSupport
import Testing

@Suite("Pictures on disk")
struct PictureFolderTests {
  private let place = FileManager.default.temporaryDirectory.appending(
    path: "quire-data-\(UUID().uuidString)")

  private func write(_ path: String, _ bytes: some Sequence<UInt8>) throws {
    let file = place.appending(path: path)
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(bytes).write(to: file)
  }

  private var dataset: Dataset {
    Dataset(
      images: [ImageRecord(id: 3, width: 10, height: 8, fileName: "a.png")],
      annotations: [
        Annotation(id: 1, imageID: 3, categoryID: 7, box: PixelBox(x: -2, y: 2, width: 6, height: 4)),
        Annotation(
          id: 2, imageID: 3, categoryID: 7, box: PixelBox(x: 0, y: 0, width: 9, height: 8), isCrowd: true),
        Annotation(id: 3, imageID: 3, categoryID: 9, box: PixelBox(x: 4, y: 4, width: 0, height: 3)),
      ], categories: [Category(id: 7, name: "cell"), Category(id: 9, name: "dust")])
  }

  @Test("boxes end at the edges of their picture; crowds and boxes without area are left out")
  func targets() throws {
    let folder = try PictureFolder(dataset, in: place, categoryIDs: [9, 7])
    #expect(folder.targets[0].classes == [1])
    let box = folder.targets[0].boxes[0]
    #expect(abs(box.cx - 0.2) < 1e-12 && abs(box.w - 0.4) < 1e-12 && box.cy == 0.5 && box.h == 0.5)
    #expect(throws: COCOError.self) { try PictureFolder(dataset, in: place, categoryIDs: [9]) }
  }

  @Test("pictures are read when asked for, and refused by name where they are missing or of another size")
  func pictures() throws {
    defer { try? FileManager.default.removeItem(at: place) }
    let folder = try PictureFolder(dataset, in: place, categoryIDs: [7, 9])
    let missing = #expect(throws: ImageError.self) { try folder.image(0) }
    #expect(missing?.description == "a.png: there is no such file; expected a picture")
    try write("a.png", try encodePNG(RGBImage(width: 8, height: 8, filledWith: (1, 2, 3))))
    let other = #expect(throws: ImageError.self) { try folder.image(0) }
    #expect(other?.description == "a.png: 8 x 8 pixels; expected 10 x 8, as its annotations say")
    try write("a.png", try encodePNG(RGBImage(width: 10, height: 8, filledWith: (1, 2, 3))))
    #expect(try folder.sample(0).image.width == 10)
  }

  @Test("the usual arrangements of folders are found")
  func arrangements() throws {
    defer { try? FileManager.default.removeItem(at: place) }
    try write("annotations/instances_train2017.json", [])
    try write("train2017/x.jpg", [])
    try write("instances_val.json", [])
    try write("images/y.jpg", [])
    let train = try DataDirectory(place, split: "train")
    #expect(train.annotations.lastPathComponent == "instances_train2017.json")
    #expect(train.pictures.lastPathComponent == "train2017")
    #expect(try DataDirectory(place, split: "val").pictures.lastPathComponent == "images")
    #expect(throws: COCOError.self) { try DataDirectory(place, split: "test") }
    #expect(throws: COCOError.self) { try DataDirectory(place) }
  }

  @Test(
    "real data are found and their pictures read",
    .enabled(if: TestData.folder != nil, Comment(rawValue: TestData.reason)))
  func real() throws {
    let folder = try #require(TestData.folder).appending(path: "bccd")
    let place = try DataDirectory(folder, split: "train")
    let dataset = try Dataset(contentsOf: place.annotations)
    let pictures = try PictureFolder(
      dataset, in: place.pictures, categoryIDs: dataset.categories.map(\.id).sorted())
    #expect(pictures.targets.count == 205)
    // Two boxes of the data have no area.
    #expect((2800...2805).contains(pictures.targets.reduce(0) { $0 + $1.classes.count }))
    #expect(try pictures.sample(0).image.width == 640)
  }
}
