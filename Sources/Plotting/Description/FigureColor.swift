// Colors by name: a figure says which, the palette says how they look, so that restyling recomputes nothing.

/// A color of the palette. The first six tell series apart, also for readers with color blindness.
public enum FigureColor: String, Codable, Sendable, CaseIterable {
  /// The color of the first series.
  case blue
  /// The color of what matters most: critical categories, warnings.
  case vermilion
  /// The third series.
  case green
  /// The fourth series.
  case purple
  /// The fifth series.
  case orange
  /// The sixth series, and light fills beside blue.
  case sky
  /// Text and axes.
  case ink
  /// Secondary text, reference lines.
  case gray
  /// Background marks which are seen only when looked for.
  case silver
  /// Fills of regions and boxes.
  case mist
  /// The page.
  case white

  /// The color of a series by number; after six the colors repeat.
  public static func series(_ index: Int) -> FigureColor {
    let cycle: [FigureColor] = [.blue, .vermilion, .green, .purple, .orange, .sky]
    return cycle[((index % cycle.count) + cycle.count) % cycle.count]
  }
}
