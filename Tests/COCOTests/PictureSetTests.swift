import COCO
import FoundationEssentials
import Images
import TestSupport
import Testing

@Suite struct PictureSetTests {
  /// Pictures of one color each, wide and tall in turn, with an object in each.
  private func folder(_ count: Int, _ body: (URL, Dataset) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "pictures-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    var dataset = Dataset(images: [], annotations: [], categories: [Category(id: 7, name: "thing")])
    for index in 0..<count {
      let (width, height) = index % 2 == 0 ? (64, 48) : (30, 40)
      let picture = RGBImage(width: width, height: height, filledWith: (UInt8(index), 100, 200))
      let name = "\(index).png"
      try Data(encodePNG(picture)).write(to: folder.appending(path: name))
      // The first image has the id 0, as real data sets have.
      dataset.images.append(ImageRecord(id: 10 * index, width: width, height: height, fileName: name))
      dataset.annotations.append(
        Annotation(
          id: 100 + index, imageID: 10 * index, categoryID: 7,
          box: PixelBox(x: 8, y: 4, width: 16, height: 8), area: 100))
    }
    try body(folder, dataset)
  }

  @Test("parts do not depend on the order of the file, share no picture, and leave none out")
  func parts() throws {
    try folder(40) { _, dataset in
      let (parts, rest) = dataset.cut(shares: [0.1, 0.2], seed: 1)
      #expect(parts.map(\.images.count) == [4, 8] && rest.images.count == 28)
      let ids = (parts + [rest]).flatMap { $0.images.map(\.id) }
      #expect(ids.sorted() == dataset.images.map(\.id))
      for part in parts + [rest] { #expect(part.annotations.map(\.imageID) == part.images.map(\.id)) }
      var turned = dataset
      turned.images.reverse()
      let again = turned.cut(shares: [0.1, 0.2], seed: 1).parts
      #expect(again.map { Set($0.images.map(\.id)) } == parts.map { Set($0.images.map(\.id)) })
      #expect(dataset.cut(shares: [0.1, 0.2], seed: 2).parts[1].images != parts[1].images)
    }
  }

  @Test("reduced pictures come back from their files, and their boxes follow the size")
  func reduction() throws {
    try folder(5) { folder, dataset in
      let (records, pixels) = (folder.appending(path: "part.json"), folder.appending(path: "part.rgb"))
      try dataset.writeReduced(from: folder, longSide: 32, records: records, pixels: pixels)
      let set = try PictureSet(records: records, pixels: pixels)
      #expect(set.count == 5 && set.dataset.images.map(\.id) == [1, 2, 3, 4, 5])
      #expect(set.dataset.images.map(\.width) == [32, 24, 32, 24, 32])
      #expect(set.dataset.images.map(\.height) == [24, 32, 24, 32, 24])
      for place in 0..<5 {
        #expect(Array(set.picture(place).pixels.prefix(3)) == [UInt8(place), 100, 200])
        #expect(set.dataset.annotations[place].imageID == place + 1)
      }
      #expect(set.dataset.annotations[0].box == PixelBox(x: 4, y: 2, width: 8, height: 4))
      #expect(set.dataset.annotations[0].area == 25)
      #expect(isClose(set.dataset.annotations[1].box.width, 12.8, absolute: 1e-12))
      try Data(pixels.path.utf8).write(to: pixels)
      #expect(throws: COCOError.self) { try PictureSet(records: records, pixels: pixels) }
    }
  }

  @Test(
    "a picture that is missing, or of another size than its record says, is named and nothing is left behind")
  func faults() throws {
    try folder(3) { folder, dataset in
      let (records, pixels) = (folder.appending(path: "part.json"), folder.appending(path: "part.rgb"))
      var other = dataset
      other.images[2].width = 63
      do {
        try other.writeReduced(from: folder, longSide: 32, records: records, pixels: pixels)
        Issue.record("a picture of another size was taken")
      } catch let error as ImageError {
        #expect("\(error)".contains("2.png") && "\(error)".contains("63 x 48"))
      }
      try FileManager.default.removeItem(at: folder.appending(path: "1.png"))
      #expect(throws: ImageError.self) {
        try dataset.writeReduced(from: folder, longSide: 32, records: records, pixels: pixels)
      }
      let left = try FileManager.default.contentsOfDirectory(atPath: folder.path)
      #expect(left.sorted() == ["0.png", "2.png"])
    }
  }
}
