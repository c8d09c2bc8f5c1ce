// Scenes that processes of one command leave each other.
import Foundation
import Scenes
import Testing

@Suite("Shared scenes") final class SharedScenesTests {
  let folder = FileManager.default.temporaryDirectory.appending(path: "scenes-\(UUID().uuidString)")

  deinit { try? FileManager.default.removeItem(at: folder) }

  /// Scenes from the folder, or made; and whether they had to be made.
  func scenes(_ generator: SceneGenerator, _ range: Range<Int>) -> (scenes: [Scene], isMade: Bool) {
    var isMade = false
    let scenes = SharedScenes(folder: folder).scenes(of: generator, .report, range) {
      isMade = true
      return range.map { generator.scene(.report, $0) }
    }
    return (scenes, isMade)
  }

  var files: [URL] {
    ((try? FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)) ?? [])
      .sorted { $0.path < $1.path }
  }

  @Test("what one leaves is what another would compose, to the last bit: pictures, objects, surfaces")
  func same() throws {
    for task in [SceneTask.detection, .panoptic] {
      let generator = SceneGenerator(catalog: try sharedCatalog(), seed: 6, size: 32, task: task)
      let first = scenes(generator, 100..<500)
      #expect(first.isMade)
      let second = scenes(generator, 100..<500)
      #expect(!second.isMade)
      #expect(second.scenes == first.scenes)
      #expect(second.scenes.contains { $0.objects.contains { $0.origin == .surface } } == (task == .panoptic))
    }
  }

  @Test("another seed, size, task or range is composed; so are few scenes, and nothing is left of them")
  func others() throws {
    let catalog = try sharedCatalog()
    let generator = SceneGenerator(catalog: catalog, seed: 6, size: 32)
    _ = scenes(generator, 0..<400)
    let before = files.count
    #expect(scenes(generator, 0..<399).isMade)
    #expect(scenes(generator, 5..<10).scenes == (5..<10).map { generator.scene(.report, $0) })
    #expect(files.count == before)
    #expect(scenes(SceneGenerator(catalog: catalog, seed: 7, size: 32), 0..<400).isMade)
    #expect(scenes(SceneGenerator(catalog: catalog, seed: 6, size: 33), 0..<400).isMade)
    #expect(scenes(SceneGenerator(catalog: catalog, seed: 6, size: 32, task: .panoptic), 0..<400).isMade)
    #expect(scenes(generator, 1..<401).isMade)
    #expect(!scenes(generator, 0..<400).isMade)
  }

  @Test("a file that is cut off, longer or another is composed anew", arguments: [0, 7, 16, 1000, -1, 1])
  func damaged(_ change: Int) throws {
    let generator = SceneGenerator(catalog: try sharedCatalog(), seed: 6, size: 32)
    let first = scenes(generator, 0..<400).scenes
    let file = try #require(files.first)
    var data = try Data(contentsOf: file)
    switch change {
    case -1: data.removeLast()
    case 1: data.append(0)
    default: data = data.prefix(change)
    }
    try data.write(to: file)
    let again = scenes(generator, 0..<400)
    #expect(again.isMade)
    #expect(again.scenes == first)
    #expect(!scenes(generator, 0..<400).isMade)
  }

  @Test("a file of anything is composed anew", arguments: [UInt8(0), 1, 0x7f, 0xff])
  func garbage(_ byte: UInt8) throws {
    let generator = SceneGenerator(catalog: try sharedCatalog(), seed: 6, size: 32)
    let first = scenes(generator, 0..<400).scenes
    let file = try #require(files.first)
    let whole = try Data(contentsOf: file)
    // Everywhere, in the counts of scenes and pixels, in the counts of objects, in the objects.
    for range in [0..<whole.count, 0..<8, 8..<16, 16..<3216, 3216..<3304] {
      var data = whole
      data.replaceSubrange(range, with: Data(repeating: byte, count: range.count))
      try data.write(to: file)
      let again = scenes(generator, 0..<400)
      // Other numbers of an object cannot be told from true ones; whatever is read has the right form.
      #expect(again.scenes.count == 400)
      if range.lowerBound < 3216 { #expect(again.isMade && again.scenes == first) }
    }
  }

  @Test("where nothing can be left, everybody composes")
  func readOnly() throws {
    try Data().write(to: folder)
    let generator = SceneGenerator(catalog: try sharedCatalog(), seed: 6, size: 32)
    #expect(scenes(generator, 0..<400).isMade)
    #expect(scenes(generator, 0..<400).isMade)
  }
}
