// How outlines and text are colored on a canvas.

/// A color with its cover.
public struct Ink: Codable, Sendable, Hashable {
  /// Red, 0 to 255.
  public var red: UInt8
  /// Green, 0 to 255.
  public var green: UInt8
  /// Blue, 0 to 255.
  public var blue: UInt8
  /// From 0, invisible, to 1.
  public var opacity: Double

  /// An ink from its parts.
  public init(red: UInt8, green: UInt8, blue: UInt8, opacity: Double = 1) {
    self.red = red
    self.green = green
    self.blue = blue
    self.opacity = opacity
  }

  /// An ink from six hexadecimal digits, as in 0x0072B2.
  public init(_ code: UInt32, opacity: Double = 1) {
    self.init(
      red: UInt8(code >> 16 & 255), green: UInt8(code >> 8 & 255), blue: UInt8(code & 255), opacity: opacity)
  }

  /// A mixture with another ink: a share of 0 is this ink, 1 the other.
  public func mixed(with other: Ink, _ share: Double) -> Ink {
    func mix(_ a: UInt8, _ b: UInt8) -> UInt8 {
      UInt8((Double(a) + (Double(b) - Double(a)) * min(max(share, 0), 1)).rounded())
    }
    return Ink(
      red: mix(red, other.red), green: mix(green, other.green), blue: mix(blue, other.blue),
      opacity: opacity + (other.opacity - opacity) * min(max(share, 0), 1))
  }
}

/// How an outline is drawn.
public struct Stroke: Codable, Sendable, Hashable {
  /// The color.
  public var ink: Ink
  /// The width in points.
  public var width: Double
  /// Lengths of strokes and gaps in points; empty for a line without gaps.
  public var dashes: [Double]
  /// Whether ends and corners are round.
  public var isRound: Bool

  /// A stroke from its parts.
  public init(_ ink: Ink, width: Double, dashes: [Double] = [], isRound: Bool = false) {
    self.ink = ink
    self.width = width
    self.dashes = dashes
    self.isRound = isRound
  }
}
