// Boxes, arrows and text at given places, for figures that explain rather than measure.

/// The sizes and weights of text.
public enum TextRole: String, Codable, Sendable {
  /// The smallest: tick labels, notes.
  case small
  /// Axis titles, legends, text of boxes.
  case body
  /// The same, bold.
  case strong
  /// Panel titles, headings of boxes.
  case heading
}

/// Where text stands relative to its anchor.
public enum TextAlignment: String, Codable, Sendable {
  /// Text begins at the anchor.
  case leading
  /// The anchor is the middle.
  case center
  /// Text ends at the anchor.
  case trailing
}

/// A part of a diagram. Places are in points from the upper left corner of the panel.
public enum DiagramElement: Codable, Sendable, Equatable {
  /// A box with round corners; its fill is a light tint of the color, its outline the color.
  case box(area: Rect, color: FigureColor, isFilled: Bool, isDashed: Bool)
  /// A filled rectangle without outline, for bars.
  case bar(area: Rect, color: FigureColor, opacity: Double)
  /// A line through points, drawn smooth or straight, with an arrow head at its end or not.
  case line(
    points: [Point], color: FigureColor, width: Double, isSmooth: Bool, hasArrow: Bool, isDashed: Bool)
  /// A filled area with the points as its corners, drawn smooth or straight.
  case area(points: [Point], color: FigureColor, opacity: Double, isSmooth: Bool)
  /// A disc.
  case dot(center: Point, radius: Double, color: FigureColor)
  /// Text with its first line's top at the anchor; longer lines are broken at the given width.
  case text(
    text: String, anchor: Point, width: Double, role: TextRole, alignment: TextAlignment, color: FigureColor)
}

/// Boxes, arrows and text at given places.
public struct Diagram: Codable, Sendable, Equatable {
  /// What is drawn, the first at the bottom.
  public var elements: [DiagramElement]

  /// A diagram from its parts.
  public init(_ elements: [DiagramElement]) { self.elements = elements }
}
