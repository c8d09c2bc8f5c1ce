// One font file, read by FreeType: which glyph a character has, how wide it is and what it looks like. Everything is
// in the units of the font, whole numbers without hinting, so that it is the same with every version of FreeType.
import CCairo
import FoundationEssentials

/// A font file.
final class Typeface {
  /// The units of one em.
  let unitsPerEm: Int
  /// The height of capital letters in units.
  let capHeight: Int
  /// How far the font reaches below the baseline in units; positive.
  let descent: Int

  private let bytes: UnsafeMutableBufferPointer<UInt8>
  private let library: FT_Library
  fileprivate let face: FT_Face
  private var glyphs: [Unicode.Scalar: UInt32] = [:]
  private var advances: [UInt32: Int] = [:]

  init(file: URL) throws(RenderError) {
    let name = "the font \(file.lastPathComponent)"
    guard let data = try? Data(contentsOf: file), !data.isEmpty else {
      throw RenderError(
        "\(name) cannot be read; it is expected in the folder \(file.deletingLastPathComponent().lastPathComponent)"
      )
    }
    // FreeType reads from this memory as long as the face lives.
    bytes = .allocate(capacity: data.count)
    _ = bytes.initialize(from: data)
    var library: FT_Library?
    var face: FT_Face?
    guard FT_Init_FreeType(&library) == 0, let library else {
      bytes.deallocate()
      throw RenderError("FreeType cannot be started")
    }
    guard FT_New_Memory_Face(library, bytes.baseAddress, FT_Long(bytes.count), 0, &face) == 0, let face else {
      FT_Done_FreeType(library)
      bytes.deallocate()
      throw RenderError("\(name) is not a font that FreeType reads")
    }
    self.library = library
    self.face = face
    unitsPerEm = Int(face.pointee.units_per_EM)
    descent = -Int(face.pointee.descender)
    var high = 0
    if FT_Load_Glyph(face, FT_Get_Char_Index(face, 0x48), FT_Int32(FT_LOAD_NO_SCALE)) == 0 {
      high = Int(face.pointee.glyph.pointee.metrics.horiBearingY)
    }
    capHeight = high
    guard unitsPerEm > 0, capHeight > 0 else { throw RenderError("\(name) has no scalable letters") }
  }

  deinit {
    FT_Done_Face(face)
    FT_Done_FreeType(library)
    bytes.deallocate()
  }

  /// The glyph of a character; 0 where the font has none.
  func glyph(_ scalar: Unicode.Scalar) -> UInt32 {
    if let glyph = glyphs[scalar] { return glyph }
    let glyph = FT_Get_Char_Index(face, FT_ULong(scalar.value))
    glyphs[scalar] = glyph
    return glyph
  }

  /// How far the next glyph is, in units.
  func advance(_ glyph: UInt32) -> Int {
    if let advance = advances[glyph] { return advance }
    guard load(glyph) else { return 0 }
    let advance = Int(face.pointee.glyph.pointee.metrics.horiAdvance)
    advances[glyph] = advance
    return advance
  }

  /// The outline of a glyph as SVG path data, in units, y upwards.
  func outline(_ glyph: UInt32) -> String {
    guard load(glyph) else { return "" }
    let pen = OutlinePen()
    var functions = FT_Outline_Funcs(
      move_to: { to, pen in OutlinePen.from(pen).step("M", [to]) },
      line_to: { to, pen in OutlinePen.from(pen).step("L", [to]) },
      conic_to: { control, to, pen in OutlinePen.from(pen).step("Q", [control, to]) },
      cubic_to: { first, second, to, pen in OutlinePen.from(pen).step("C", [first, second, to]) },
      shift: 0, delta: 0)
    let status = FT_Outline_Decompose(
      &face.pointee.glyph.pointee.outline, &functions, Unmanaged.passUnretained(pen).toOpaque())
    return status == 0 && !pen.path.isEmpty ? pen.path + "Z" : ""
  }

  private func load(_ glyph: UInt32) -> Bool { FT_Load_Glyph(face, glyph, FT_Int32(FT_LOAD_NO_SCALE)) == 0 }
}

/// Collects the steps of an outline.
private final class OutlinePen {
  var path = ""

  static func from(_ pointer: UnsafeMutableRawPointer?) -> OutlinePen {
    guard let pointer else { fatalError("FreeType lost the pen it was given") }
    return Unmanaged<OutlinePen>.fromOpaque(pointer).takeUnretainedValue()
  }

  func step(_ letter: String, _ points: [UnsafePointer<FT_Vector>?]) -> Int32 {
    if letter == "M" && !path.isEmpty { path += "Z" }
    path += letter
    path += points.compactMap { $0 }.map { "\($0.pointee.x) \($0.pointee.y)" }.joined(separator: " ")
    return 0
  }
}

extension Typeface {
  /// The face as Cairo knows it. Cairo may keep it in caches for longer than anyone here holds it, so it holds this
  /// object in turn. The caller destroys it.
  func cairoFace() throws(RenderError) -> OpaquePointer {
    guard let cairo = cairo_ft_font_face_create_for_ft_face(face, Int32(FT_LOAD_NO_HINTING)) else {
      throw RenderError("Cairo refuses a font")
    }
    let holder = Unmanaged.passRetained(self)
    let status = cairo_font_face_set_user_data(cairo, &typefaceKey.pointee, holder.toOpaque()) { pointer in
      if let pointer { Unmanaged<Typeface>.fromOpaque(pointer).release() }
    }
    guard status == CAIRO_STATUS_SUCCESS else {
      holder.release()
      cairo_font_face_destroy(cairo)
      throw RenderError("Cairo refuses a font: " + String(cString: cairo_status_to_string(status)))
    }
    return cairo
  }
}

/// The address under which Cairo keeps the typeface of a face.
nonisolated(unsafe) private let typefaceKey: UnsafeMutablePointer<cairo_user_data_key_t> = {
  let key = UnsafeMutablePointer<cairo_user_data_key_t>.allocate(capacity: 1)
  key.initialize(to: cairo_user_data_key_t())
  return key
}()
