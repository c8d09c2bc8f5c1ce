// A drawing as SVG. Text is outlines: every glyph is defined once and named by its place in the font, every clip by
// its coordinates, so that names depend on nothing else and pages with several figures mix nothing up. Coordinates
// have two decimals, which keeps the differences between versions of a file small.
import FoundationEssentials
import Plotting

/// Writes a drawing as an SVG file.
struct SVGWriter {
  private let fonts: FontSet
  private var body: [String] = []
  private var definitions: [String] = []
  private var defined: Set<String> = []

  /// The file for a drawing.
  static func file(_ drawing: Drawing, fonts: FontSet) -> [UInt8] {
    var writer = SVGWriter(fonts: fonts)
    for call in drawing.calls { writer.add(call) }
    let (width, height) = (decimal(drawing.width), decimal(drawing.height))
    let lines =
      [
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>",
        "<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\" "
          + "width=\"\(width)pt\" height=\"\(height)pt\" viewBox=\"0 0 \(width) \(height)\">",
        "<defs>",
      ] + writer.definitions + ["</defs>"] + writer.body + ["</svg>", ""]
    return Array(lines.joined(separator: "\n").utf8)
  }

  private init(fonts: FontSet) { self.fonts = fonts }

  private mutating func add(_ call: DrawingCall) {
    switch call {
    case .fill(let path, let ink):
      body.append("<path d=\"\(data(path))\"\(paint("fill", ink))/>")
    case .stroke(let path, let stroke):
      var style = paint("stroke", stroke.ink) + " stroke-width=\"\(decimal(stroke.width))\""
      if stroke.isRound { style += " stroke-linecap=\"round\" stroke-linejoin=\"round\"" }
      if !stroke.dashes.isEmpty {
        style += " stroke-dasharray=\"\(stroke.dashes.map { decimal($0) }.joined(separator: " "))\""
      }
      body.append("<path d=\"\(data(path))\" fill=\"none\"\(style)/>")
    case .write(let text, let start, let font, let ink, let angle):
      write(text, start, font, ink, angle)
    case .place(let picture, let area):
      let kind = picture.bytes.starts(with: [0xFF, 0xD8]) ? "jpeg" : "png"
      body.append(
        "<image \(box(area)) preserveAspectRatio=\"none\" "
          + "xlink:href=\"data:image/\(kind);base64,\(picture.bytes.base64EncodedString())\"/>")
    case .beginClip(let area):
      let name = "c" + [area.x, area.y, area.width, area.height].map { decimal($0) }.joined(separator: "_")
      define(name) { "<clipPath id=\"\(name)\"><rect \(box(area))/></clipPath>" }
      body.append("<g clip-path=\"url(#\(name))\">")
    case .endClip:
      body.append("</g>")
    }
  }

  private mutating func write(_ text: String, _ start: Point, _ font: Font, _ ink: Ink, _ angle: Double) {
    let face = fonts.typeface(font)
    let scale = decimal(font.size / Double(face.unitsPerEm), digits: 7)
    var uses = ""
    var advance = 0
    for scalar in text.unicodeScalars {
      let glyph = face.glyph(scalar)
      let name = (font.isBold ? "b" : "r") + String(glyph)
      let outline = face.outline(glyph)
      if !outline.isEmpty {
        define(name) { "<path id=\"\(name)\" d=\"\(outline)\"/>" }
        uses += "<use xlink:href=\"#\(name)\" x=\"\(advance)\"/>"
      }
      advance += face.advance(glyph)
    }
    let turn = angle == 0 ? "" : " rotate(\(decimal(-angle)))"
    body.append(
      "<g aria-label=\"\(escaped(text))\"\(paint("fill", ink)) transform=\"translate(\(decimal(start.x)) "
        + "\(decimal(start.y)))\(turn) scale(\(scale) -\(scale))\">\(uses)</g>")
  }

  private mutating func define(_ name: String, _ element: () -> String) {
    if defined.insert(name).inserted { definitions.append(element()) }
  }
}

private func data(_ path: Path) -> String {
  path.elements.map { element in
    switch element {
    case .move(let to): "M\(pair(to))"
    case .line(let to): "L\(pair(to))"
    case .curve(let first, let second, let to): "C\(pair(first)) \(pair(second)) \(pair(to))"
    case .close: "Z"
    }
  }.joined()
}

private func pair(_ point: Point) -> String { decimal(point.x) + " " + decimal(point.y) }

private func box(_ area: Rect) -> String {
  "x=\"\(decimal(area.x))\" y=\"\(decimal(area.y))\" width=\"\(decimal(area.width))\" height=\"\(decimal(area.height))\""
}

private func paint(_ attribute: String, _ ink: Ink) -> String {
  let code = [ink.red, ink.green, ink.blue].map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  return " \(attribute)=\"#\(code)\""
    + (ink.opacity < 1 ? " \(attribute)-opacity=\"\(decimal(ink.opacity))\"" : "")
}

private func escaped(_ text: String) -> String {
  var result = ""
  for character in text {
    switch character {
    case "&": result += "&amp;"
    case "<": result += "&lt;"
    case ">": result += "&gt;"
    case "\"": result += "&quot;"
    default: result.append(character)
    }
  }
  return result
}

/// A number with at most so many decimals, without trailing zeros.
private func decimal(_ number: Double, digits: Int = 2) -> String {
  var unit = 1.0
  for _ in 0..<digits { unit *= 10 }
  let scaled = (number.magnitude * unit).rounded()
  guard scaled < 9e15 else { return "\(number)" }
  var text = String(Int(scaled))
  text = String(repeating: "0", count: max(0, digits + 1 - text.count)) + text
  text.insert(".", at: text.index(text.endIndex, offsetBy: -digits))
  while text.hasSuffix("0") { text.removeLast() }
  if text.hasSuffix(".") { text.removeLast() }
  return (number < 0 && scaled > 0 ? "-" : "") + text
}
