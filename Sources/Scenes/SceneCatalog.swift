import CCrypto
import FoundationEssentials
import Images

/// The categories and every picture of them, read from the folder of art sets.
public struct SceneCatalog: Sendable {
  /// The 65 categories, ordered by id.
  public let categories: [SceneCategory]
  /// SHA-256, in hexadecimal digits, over all pictures: set, code point, size and pixels, in a fixed order.
  public let digest: String

  /// Pictures by art set, then by code point.
  private let glyphs: [ArtSet: [UInt32: CutOut]]

  /// OpenMoji's outlines are drawn at this many pixels per em, which makes its objects about as large as Noto's bitmaps.
  private static let pixelsPerEm = 160

  /// Reads the art sets from the folder that holds `noto`, `openmoji`, `emojione` and `twemoji`. A picture that is missing or
  /// damaged is an error that names it.
  public static func load(art folder: URL) throws(SceneError) -> SceneCatalog {
    var glyphs: [ArtSet: [UInt32: CutOut]] = [:]
    for set in ArtSet.allCases {
      let read = try reader(of: set, in: folder)
      for codePoint in SceneCategory.all.flatMap(\.codePoints) where set.draws(codePoint) {
        guard let glyph = try read(codePoint).cropped(toAlpha: 128) else {
          throw SceneError("the picture of \(name(codePoint)) in \(folder.path) (\(set.rawValue)) is empty")
        }
        glyphs[set, default: [:]][codePoint] = glyph
      }
    }
    return SceneCatalog(categories: SceneCategory.all, digest: digest(of: glyphs), glyphs: glyphs)
  }

  /// Reads the art sets that the set-up puts below a project's root.
  public static func load(root: URL) throws(SceneError) -> SceneCatalog {
    try load(art: root.appending(path: ".deps/art"))
  }

  /// The picture of a code point in a set, cropped to the part with alpha of at least 128, or `nil` where the set has none.
  package func glyph(_ codePoint: UInt32, in set: ArtSet) -> CutOut? { glyphs[set]?[codePoint] }

  /// Those of some sets that can draw a code point, in the given order.
  package func sets(drawing codePoint: UInt32, among sets: [ArtSet]) -> [ArtSet] {
    sets.filter { glyphs[$0]?[codePoint] != nil }
  }

  private static func reader(
    of set: ArtSet, in folder: URL
  ) throws(SceneError) -> (UInt32) throws(SceneError) -> CutOut {
    switch set {
    case .noto: try fontReader(folder.appending(path: "noto/NotoColorEmoji.ttf"))
    case .openMoji: try fontReader(folder.appending(path: "openmoji/glyf_colr0.ttf"))
    case .emojiOne:
      { codePoint throws(SceneError) in
        try readPNG(folder.appending(path: "emojione/\(hexadecimal(codePoint).uppercased()).png"))
      }
    case .twemoji:
      { codePoint throws(SceneError) in
        try readPNG(folder.appending(path: "twemoji/\(hexadecimal(codePoint)).png"))
      }
    }
  }

  private static func fontReader(_ file: URL) throws(SceneError) -> (UInt32) throws(SceneError) -> CutOut {
    do {
      let font = try GlyphFont(path: file.path, pixelsPerEm: pixelsPerEm)
      return { codePoint throws(SceneError) in
        let drawn: CutOut?
        do { drawn = try font.glyph(codePoint) } catch { throw SceneError("\(error)") }
        guard let drawn else { throw SceneError("\(file.path) has no glyph for \(name(codePoint))") }
        return drawn
      }
    } catch {
      throw SceneError("\(error); the set-up fetches the art sets")
    }
  }

  private static func readPNG(_ file: URL) throws(SceneError) -> CutOut {
    guard let bytes = try? Data(contentsOf: file) else {
      throw SceneError("\(file.path) cannot be read; the set-up fetches the art sets")
    }
    do { return try decodeCutOut(png: Array(bytes)) } catch { throw SceneError("\(file.path): \(error)") }
  }

  private static func hexadecimal(_ codePoint: UInt32) -> String { String(codePoint, radix: 16) }

  private static func name(_ codePoint: UInt32) -> String { "U+" + hexadecimal(codePoint).uppercased() }

  private static func digest(of glyphs: [ArtSet: [UInt32: CutOut]]) -> String {
    guard let context = EVP_MD_CTX_new() else { fatalError("no memory for a digest") }
    defer { EVP_MD_CTX_free(context) }
    var isGood = EVP_DigestInit_ex(context, EVP_sha256(), nil) == 1
    func add(_ words: [UInt32]) {
      let bytes = words.flatMap { word in withUnsafeBytes(of: word.littleEndian) { Array($0) } }
      isGood = isGood && EVP_DigestUpdate(context, bytes, bytes.count) == 1
    }
    for (number, set) in ArtSet.allCases.enumerated() {
      for (codePoint, glyph) in (glyphs[set] ?? [:]).sorted(by: { $0.key < $1.key }) {
        add([UInt32(number), codePoint, UInt32(glyph.width), UInt32(glyph.height)])
        add(glyph.pixels)
      }
    }
    var result = [UInt8](repeating: 0, count: 32)
    isGood = isGood && EVP_DigestFinal_ex(context, &result, nil) == 1
    guard isGood else { fatalError("libcrypto computes no SHA-256") }
    return result.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }
}
