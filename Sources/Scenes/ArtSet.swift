/// One vendor's drawings of the code points.
public enum ArtSet: String, Sendable, CaseIterable, Codable {
  /// Noto Emoji: a font of colored bitmaps.
  case noto
  /// OpenMoji: a font of layered outlines.
  case openMoji
  /// EmojiOne 2: one PNG per code point. Lacks ten of the categories.
  case emojiOne
  /// Twemoji: one PNG per code point.
  case twemoji

  /// The name in text and tables.
  public var title: String {
    switch self {
    case .noto: "Noto"
    case .openMoji: "OpenMoji"
    case .emojiOne: "EmojiOne"
    case .twemoji: "Twemoji"
    }
  }

  /// The line of credit that whoever shows the art has to print.
  public var attribution: String {
    switch self {
    case .noto:
      "Noto Emoji, Copyright 2013-2017 Google Inc.; art under the Apache License 2.0, font under the SIL Open Font License 1.1."
    case .openMoji:
      "All emojis designed by OpenMoji - the open-source emoji and icon project. License: CC BY-SA 4.0."
    case .emojiOne:
      "EmojiOne 2 art, Copyright 2014 Ranks.com Inc., CC BY-SA 4.0, from the Debian package ruby-gemojione."
    case .twemoji: "Twemoji graphics, Copyright 2019 Twitter, Inc and other contributors, CC BY 4.0."
    }
  }

  /// The font that holds all pictures, below the folder of art sets; `nil` where each picture is a file.
  var fontFile: String? {
    switch self {
    case .noto: "noto/NotoColorEmoji.ttf"
    case .openMoji: "openmoji/glyf_colr0.ttf"
    case .emojiOne, .twemoji: nil
    }
  }

  /// The file of one picture in a set without a font. EmojiOne writes capital digits, Twemoji small ones.
  func pictureFile(_ codePoint: UInt32) -> String {
    let isCapital = self == .emojiOne
    return "\(rawValue.lowercased())/\(String(codePoint, radix: 16, uppercase: isCapital)).png"
  }

  /// Whether the set draws a code point, and draws what the category says.
  func draws(_ codePoint: UInt32) -> Bool { !omissions.contains(codePoint) }

  /// Whether the picture may be mirrored: text and clock faces may not.
  package func canMirror(_ codePoint: UInt32) -> Bool {
    if Self.clocks.contains(codePoint) { return false }
    return self != .openMoji || !Self.lettered.contains(codePoint)
  }

  private var omissions: Set<UInt32> {
    switch self {
    case .noto, .twemoji: []
    // A plain van, almost equal to the minibus.
    case .openMoji: [0x1F69A]
    case .emojiOne: Self.lackingInEmojiOne
    }
  }

  // The set is older than most of these; the last three have a rider, a passenger, and a hoop with a net.
  private static let lackingInEmojiOne: Set<UInt32> = [
    0x1F9CD, 0x1F9D1, 0x1F9D2, 0x1F9D3, 0x1F9CE, 0x1F9D8, 0x1F9D4, 0x1F6FB, 0x1F99C, 0x1F9A2, 0x1F9A9,
    0x1F99A, 0x1F9A4, 0x1FABF, 0x1F9AE, 0x1F993, 0x1F992, 0x1F9F3, 0x1F94F, 0x1F94E, 0x1FA81, 0x1F6F9,
    0x1F9F4, 0x1F964, 0x1F963, 0x1F96A, 0x1F966, 0x1F9C1, 0x1FA91, 0x1FAB4, 0x1F9F8, 0x1FAA5,
    0x1F3CD, 0x1F6A4, 0x1F3C0,
  ]

  private static let clocks: Set<UInt32> = [0x1F550, 0x1F551, 0x1F552, 0x23F0, 0x1F570]

  // OpenMoji's stop sign reads STOP, its closed books bear numbers.
  private static let lettered: Set<UInt32> = [0x1F6D1, 0x1F4D5, 0x1F4D7, 0x1F4D8, 0x1F4D9]
}
