// Pictures of a profile's data as detectors see them.
import Boxes
import COCO
import Experiment
import Foundation
import Images
import Scenes
import Testing

struct SceneSupplyTests {
  /// Pictures of given sizes, each with an object, brought in at a longer side of sixteen.
  private func supply(_ sizes: [(width: Int, height: Int)]) throws -> SceneSupply {
    let folder = FileManager.default.temporaryDirectory.appending(path: "supply-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    var dataset = Dataset(images: [], annotations: [], categories: [Category(id: 7, name: "thing")])
    for (index, size) in sizes.enumerated() {
      let picture = RGBImage(width: size.width, height: size.height, filledWith: (200, 10, UInt8(index)))
      try Data(encodePNG(picture)).write(to: folder.appending(path: "\(index).png"))
      dataset.images.append(
        ImageRecord(id: index + 1, width: size.width, height: size.height, fileName: "\(index).png"))
      dataset.annotations.append(
        Annotation(
          id: index + 1, imageID: index + 1, categoryID: 7, box: PixelBox(x: 2, y: 2, width: 4, height: 4)))
    }
    let (records, pixels) = (folder.appending(path: "part.json"), folder.appending(path: "part.rgb"))
    try dataset.writeReduced(from: folder, longSide: 16, records: records, pixels: pixels)
    return .pictures([.train: try PictureSet(records: records, pixels: pixels)])
  }

  @Test("pictures of several sizes stand at the upper left of one square, with their boxes where they were")
  func square() throws {
    let scenes = try supply([(16, 8), (8, 16)]).scenes(.train, 0..<2)
    #expect(scenes.allSatisfy { $0.image.width == 16 && $0.image.height == 16 })
    for (place, size) in [(16, 8), (8, 16)].enumerated() {
      let image = scenes[place].image
      for (x, y) in [(0, 0), (7, 7), (15, 7), (7, 15), (15, 15)] {
        let start = 3 * (y * 16 + x)
        let isInside = x < size.0 && y < size.1
        let expected: [UInt8] = isInside ? [200, 10, UInt8(place)] : [124, 116, 104]
        #expect(Array(image.pixels[start..<start + 3]) == expected, "\(place): \(x), \(y)")
      }
      #expect(scenes[place].objects.map(\.box) == [PixelBox(x: 2, y: 2, width: 4, height: 4)])
      // As a share of what the detector sees.
      let box = try #require(scenes[place].sample.target.boxes.first)
      #expect(box == CenterBox(cx: 0.25, cy: 0.25, w: 0.25, h: 0.25))
    }
  }

  @Test("pictures of one size stay as they are")
  func oneSize() throws {
    let scenes = try supply([(16, 8), (16, 8)]).scenes(.train, 0..<2)
    #expect(scenes.allSatisfy { $0.image.width == 16 && $0.image.height == 8 })
  }
}
