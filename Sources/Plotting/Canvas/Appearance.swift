// Light and dark: the same drawing, other inks.

/// The ground that a figure stands on.
public enum Appearance: String, Codable, Sendable, CaseIterable {
  /// Dark on a white page.
  case light
  /// Light on a dark page.
  case dark
}

extension Drawing {
  /// The drawing in other inks; places, outlines and pictures stay as they are.
  public func appearing(_ appearance: Appearance) -> Drawing {
    guard appearance == .dark else { return self }
    return Drawing(
      width: width, height: height,
      calls: calls.map { call in
        switch call {
        case .fill(let path, let ink): .fill(path: path, ink: ink.onDark)
        case .stroke(let path, let stroke):
          .stroke(
            path: path,
            stroke: Stroke(
              stroke.ink.onDark, width: stroke.width, dashes: stroke.dashes, isRound: stroke.isRound))
        case .write(let text, let start, let font, let ink, let angle):
          .write(text: text, start: start, font: font, ink: ink.onDark, angle: angle)
        case .place, .beginClip, .endClip: call
        }
      })
  }
}

extension Theme {
  /// How a color of the palette is drawn on a dark page.
  public static func inkOnDark(_ color: FigureColor, opacity: Double = 1) -> Ink {
    let code: UInt32 =
      switch color {
      case .blue: 0x4DA3E0
      case .vermilion: 0xF08A4B
      case .green: 0x35C79A
      case .purple: 0xD98BBC
      case .orange: 0xF2BC4A
      case .sky: 0x8CCBF2
      case .ink: 0xE4E8EC
      case .gray: 0xA3ADB8
      case .silver: 0x4A545F
      case .mist: 0x1F262D
      case .white: 0x14181C
      }
    return Ink(code, opacity: opacity)
  }
}

extension Ink {
  /// The ink that plays the same part on a dark page: that of the palette, and for shades and tints the one of the
  /// same hue whose lightness is as far from the dark page as this one's from the white page.
  public var onDark: Ink {
    for color in FigureColor.allCases {
      let light = Theme.ink(color)
      if (light.red, light.green, light.blue) == (red, green, blue) {
        return Theme.inkOnDark(color, opacity: opacity)
      }
    }
    let sum = Int(min(red, green, blue)) + Int(max(red, green, blue))
    // One shift for all three parts keeps the hue and mirrors the lightness; the rest keeps clear of pure black.
    func part(_ value: UInt8) -> UInt8 { UInt8(24 + (Int(value) + 255 - sum) * 224 / 255) }
    return Ink(red: part(red), green: part(green), blue: part(blue), opacity: opacity)
  }
}
