import COCO
import FoundationEssentials
import Images
import Scenes
import Testing

@Suite("Scenes as COCO data", .enabled(if: hasArt, lacksArt))
struct SceneDatasetTests {
  @Test("the data set says of every scene what the scene says")
  func describesScenes() throws {
    let generator = SceneGenerator(catalog: try sharedCatalog(), seed: 4)
    let dataset = generator.dataset(.report, count: 30, threads: 2)
    let scenes = generator.scenes(.report, 0..<30)
    #expect(dataset.images.map(\.id) == Array(1...30) && dataset.categories.count == 65)
    #expect(dataset.images[11].fileName == "000000000012.png" && dataset.images[11].width == 96)
    #expect(dataset.annotations.map(\.id) == Array(1...scenes.map(\.objects.count).reduce(0, +)))
    for (index, scene) in scenes.enumerated() {
      let own = dataset.annotations.filter { $0.imageID == index + 1 }
      #expect(own.map(\.box) == scene.objects.map(\.box))
      #expect(own.map(\.area) == scene.objects.map(\.area))
      #expect(own.map(\.categoryID) == scene.objects.map(\.categoryID) && !own.contains { $0.isCrowd })
    }
  }

  @Test("an exported directory reads back as the same data set and the same pictures")
  func exports() throws {
    let generator = SceneGenerator(catalog: try sharedCatalog(), seed: 4)
    try withTemporaryFolder { folder in
      let dataset = try generator.export(.selection, count: 5, to: folder, threads: 2)
      let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
      #expect(names == ["ATTRIBUTION.txt", "annotations", "selection"])
      let read = try Dataset(contentsOf: folder.appending(path: "annotations/instances_selection.json"))
      #expect(read == dataset && read == generator.dataset(.selection, count: 5))
      for (index, image) in read.images.enumerated() {
        let bytes = try Data(contentsOf: folder.appending(path: "selection/\(image.fileName)"))
        #expect(try decodeImage(Array(bytes)) == generator.scene(.selection, index).image)
      }
    }
  }

  @Test("JPEG pictures are near the scenes")
  func exportsJPEG() throws {
    let generator = SceneGenerator(catalog: try sharedCatalog(), seed: 4)
    try withTemporaryFolder { folder in
      _ = try generator.export(.train, count: 1, to: folder, format: .jpeg(quality: 95))
      let bytes = try Data(contentsOf: folder.appending(path: "train/000000000001.jpg"))
      let (read, made) = (try decodeImage(Array(bytes)), generator.scene(.train, 0).image)
      let total = zip(read.pixels, made.pixels).map { abs(Int($0) - Int($1)) }.reduce(0, +)
      #expect(total > 0 && Double(total) / Double(made.pixels.count) < 8)
    }
  }

  @Test("an export never overwrites, and a failed one leaves nothing behind")
  func refuses() throws {
    let generator = SceneGenerator(catalog: try sharedCatalog(), seed: 4)
    try withTemporaryFolder { folder in
      _ = try generator.export(.train, count: 1, to: folder)
      let again = #expect(throws: SceneError.self) { try generator.export(.train, count: 1, to: folder) }
      #expect(again?.description.contains("train exists already") == true)
      // A quality that no encoder knows fails after the folder was begun.
      #expect(throws: SceneError("JPEG quality 0 is not in 1...100")) {
        try generator.export(.report, count: 1, to: folder, format: .jpeg(quality: 0))
      }
      // A file where a folder is needed.
      try Data().write(to: folder.appending(path: "file"))
      #expect(throws: SceneError.self) {
        try generator.export(.train, count: 1, to: folder.appending(path: "file/x"))
      }
      let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
      #expect(names == ["ATTRIBUTION.txt", "annotations", "file", "train"])
    }
  }
}
