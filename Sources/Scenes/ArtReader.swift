import FoundationEssentials
import Images

/// Reads the pictures of one art set.
struct ArtReader {
  private let set: ArtSet
  private let folder: URL
  private let font: GlyphFont?
  private let digest: ArtDigest

  /// OpenMoji's outlines are drawn at this many pixels per em: 119 to 190 pixels for the longer side of an object, so that,
  /// like Noto's of 112 to 126, it is only ever reduced in a scene of 96.
  private static let pixelsPerEm = 160

  init(_ set: ArtSet, in folder: URL, digest: ArtDigest) throws(SceneError) {
    self.set = set
    self.folder = folder
    self.digest = digest
    guard let name = set.fontFile else {
      font = nil
      return
    }
    digest.add(try Self.bytes(of: name, in: folder), named: name)
    do {
      font = try GlyphFont(path: folder.appending(path: name).path, pixelsPerEm: Self.pixelsPerEm)
    } catch {
      throw SceneError("\(error)")
    }
  }

  /// The picture of a code point that the set draws, cropped to the part with alpha of at least 128.
  func glyph(_ codePoint: UInt32) throws(SceneError) -> CutOut {
    let name = set.fontFile ?? set.pictureFile(codePoint)
    let drawn: CutOut?
    do {
      if let font {
        drawn = try font.glyph(codePoint)
      } else {
        let bytes = try Self.bytes(of: name, in: folder)
        digest.add(bytes, named: name)
        drawn = try decodeCutOut(png: Array(bytes))
      }
    } catch let error as SceneError {
      throw error
    } catch {
      throw SceneError("\(folder.path)/\(name): \(error)")
    }
    let code = "U+" + String(codePoint, radix: 16, uppercase: true)
    guard let drawn else { throw SceneError("\(folder.path)/\(name) has no picture of \(code)") }
    guard let cropped = drawn.cropped(toAlpha: 128) else {
      throw SceneError("\(folder.path)/\(name): the picture of \(code) is empty")
    }
    return cropped
  }

  private static func bytes(of name: String, in folder: URL) throws(SceneError) -> Data {
    guard let bytes = try? Data(contentsOf: folder.appending(path: name)) else {
      throw SceneError("\(folder.path)/\(name) cannot be read; the set-up fetches the art sets")
    }
    return bytes
  }
}
