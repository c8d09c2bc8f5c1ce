// A drawing played back on a Cairo context.
import CCairo
import Images
import Plotting

/// Plays drawings on one surface.
struct CairoPlayer {
  private let context: OpaquePointer
  private let fonts: FontSet
  /// Whether pictures are kept as the files they are, which only some surfaces can.
  private let keepsFiles: Bool

  /// Draws everything on a surface and finishes its page.
  ///
  /// - Throws: `RenderError` with Cairo's words, or those of a picture that cannot be decoded.
  static func play(
    _ drawing: Drawing, on surface: OpaquePointer, scale: Double, fonts: FontSet, keepsFiles: Bool
  ) throws(RenderError) {
    guard let context = cairo_create(surface) else { throw RenderError("Cairo has no context for a surface") }
    defer { cairo_destroy(context) }
    guard let options = cairo_font_options_create() else { throw RenderError("Cairo has no font options") }
    defer { cairo_font_options_destroy(options) }
    // Explicit on every context: Cairo's glyph caches otherwise make text depend on what was drawn before.
    cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE)
    cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF)
    cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY)
    cairo_set_font_options(context, options)
    cairo_scale(context, scale, scale)
    let player = CairoPlayer(context: context, fonts: fonts, keepsFiles: keepsFiles)
    let regular = try fonts.regular.cairoFace()
    defer { cairo_font_face_destroy(regular) }
    let bold = try fonts.bold.cairoFace()
    defer { cairo_font_face_destroy(bold) }
    for call in drawing.calls { try player.play(call, regular: regular, bold: bold) }
    cairo_show_page(context)
    try check(cairo_status(context))
  }

  private func play(_ call: DrawingCall, regular: OpaquePointer, bold: OpaquePointer) throws(RenderError) {
    switch call {
    case .fill(let path, let ink):
      trace(path)
      use(ink)
      cairo_fill(context)
    case .stroke(let path, let stroke):
      trace(path)
      use(stroke.ink)
      cairo_set_line_width(context, stroke.width)
      cairo_set_line_cap(context, stroke.isRound ? CAIRO_LINE_CAP_ROUND : CAIRO_LINE_CAP_BUTT)
      cairo_set_line_join(context, stroke.isRound ? CAIRO_LINE_JOIN_ROUND : CAIRO_LINE_JOIN_MITER)
      cairo_set_dash(context, stroke.dashes, Int32(stroke.dashes.count), 0)
      cairo_stroke(context)
    case .write(let text, let start, let font, let ink, let angle):
      cairo_set_font_face(context, font.isBold ? bold : regular)
      write(text, start, font, ink, angle)
    case .place(let picture, let area):
      try place(picture, area)
    case .beginClip(let area):
      cairo_save(context)
      cairo_rectangle(context, area.x, area.y, area.width, area.height)
      cairo_clip(context)
    case .endClip:
      cairo_restore(context)
    }
  }

  private func use(_ ink: Ink) {
    cairo_set_source_rgba(
      context, Double(ink.red) / 255, Double(ink.green) / 255, Double(ink.blue) / 255, ink.opacity)
  }

  private func trace(_ path: Path) {
    cairo_new_path(context)
    for element in path.elements {
      switch element {
      case .move(let to): cairo_move_to(context, to.x, to.y)
      case .line(let to): cairo_line_to(context, to.x, to.y)
      case .curve(let first, let second, let to):
        cairo_curve_to(context, first.x, first.y, second.x, second.y, to.x, to.y)
      case .close: cairo_close_path(context)
      }
    }
  }

  /// Glyphs go where the font's own widths put them; the text travels along, so that PDF files can be searched.
  private func write(_ text: String, _ start: Point, _ font: Font, _ ink: Ink, _ angle: Double) {
    cairo_save(context)
    defer { cairo_restore(context) }
    cairo_translate(context, start.x, start.y)
    cairo_rotate(context, -angle * .pi / 180)
    cairo_set_font_size(context, font.size)
    use(ink)
    let face = fonts.typeface(font)
    var glyphs: [cairo_glyph_t] = []
    var clusters: [cairo_text_cluster_t] = []
    var advance = 0
    for scalar in text.unicodeScalars {
      let glyph = face.glyph(scalar)
      let x = Double(advance) / Double(face.unitsPerEm) * font.size
      glyphs.append(cairo_glyph_t(index: UInt(glyph), x: x, y: 0))
      clusters.append(cairo_text_cluster_t(num_bytes: Int32(UTF8.width(scalar)), num_glyphs: 1))
      advance += face.advance(glyph)
    }
    cairo_show_text_glyphs(
      context, text, Int32(text.utf8.count), glyphs, Int32(glyphs.count), clusters, Int32(clusters.count),
      cairo_text_cluster_flags_t(rawValue: 0))
  }

  private func place(_ picture: Picture, _ area: Rect) throws(RenderError) {
    let surface = try pictureSurface(picture, keepsFile: keepsFiles)
    defer { cairo_surface_destroy(surface) }
    cairo_save(context)
    defer { cairo_restore(context) }
    cairo_rectangle(context, area.x, area.y, area.width, area.height)
    cairo_clip(context)
    cairo_translate(context, area.x, area.y)
    cairo_scale(
      context, area.width / Double(picture.width), area.height / Double(picture.height))
    cairo_set_source_surface(context, surface, 0, 0)
    // On pixels, the border is continued outwards, or it would fade into the page.
    if !keepsFiles { cairo_pattern_set_extend(cairo_get_source(context), CAIRO_EXTEND_PAD) }
    cairo_paint(context)
  }
}

extension UTF8 {
  fileprivate static func width(_ scalar: Unicode.Scalar) -> Int { UTF8.encode(scalar)?.count ?? 0 }
}

/// Turns a status of Cairo into an error.
func check(_ status: cairo_status_t) throws(RenderError) {
  if status != CAIRO_STATUS_SUCCESS {
    throw RenderError("Cairo says: " + String(cString: cairo_status_to_string(status)))
  }
}
