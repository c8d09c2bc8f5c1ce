import FoundationEssentials
import Images
import Scenes
import Testing

/// FNV-1a over bytes: to notice changes, not to resist anyone.
private func fingerprint(_ bytes: some Sequence<UInt8>) -> UInt64 {
  bytes.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01B3 }
}

@Suite("Composed scenes", .enabled(if: hasArt, lacksArt))
struct SceneGeneratorTests {
  @Test("the same seed gives the same bytes on any number of threads, together or one by one")
  func isDeterministic() throws {
    let generator = SceneGenerator(catalog: try sharedCatalog(), seed: 7)
    let expected = (40..<63).map { generator.scene(.train, $0) }
    for threads in 1...3 {
      #expect(generator.scenes(.train, 40..<63, threads: threads) == expected)
      #expect(generator.objects(.train, 40..<63, threads: threads) == expected.map(\.objects))
    }
    let crops = (3..<20).map { generator.singleObject(.train, $0) }
    #expect(generator.singleObjects(.train, 3..<20, threads: 2) == crops)
    #expect(generator.scenes(.train, 5..<5, threads: 2).isEmpty)
  }

  @Test("another seed, split or index gives another scene")
  func differs() throws {
    let catalog = try sharedCatalog()
    let generator = SceneGenerator(catalog: catalog, seed: 7)
    let scene = generator.scene(.train, 3)
    #expect(scene != generator.scene(.train, 4))
    #expect(scene != generator.scene(.selection, 3) && scene != generator.scene(.report, 3))
    #expect(scene != SceneGenerator(catalog: catalog, seed: 8).scene(.train, 3))
  }

  @Test(
    "the recipe has not changed since its version was last raised",
    .enabled(if: SceneGenerator.drawingLibrary == "Cairo 1.16.0"))
  func keepsRecipe() throws {
    let generator = SceneGenerator(catalog: try sharedCatalog(), seed: 1)
    let scenes = generator.scenes(.unseenTwemoji, 0..<40, threads: 2)
    let pixels = fingerprint(scenes.lazy.flatMap(\.image.pixels))
    #expect(
      SceneGenerator.version == 2 && pixels == 0xEB84_FF61_D6F1_9F0A,
      "other scenes from the same seed: raise SceneGenerator.version")
  }

  @Test("boxes are whole pixels inside the picture, areas fit, and enough of every object is visible")
  func annotatesSoundly() throws {
    let generator = SceneGenerator(catalog: try sharedCatalog(), seed: 2)
    for split in SceneSplit.allCases {
      for scene in generator.scenes(split, 0..<150, threads: 2) {
        #expect((1...8).contains(scene.objects.count))
        for object in scene.objects {
          let box = object.box
          #expect(box.x >= 0 && box.y >= 0 && box.x + box.width <= 96 && box.y + box.height <= 96)
          #expect([box.x, box.y, box.width, box.height].allSatisfy { $0 == $0.rounded() && $0 >= 0 })
          #expect(object.area >= 20 && object.area <= box.area)
          #expect(object.visibleFraction >= 0.4 && object.visibleFraction <= 1)
          #expect(generator.catalog.categories[object.categoryIndex].id == object.categoryID)
          let codePoint = try #require(object.codePoint)
          #expect(generator.catalog.categories[object.categoryIndex].codePoints.contains(codePoint))
          #expect(split.artSets.contains(try #require(object.artSet)))
        }
      }
    }
  }

  @Test("an object is found by its difference from the surroundings: most boxes hold what their edges do not")
  func drawsWhereItSays() throws {
    let generator = SceneGenerator(catalog: try sharedCatalog(), seed: 2)
    // In scenes of one object the background outside the box is much plainer than the box.
    let lonely = generator.scenes(.train, 0..<400, threads: 2).filter { $0.objects.count == 1 }
    #expect(lonely.count > 20)
    let clearer = lonely.count { scene in
      let box = scene.objects[0].box
      var (inside, outside): ([Double], [Double]) = ([], [])
      for y in 0..<96 {
        for x in 0..<96 {
          let gray = Double(scene.image.pixels[3 * (y * 96 + x) + 1])
          let isInside =
            (box.x..<box.x + box.width).contains(Double(x))
            && (box.y..<box.y + box.height).contains(Double(y))
          if isInside { inside.append(gray) } else { outside.append(gray) }
        }
      }
      return spread(inside) > spread(outside)
    }
    #expect(Double(clearer) > 0.8 * Double(lonely.count))
  }

  private func spread(_ values: [Double]) -> Double {
    guard !values.isEmpty else { return 0 }
    let mean = values.reduce(0, +) / Double(values.count)
    return (values.map { ($0 - mean) * ($0 - mean) }.reduce(0, +) / Double(values.count)).squareRoot()
  }

  @Test("categories are alike likely, sizes and occlusion moderate, both art sets as frequent as they draw")
  func isBalanced() throws {
    let generator = SceneGenerator(catalog: try sharedCatalog(), seed: 3)
    let objects = generator.objects(.train, 0..<1500, threads: 2).flatMap { $0 }
    var counts = [Int](repeating: 0, count: 65)
    for object in objects { counts[object.categoryIndex] += 1 }
    let mean = Double(objects.count) / 65
    let chiSquare = counts.map { (Double($0) - mean) * (Double($0) - mean) / mean }.reduce(0, +)
    // 64 degrees of freedom: above 120 once in a hundred thousand. Places are refused to large glyphs a little oftener.
    #expect(chiSquare < 120)
    let sides = objects.map { max($0.box.width, $0.box.height) }.sorted()
    #expect((30...42).contains(sides[sides.count / 2]))
    #expect(sides[sides.count / 20] >= 14 && sides[sides.count * 19 / 20] <= 72)
    let hidden = Double(objects.count { $0.visibleFraction < 0.9 }) / Double(objects.count)
    #expect((0.15...0.4).contains(hidden))
    let noto = Double(objects.count { $0.artSet == .noto }) / Double(objects.count)
    #expect((0.45...0.55).contains(noto))
  }

  @Test("EmojiOne scenes show only the 55 categories that it draws")
  func leavesOutWhatIsLacking() throws {
    let generator = SceneGenerator(catalog: try sharedCatalog(), seed: 3)
    let names = Set(
      generator.objects(.unseenEmojiOne, 0..<600, threads: 2).joined().map {
        generator.catalog.categories[$0.categoryIndex].name
      })
    #expect(names.count == 55 && !names.contains("zebra") && !names.contains("toothbrush"))
  }

  @Test("scenes have the size asked for, and objects grow with it", arguments: [48, 160])
  func scales(size: Int) throws {
    let generator = SceneGenerator(catalog: try sharedCatalog(), seed: 3, size: size)
    let scenes = generator.scenes(.train, 0..<100, threads: 2)
    #expect(scenes.allSatisfy { $0.image.width == size && $0.image.height == size })
    let sides = scenes.flatMap(\.objects).map { max($0.box.width, $0.box.height) / Double(size) }.sorted()
    #expect((0.3...0.45).contains(sides[sides.count / 2]))
  }

  @Test("crops show every category")
  func cropsAll() throws {
    let generator = SceneGenerator(catalog: try sharedCatalog(), seed: 1)
    let crops = generator.singleObjects(.train, 0..<1000, size: 48, threads: 2)
    #expect(crops.allSatisfy { $0.image.width == 48 && $0.image.height == 48 })
    #expect(Set(crops.map(\.categoryIndex)).count == 65)
  }
}
