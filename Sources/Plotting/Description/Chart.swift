// A chart: axes, marks between them, and regions of the horizontal axis with names.

/// A shaded part of the horizontal axis with its name above the chart.
public struct Region: Codable, Sendable, Equatable {
  /// The left end, in data units.
  public var from: Double
  /// The right end, in data units.
  public var to: Double
  /// The name.
  public var label: String
  /// The line of names it stands in: 0 is next to the chart, 1 above that.
  public var level: Int
  /// Whether the part is shaded; without shade only its ends are marked.
  public var isShaded: Bool

  /// A region from its ends and name.
  public init(from: Double, to: Double, label: String, level: Int = 0, isShaded: Bool = false) {
    self.from = from
    self.to = to
    self.label = label
    self.level = level
    self.isShaded = isShaded
  }
}

/// Marks between axes.
public struct Chart: Codable, Sendable, Equatable {
  /// Where the legend goes.
  public enum Legend: String, Codable, Sendable {
    /// In a corner which the marks leave free, else above the chart.
    case automatic
    /// Above the chart.
    case above
    /// To the right of the chart.
    case right
    /// Nowhere.
    case none
  }

  /// What the panel shows, in bold above it.
  public var title: String?
  /// The horizontal axis.
  public var x: Axis
  /// The vertical axis, at the left.
  public var y: Axis
  /// A second vertical axis, at the right.
  public var secondY: Axis?
  /// Named parts of the horizontal axis.
  public var regions: [Region]
  /// What is drawn, the first at the bottom.
  public var marks: [Mark]
  /// Where the legend goes.
  public var legend: Legend

  /// A chart from its axes and marks.
  public init(
    title: String? = nil, x: Axis, y: Axis, secondY: Axis? = nil, regions: [Region] = [], marks: [Mark],
    legend: Legend = .automatic
  ) {
    self.title = title
    self.x = x
    self.y = y
    self.secondY = secondY
    self.regions = regions
    self.marks = marks
    self.legend = legend
  }
}
