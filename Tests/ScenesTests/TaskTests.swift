import COCO
import FoundationEssentials
import Images
import Scenes
import TestSupport
import Testing

@Suite("Panoptic scenes", .enabled(if: hasArt, lacksArt))
struct PanopticSceneTests {
  @Test("the pictures and things are those of detection, and stuff has boxes and areas from its pixels")
  func agreesWithDetection() throws {
    let plain = SceneGenerator(catalog: try sharedCatalog(), seed: 5)
    let panoptic = SceneGenerator(catalog: try sharedCatalog(), seed: 5, task: .panoptic)
    var kinds = Set<Int>()
    for index in 0..<150 {
      let scene = plain.scene(.train, index)
      let (other, segments) = panoptic.panopticScene(.train, index)
      #expect(other.image == scene.image && other == panoptic.scene(.train, index))
      let things = other.objects.filter { $0.origin != .surface }
      #expect(things == scene.objects)
      let stuff = other.objects.filter { $0.origin == .surface }
      #expect(Array(other.objects.prefix(stuff.count)) == stuff && stuff.count <= 2)
      kinds.formUnion(stuff.map(\.categoryID))
      // Every pixel belongs to one segment, and objects are exactly the segments.
      let listed = segments.segments
      #expect(listed.reduce(0) { $0 + ($1.area ?? 0) } == 96 * 96)
      #expect(!segments.map.ids.contains(0) && segments.map.extents.count == listed.count)
      #expect(listed.count == other.objects.count)
      for object in other.objects {
        #expect(
          listed.contains {
            $0.categoryID == object.categoryID && $0.box == object.box && $0.area == Int(object.area)
          })
        #expect(panoptic.task.categories[object.categoryIndex].id == object.categoryID)
      }
    }
    #expect(kinds.count >= 16)
    #expect(SceneCategory.stuff.count == 17 && SceneCategory.stuff.allSatisfy { !$0.isThing })
  }

  @Test("an export holds maps that fit their JSON, and scores 1 against itself")
  func exports() throws {
    let generator = SceneGenerator(catalog: try sharedCatalog(), seed: 5, task: .panoptic)
    try withTemporaryFolder { folder in
      _ = try generator.export(.report, count: 6, to: folder, threads: 2)
      let annotations = folder.appending(path: "annotations")
      let truth = try PanopticDataset(contentsOf: annotations.appending(path: "panoptic_report.json"))
      let maps = annotations.appending(path: "panoptic_report")
      let quality = try panopticQuality(truth, maps: maps, truth.annotations, maps: maps, named: "truth")
      #expect(isClose(quality.average().quality, 1, absolute: 1e-12))
      let instances = try Dataset(contentsOf: annotations.appending(path: "instances_report.json"))
      #expect(instances.annotations.count == truth.instances.annotations.count)
      #expect(instances.categories.count == 82)
    }
  }
}

private let hasGarments = FileManager.default.fileExists(
  atPath: Fixtures.root.appending(path: ".deps/garments/t10k-labels-idx1-ubyte").path)

@Suite(
  "Scenes of garments", .enabled(if: hasGarments, "the set-up has not fetched the photographs of garments"))
struct GarmentTests {
  private func generator(_ instances: Int = 2000) throws -> SceneGenerator {
    let catalog = try SceneCatalog.load(root: Fixtures.root, for: .garments)
    return SceneGenerator(catalog: catalog, seed: 1, task: .garments, trainingInstances: instances)
  }

  private func instances(_ scenes: [Scene]) -> [Int] {
    scenes.flatMap(\.objects).compactMap { if case .garment(let place) = $0.origin { place } else { nil } }
  }

  @Test("training, selection and report scenes show different photographs, as many as asked for")
  func keepsInstancesApart() throws {
    let generator = try generator(500)
    let training = instances(generator.scenes(.train, 0..<300, threads: 2))
    #expect(training.count > 600 && training.allSatisfy { $0 < 500 })
    #expect(Set(training).count > 300)
    let selection = instances(generator.scenes(.selection, 0..<50))
    #expect(selection.allSatisfy { (54_000..<60_000).contains($0) })
    // These count in the published test part.
    #expect(instances(generator.scenes(.report, 0..<50)).allSatisfy { (0..<10_000).contains($0) })
  }

  @Test("all ten kinds occur about equally, boxes lie inside, and the same seed gives the same scenes")
  func isBalanced() throws {
    let generator = try generator()
    let scenes = generator.scenes(.report, 0..<300, threads: 2)
    var counts = [Int](repeating: 0, count: 10)
    for object in scenes.flatMap(\.objects) {
      counts[object.categoryIndex] += 1
      #expect(object.categoryID == object.categoryIndex + 1)
      #expect(object.box.x >= 0 && object.box.x + object.box.width <= 96 && object.area >= 20)
    }
    #expect((counts.min() ?? 0) * 2 > counts.max() ?? 0)
    #expect(Array(scenes[3..<9]) == generator.scenes(.report, 3..<9))
    #expect(generator.dataset(.report, count: 2).categories.map(\.supercategory).contains("footwear"))
  }
}
