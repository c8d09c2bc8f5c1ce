// Boxes with names drawn on a picture, pixel for pixel.
import CCairo
import FoundationEssentials
import Images
import Plotting

/// Draws boxes with their labels on a picture.
///
/// - Parameters:
///   - image: the picture.
///   - boxes: in its pixels; later ones lie over earlier ones.
///   - fonts: the folder `Fonts` of the project.
/// - Returns: a PNG file of the picture's size.
public func markedPicture(_ image: RGBImage, _ boxes: [TileBox], fonts: URL) throws(RenderError) -> [UInt8] {
  let set = try FontSet(folder: fonts)
  let encoded: [UInt8]
  do { encoded = try encodePNG(image) } catch { throw RenderError(error.description) }
  let (width, height) = (Double(image.width), Double(image.height))
  let picture = Picture(bytes: Data(encoded), width: image.width, height: image.height)
  // Lines and letters grow with the picture, within what can be read.
  let unit = min(max(min(width, height) / 300, 0.5), 4)
  let font = Font(size: 10 * unit, isBold: true)
  var calls = [DrawingCall.place(picture: picture, area: Rect(0, 0, width, height))]
  for box in boxes {
    let ink = Theme.ink(box.color)
    calls.append(.stroke(path: Path(box.area), stroke: Stroke(ink, width: 1.6 * unit)))
    // Names come from anybody's data; what the font lacks is not worth a failure.
    let label = String(
      box.label.unicodeScalars.map { set.typeface(font).glyph($0) == 0 ? "?" : Character($0) })
    guard !label.isEmpty else { continue }
    let (textWidth, capHeight) = (set.width(of: label, in: font), set.capHeight(of: font))
    let tag = Rect(
      min(max(box.area.x, 0), max(0, width - textWidth - 4 * unit)),
      max(0, box.area.y - capHeight - 5 * unit), textWidth + 4 * unit, capHeight + 5 * unit)
    calls.append(.fill(path: Path(tag), ink: ink))
    calls.append(
      .write(
        text: label, start: Point(tag.x + 2 * unit, tag.maxY - 2.5 * unit), font: font,
        ink: Ink(0xFFFFFF), angle: 0))
  }
  let drawing = Drawing(width: width, height: height, calls: calls)
  return try png(drawing, set, scale: 1)
}
