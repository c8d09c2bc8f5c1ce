import FoundationEssentials
import Scenes
import Testing

@Suite("The catalog of art", .enabled(if: hasArt, lacksArt))
struct SceneCatalogTests {
  @Test("there are 65 categories with COCO's ids in order, in eleven supercategories")
  func listsCategories() {
    let all = SceneCategory.all
    #expect(all.count == 65)
    #expect(zip(all, all.dropFirst()).allSatisfy { $0.id < $1.id })
    #expect(all.first { $0.id == 1 }?.name == "person" && all.first { $0.id == 90 }?.name == "toothbrush")
    #expect(Set(all.map(\.supercategory)).count == 11)
    #expect(
      all.count { $0.supercategory == "animal" } == 10 && all.count { $0.supercategory == "indoor" } == 6)
    let codePoints = all.flatMap(\.codePoints)
    #expect(codePoints.count == 175 && Set(codePoints).count == 175)
  }

  @Test(
    "each set draws as many code points and categories as it should",
    arguments: [(ArtSet.noto, 175, 65), (.openMoji, 174, 65), (.emojiOne, 140, 55), (.twemoji, 175, 65)])
  func drawsAll(set: ArtSet, glyphCount: Int, categoryCount: Int) throws {
    let catalog = try sharedCatalog()
    let drawn = catalog.categories.map { $0.codePoints.filter { catalog.glyph($0, in: set) != nil } }
    #expect(drawn.map(\.count).reduce(0, +) == glyphCount)
    #expect(drawn.count { !$0.isEmpty } == categoryCount)
    for codePoint in drawn.joined() {
      let glyph = try #require(catalog.glyph(codePoint, in: set))
      #expect(max(glyph.width, glyph.height) >= 40 && max(glyph.width, glyph.height) <= 200)
      // Cropped to what is opaque: no further crop is possible.
      #expect(glyph.cropped(toAlpha: 128) == glyph)
    }
  }

  @Test("text and clock faces are never mirrored")
  func keepsText() {
    for set in ArtSet.allCases {
      #expect(!set.canMirror(0x1F550) && !set.canMirror(0x23F0) && set.canMirror(0x1F697))
      #expect(set.canMirror(0x1F6D1) == (set != .openMoji))
    }
  }

  @Test("the digest follows the bytes of the art, and nothing else")
  func digests() throws {
    let digest = try sharedCatalog().digest
    #expect(digest.count == 64)
    try withTemporaryFolder { folder in
      try copyArt(to: folder)
      #expect(try SceneCatalog.load(art: folder).digest == digest)
      // Another picture in place of one: still a good PNG.
      let apple = folder.appending(path: "twemoji/1f34e.png")
      try FileManager.default.removeItem(at: apple)
      try FileManager.default.copyItem(at: artFolder.appending(path: "twemoji/1f34f.png"), to: apple)
      #expect(try SceneCatalog.load(art: folder).digest != digest)
    }
  }

  @Test("a missing or damaged picture is named", arguments: ["emojione/1F34E.png", "twemoji/1f34e.png"])
  func namesBadFiles(name: String) throws {
    try withTemporaryFolder { folder in
      try copyArt(to: folder)
      let file = folder.appending(path: name)
      try Data("no picture".utf8).write(to: file)
      let damaged = #expect(throws: SceneError.self) { try SceneCatalog.load(art: folder) }
      #expect(damaged?.description.contains("\(name): damaged PNG") == true)
      try FileManager.default.removeItem(at: file)
      let missing = #expect(throws: SceneError.self) { try SceneCatalog.load(art: folder) }
      #expect(missing?.description.contains("\(name) cannot be read") == true)
    }
  }

  @Test("a missing font is named")
  func namesMissingFont() throws {
    try withTemporaryFolder { folder in
      let error = #expect(throws: SceneError.self) { try SceneCatalog.load(art: folder) }
      #expect(error?.description.contains("noto/NotoColorEmoji.ttf cannot be read") == true)
    }
  }

  private func copyArt(to folder: URL) throws {
    for set in ["noto", "openmoji", "emojione", "twemoji"] {
      try FileManager.default.copyItem(at: artFolder.appending(path: set), to: folder.appending(path: set))
    }
  }
}
