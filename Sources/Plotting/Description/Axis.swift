// An axis: its scale, its range, and what is written along it.

/// A labeled place on an axis.
public struct Tick: Codable, Sendable, Hashable {
  /// The place, in data units.
  public var value: Double
  /// What is written there; empty for a tick without text.
  public var label: String

  /// A tick from its place and text.
  public init(_ value: Double, _ label: String) {
    self.value = value
    self.label = label
  }
}

/// An axis of a chart.
public struct Axis: Codable, Sendable, Equatable {
  /// How data become places.
  public enum Scale: String, Codable, Sendable {
    /// Equal distances for equal differences.
    case linear
    /// Equal distances for equal ratios; data are positive.
    case log
    /// Names at 0, 1, 2, …; data are positions among them, with half a step of room on either side.
    case category
  }

  /// How numbers are written at automatic ticks.
  public enum Format: String, Codable, Sendable {
    /// As many decimals as the step needs; thousands and millions as k and M.
    case automatic
    /// The number times one hundred, with a percent sign.
    case percent
  }

  /// The quantity and its unit, written along the axis.
  public var title: String?
  /// How data become places.
  public var scale: Scale
  /// The names of a category axis, from the left or from the top.
  public var categories: [String]
  /// The lower end; from the data where nil.
  public var lower: Double?
  /// The upper end; from the data where nil.
  public var upper: Double?
  /// Ticks at given places; chosen where nil, none where empty.
  public var ticks: [Tick]?
  /// How numbers are written at automatic ticks.
  public var format: Format
  /// Whether thin lines cross the chart at the ticks.
  public var hasGrid: Bool
  /// The color of labels and title: that of the marks it belongs to in a chart of two vertical axes.
  public var color: FigureColor

  /// An axis of any scale.
  public init(
    _ title: String? = nil, scale: Scale = .linear, categories: [String] = [], lower: Double? = nil,
    upper: Double? = nil, ticks: [Tick]? = nil, format: Format = .automatic, hasGrid: Bool = false,
    color: FigureColor = .ink
  ) {
    self.title = title
    self.scale = scale
    self.categories = categories
    self.lower = lower
    self.upper = upper
    self.ticks = ticks
    self.format = format
    self.hasGrid = hasGrid
    self.color = color
  }

  /// An axis with names in the place of numbers.
  public static func names(_ categories: [String], title: String? = nil, hasGrid: Bool = false) -> Axis {
    Axis(title, scale: .category, categories: categories, hasGrid: hasGrid)
  }
}
