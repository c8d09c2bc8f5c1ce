// The looks of all figures in one place.

/// Colors, sizes of text and distances. Lengths are in points.
public enum Theme {
  /// How a color of the palette is drawn. Blue, vermilion, green, orange and sky are those of Okabe and Ito (2008),
  /// "Color Universal Design"; purple is darker than theirs, so that thin lines stay visible on white.
  public static func ink(_ color: FigureColor, opacity: Double = 1) -> Ink {
    let code: UInt32 =
      switch color {
      case .blue: 0x0072B2
      case .vermilion: 0xD55E00
      case .green: 0x009E73
      case .purple: 0xA8447F
      case .orange: 0xE69F00
      case .sky: 0x56B4E9
      case .ink: 0x22272E
      case .gray: 0x626A75
      case .silver: 0xC5CBD3
      case .mist: 0xF0F2F5
      case .white: 0xFFFFFF
      }
    return Ink(code, opacity: opacity)
  }

  /// The color of a heat map between its light end, 0, and its dark end, 1: one hue whose lightness falls steadily.
  public static func heat(_ share: Double) -> Ink {
    mixed([Ink(0xF1F5FA), Ink(0xBCD6EB), Ink(0x6BA8D6), Ink(0x2A72AE), Ink(0x0B2F5C)], share)
  }

  /// The color of a heat map of two hues, blue at 0, white in the middle, orange-brown at 1, also for readers with color blindness.
  public static func divergingHeat(_ share: Double) -> Ink {
    mixed(
      [
        Ink(0x0B2F5C), Ink(0x2A72AE), Ink(0x8FBFE0), Ink(0xFAFAFA), Ink(0xF2B48A), Ink(0xC8590F),
        Ink(0x6B2A00),
      ], share)
  }

  private static func mixed(_ stops: [Ink], _ share: Double) -> Ink {
    let position = min(max(share, 0), 1) * Double(stops.count - 1)
    let index = min(Int(position), stops.count - 2)
    return stops[index].mixed(with: stops[index + 1], position - Double(index))
  }

  /// The font of a role; none is below 7 points.
  public static func font(_ role: TextRole) -> Font {
    switch role {
    case .small: Font(size: 7)
    case .body: Font(size: 7.5)
    case .strong: Font(size: 7.5, isBold: true)
    case .heading: Font(size: 8.5, isBold: true)
    }
  }

  /// The size of sub- and superscripts relative to their line.
  static let scriptSize = 0.74
  /// The distance of baselines relative to the size of text.
  static let lineSpacing = 1.28
  /// The distance between panels.
  static let panelGap = 14.0
  /// The length of ticks; minor ones are shorter.
  static let tickLength = 2.6
  /// The distance between a tick and its label.
  static let tickGap = 2.4
  /// The width of axes and ticks.
  static let axisWidth = 0.6
  /// The width of grid lines.
  static let gridWidth = 0.4
  /// The height of a line of region names.
  static let regionLine = 10.5
  /// The length of the sample in a legend.
  static let swatch = 14.0

  /// The lengths of strokes and gaps.
  static func dashes(_ dash: MarkStyle.Dash, width: Double) -> [Double] {
    switch dash {
    case .solid: []
    case .dashed: [max(3, 2.6 * width), max(2, 1.8 * width)]
    case .dotted: [max(0.8, width), max(1.6, 1.6 * width)]
    }
  }
}
