// The two cuts of the typeface of all figures.
import FoundationEssentials
import Plotting

/// The regular and the bold cut, as layout and drawing need them.
final class FontSet: TextMeasure {
  let regular: Typeface
  let bold: Typeface

  /// Reads the fonts of a folder.
  init(folder: URL) throws(RenderError) {
    regular = try Typeface(file: folder.appending(path: "Inter-Regular.otf"))
    bold = try Typeface(file: folder.appending(path: "Inter-SemiBold.otf"))
  }

  func typeface(_ font: Font) -> Typeface { font.isBold ? bold : regular }

  func width(of text: String, in font: Font) -> Double {
    let face = typeface(font)
    let units = text.unicodeScalars.reduce(0) { $0 + face.advance(face.glyph($1)) }
    return Double(units) / Double(face.unitsPerEm) * font.size
  }

  func capHeight(of font: Font) -> Double {
    Double(typeface(font).capHeight) / Double(typeface(font).unitsPerEm) * font.size
  }

  func descent(of font: Font) -> Double {
    Double(typeface(font).descent) / Double(typeface(font).unitsPerEm) * font.size
  }

  /// Refuses text with characters that the fonts lack: they would be drawn as empty boxes.
  func check(_ drawing: Drawing) throws(RenderError) {
    for case .write(let text, _, let font, _, _) in drawing.calls {
      for scalar in text.unicodeScalars where typeface(font).glyph(scalar) == 0 {
        let code = String(scalar.value, radix: 16, uppercase: true)
        throw RenderError(
          "the text \"\(text)\" holds \"\(scalar)\" (U+\(code)), which the fonts of the figures lack")
      }
    }
  }
}
