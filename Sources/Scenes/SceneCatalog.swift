import FoundationEssentials
import Images

/// The categories and every picture of them, read from the folder of art sets.
public struct SceneCatalog: Sendable {
  /// The categories of what can be put into a scene, ordered by id: 65, or ten kinds of garments.
  public let categories: [SceneCategory]
  /// SHA-256, in hexadecimal digits, over the names and bytes of all files of art. It says which art was installed and is
  /// the same on every machine; how FreeType draws OpenMoji's outlines is not part of it.
  public let digest: String

  /// Pictures by art set, then by code point.
  private let glyphs: [ArtSet: [UInt32: CutOut]]
  /// The photographs of garments, where they were asked for.
  package let garments: GarmentCatalog?

  /// Reads the art sets from the folder that holds `noto`, `openmoji`, `emojione` and `twemoji`. A picture that is missing or
  /// damaged is an error that names it.
  public static func load(art folder: URL) throws(SceneError) -> SceneCatalog {
    let digest = ArtDigest()
    var glyphs: [ArtSet: [UInt32: CutOut]] = [:]
    for set in ArtSet.allCases {
      let codePoints = SceneCategory.all.flatMap(\.codePoints).filter(set.draws).sorted()
      let reader = try ArtReader(set, in: folder, digest: digest)
      for codePoint in codePoints { glyphs[set, default: [:]][codePoint] = try reader.glyph(codePoint) }
    }
    return SceneCatalog(categories: SceneCategory.all, digest: digest.finish(), glyphs: glyphs, garments: nil)
  }

  /// Reads what the set-up puts below a project's root, as far as a task needs it.
  public static func load(root: URL, for task: SceneTask = .detection) throws(SceneError) -> SceneCatalog {
    if task != .garments { return try load(art: root.appending(path: ".deps/art")) }
    let garments = try GarmentCatalog(contentsOf: root.appending(path: ".deps/garments"))
    return SceneCatalog(
      categories: SceneCategory.garments, digest: garments.digest, glyphs: [:], garments: garments)
  }

  /// The picture of a code point in a set, cropped to the part with alpha of at least 128, or `nil` where the set has none.
  package func glyph(_ codePoint: UInt32, in set: ArtSet) -> CutOut? { glyphs[set]?[codePoint] }

  /// Those of some sets that can draw a code point, in the given order.
  package func sets(drawing codePoint: UInt32, among sets: [ArtSet]) -> [ArtSet] {
    sets.filter { glyphs[$0]?[codePoint] != nil }
  }
}
