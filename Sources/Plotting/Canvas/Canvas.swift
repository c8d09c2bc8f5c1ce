// The few things a surface must be able to do for a figure to be drawn on it.

/// A size and weight of the typeface.
public struct Font: Codable, Sendable, Hashable {
  /// The em, in points.
  public var size: Double
  /// Whether the bold cut is used.
  public var isBold: Bool

  /// A font from its size and weight.
  public init(size: Double, isBold: Bool = false) {
    self.size = size
    self.isBold = isBold
  }
}

/// What layout asks of a typeface. All results are in points.
public protocol TextMeasure {
  /// The advance of a line of text.
  func width(of text: String, in font: Font) -> Double
  /// The height of capital letters.
  func capHeight(of font: Font) -> Double
  /// How far letters such as "g" reach below the baseline; positive.
  func descent(of font: Font) -> Double
}

/// A surface to draw on.
public protocol Canvas: AnyObject, TextMeasure {
  /// Fills the inside of an outline.
  func fill(_ path: Path, with ink: Ink)
  /// Draws along an outline.
  func stroke(_ path: Path, with stroke: Stroke)
  /// Writes a line of text from the start of its baseline, turned counterclockwise by an angle in degrees.
  func write(_ text: String, at start: Point, font: Font, ink: Ink, angle: Double)
  /// Puts a picture into a rectangle.
  func place(_ picture: Picture, in area: Rect)
  /// Hides what is drawn outside a rectangle until the matching `endClip`.
  func beginClip(to area: Rect)
  /// Ends what the last `beginClip` began.
  func endClip()
}
