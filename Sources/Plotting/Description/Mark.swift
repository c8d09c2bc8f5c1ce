// What is drawn between the axes of a chart. Data are in the units of the axes; lists of one mark have equal length.

/// The geometry of a mark.
public enum MarkShape: Codable, Sendable, Equatable {
  /// A line through points, in the order given.
  case line(x: [Double], y: [Double])
  /// A line that holds each value half-way to its neighbors; x increases.
  case steps(x: [Double], y: [Double])
  /// A line that holds each value until the next x: the best to be had for at most so much, for example; x increases.
  case staircase(x: [Double], y: [Double])
  /// Bars upon x, from the base to y; the width is in units of x. On a log axis a base of zero means the lower end.
  case bars(x: [Double], y: [Double], width: Double, base: Double)
  /// A symbol at each point.
  case points(x: [Double], y: [Double])
  /// The area between two curves.
  case band(x: [Double], low: [Double], high: [Double])
  /// Vertical intervals with end caps, at x.
  case intervals(x: [Double], low: [Double], high: [Double])
  /// Horizontal intervals with end caps, at y.
  case horizontalIntervals(y: [Double], low: [Double], high: [Double])
  /// Lines across the whole chart at places of the y axis.
  case horizontalRules(y: [Double])
  /// Lines from bottom to top at places of the x axis.
  case verticalRules(x: [Double])
  /// Text beside a point.
  case text(x: Double, y: Double, text: String, place: TextPlace)
  /// Text beside points, placed so that it hides no other text and no point of this mark.
  case labels(x: [Double], y: [Double], texts: [String])
  /// Cells at whole positions of two axes, one row after another from the top or the lowest y; nil leaves a cell empty.
  case heatMap(values: [[Double?]], scale: HeatScale)
}

/// Where text stands relative to its point.
public enum TextPlace: String, Codable, Sendable {
  /// The text is centered above the point.
  case above
  /// The text is centered below the point.
  case below
  /// The text ends at the point.
  case left
  /// The text begins at the point.
  case right
  /// The text is centered on the point.
  case center
}

/// How the cells of a heat map get their colors.
public struct HeatScale: Codable, Sendable, Equatable {
  /// What the colors mean, written along the color bar.
  public var title: String
  /// Whether equal ratios, rather than equal differences, are equal steps of color.
  public var isLogarithmic: Bool
  /// The value of the lightest color; the smallest of the data where nil.
  public var lower: Double?
  /// The value of the darkest color; the largest of the data where nil.
  public var upper: Double?
  /// The decimals of numbers written in the cells; no numbers where nil.
  public var digits: Int?
  /// Whether the colors go from one dark hue over white in the middle to another, for values on both sides of a middle.
  public var isDiverging: Bool?

  /// A scale from its title and ends.
  public init(
    title: String, isLogarithmic: Bool = false, lower: Double? = nil, upper: Double? = nil,
    digits: Int? = nil, isDiverging: Bool? = nil
  ) {
    self.isDiverging = isDiverging
    self.title = title
    self.isLogarithmic = isLogarithmic
    self.lower = lower
    self.upper = upper
    self.digits = digits
  }

  /// The place of a value between the light end, 0, and the dark end, 1.
  /// - Parameter values: those of the whole map, which settle the ends that are not given.
  public func share(of value: Double, among values: [[Double?]]) -> Double {
    min(max(HeatBar(self, values: values).share(value), 0), 1)
  }
}

/// How a mark looks.
public struct MarkStyle: Codable, Sendable, Equatable {
  /// Gaps in lines.
  public enum Dash: String, Codable, Sendable {
    /// No gaps.
    case solid
    /// Strokes and gaps.
    case dashed
    /// Dots.
    case dotted
  }

  /// The symbols at points.
  public enum Symbol: String, Codable, Sendable, CaseIterable {
    /// A filled disc.
    case circle
    /// A ring.
    case ring
    /// A filled square.
    case square
    /// A filled square on its corner.
    case diamond
    /// A filled triangle, pointing upwards.
    case triangle
    /// Two crossing strokes.
    case cross
  }

  /// The color.
  public var color: FigureColor
  /// From 0, invisible, to 1.
  public var opacity: Double
  /// The width of lines, in points.
  public var lineWidth: Double
  /// Gaps in lines.
  public var dash: Dash
  /// The symbol at points.
  public var symbol: Symbol
  /// The diameter of symbols, in points.
  public var symbolSize: Double

  /// A style; what is not said is plain.
  public init(
    _ color: FigureColor = .blue, opacity: Double = 1, lineWidth: Double = 1.2, dash: Dash = .solid,
    symbol: Symbol = .circle, symbolSize: Double = 4
  ) {
    self.color = color
    self.opacity = opacity
    self.lineWidth = lineWidth
    self.dash = dash
    self.symbol = symbol
    self.symbolSize = symbolSize
  }
}

/// Something drawn between the axes of a chart.
public struct Mark: Codable, Sendable, Equatable {
  /// The geometry, in data units.
  public var shape: MarkShape
  /// How it looks.
  public var style: MarkStyle
  /// Its name in the legend; marks of one name share an entry, marks without one have none.
  public var name: String?
  /// Whether heights belong to the second vertical axis, at the right.
  public var isOnSecondAxis: Bool

  /// A mark from its geometry and looks.
  public init(
    _ shape: MarkShape, _ style: MarkStyle = MarkStyle(), name: String? = nil, isOnSecondAxis: Bool = false
  ) {
    self.shape = shape
    self.style = style
    self.name = name
    self.isOnSecondAxis = isOnSecondAxis
  }
}
