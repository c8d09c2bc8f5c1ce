// A figure as the files that are kept of it.
import CCairo
import FoundationEssentials
import Plotting

/// The version of Cairo that draws, for example `1.16.0`.
public var cairoVersion: String { String(cString: cairo_version_string()) }

/// What is kept of a figure.
public struct DrawnFigure: Sendable, Equatable {
  /// The SVG file: the version that is reviewed.
  public let svg: [UInt8]
  /// The PDF file.
  public let pdf: [UInt8]
  /// The PNG file, two pixels per point: a preview.
  public let png: [UInt8]
  /// The fingerprint of the drawing calls, with lengths in 64ths of a point.
  public let drawingHash: String
  /// Texts that overlap each other or leave the page, one sentence each.
  public let textFaults: [String]
}

/// The drawing calls of a figure with text as wide as in the fonts: for comparison without making files.
///
/// - Parameter fonts: the folder `Fonts` of the project.
/// - Throws: `RenderError` where the description cannot be drawn or a font is missing.
public func drawing(of figure: Figure, fonts: URL) throws(RenderError) -> Drawing {
  try drawing(of: figure, FontSet(folder: fonts))
}

/// Draws a figure. The result depends on the figure and the fonts only, never on what was drawn before.
///
/// - Parameter fonts: the folder `Fonts` of the project.
/// - Throws: `RenderError` where the description cannot be drawn, a font is missing, or Cairo fails.
public func render(
  _ figure: Figure, fonts: URL, appearance: Appearance = .light
) throws(RenderError) -> DrawnFigure {
  let set = try FontSet(folder: fonts)
  let drawing = try drawing(of: figure, set).appearing(appearance)
  return DrawnFigure(
    svg: SVGWriter.file(drawing, fonts: set), pdf: try pdf(drawing, set), png: try png(drawing, set),
    drawingHash: drawing.hash, textFaults: drawing.textFaults(measure: set))
}

/// The SVG file of a figure alone.
///
/// - Parameter fonts: the folder `Fonts` of the project.
/// - Throws: `RenderError` where the description cannot be drawn or a font is missing.
public func renderSVG(_ figure: Figure, fonts: URL, appearance: Appearance) throws(RenderError) -> [UInt8] {
  let set = try FontSet(folder: fonts)
  return SVGWriter.file(try drawing(of: figure, set).appearing(appearance), fonts: set)
}

private func drawing(of figure: Figure, _ fonts: FontSet) throws(RenderError) -> Drawing {
  let drawing: Drawing
  do { drawing = try Drawing(of: figure, measure: fonts) } catch { throw RenderError(error.description) }
  try fonts.check(drawing)
  return drawing
}

private func pdf(_ drawing: Drawing, _ fonts: FontSet) throws(RenderError) -> [UInt8] {
  let output = ByteSink()
  let sink = Unmanaged.passUnretained(output).toOpaque()
  guard let surface = cairo_pdf_surface_create_for_stream(ByteSink.write, sink, drawing.width, drawing.height)
  else { throw RenderError("Cairo has no PDF surface") }
  defer { cairo_surface_destroy(surface) }
  // Cairo would write the time of day.
  cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATE_DATE, "2000-01-01T00:00:00Z")
  try CairoPlayer.play(drawing, on: surface, scale: 1, fonts: fonts, keepsFiles: true)
  cairo_surface_finish(surface)
  try check(cairo_surface_status(surface))
  return output.bytes
}

func png(_ drawing: Drawing, _ fonts: FontSet, scale: Double = 2) throws(RenderError) -> [UInt8] {
  let (width, height) = (
    Int32((drawing.width * scale).rounded(.up)), Int32((drawing.height * scale).rounded(.up))
  )
  guard let surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, width, height) else {
    throw RenderError("Cairo has no surface of \(width) x \(height) pixels")
  }
  defer { cairo_surface_destroy(surface) }
  try check(cairo_surface_status(surface))
  try paintPage(surface, drawing)
  try CairoPlayer.play(drawing, on: surface, scale: scale, fonts: fonts, keepsFiles: false)
  cairo_surface_flush(surface)
  let output = ByteSink()
  try check(
    cairo_surface_write_to_png_stream(surface, ByteSink.write, Unmanaged.passUnretained(output).toOpaque()))
  return output.bytes
}

/// Pixels that the page covers only in part are mixed with the page, not with black.
private func paintPage(_ surface: OpaquePointer, _ drawing: Drawing) throws(RenderError) {
  guard case .fill(_, let page)? = drawing.calls.first else { return }
  guard let context = cairo_create(surface) else { throw RenderError("Cairo has no context for a surface") }
  defer { cairo_destroy(context) }
  cairo_set_source_rgb(context, Double(page.red) / 255, Double(page.green) / 255, Double(page.blue) / 255)
  cairo_paint(context)
  try check(cairo_status(context))
}

/// Collects what Cairo writes.
private final class ByteSink {
  var bytes: [UInt8] = []

  static let write:
    @convention(c) (UnsafeMutableRawPointer?, UnsafePointer<UInt8>?, UInt32) -> cairo_status_t = {
      sink, data, count in
      guard let sink, let data else { return CAIRO_STATUS_WRITE_ERROR }
      Unmanaged<ByteSink>.fromOpaque(sink).takeUnretainedValue().bytes
        .append(contentsOf: UnsafeBufferPointer(start: data, count: Int(count)))
      return CAIRO_STATUS_SUCCESS
    }
}
