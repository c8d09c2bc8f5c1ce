// What a figure shows, as a value: it can be stored, compared and drawn later, and knows nothing of a canvas.

/// A figure: panels in a grid on a white page. Text may hold `_{sub}` and `^{super}` scripts.
public struct Figure: Codable, Sendable, Equatable {
  /// Where the legend of a figure goes.
  public enum Legend: String, Codable, Sendable {
    /// Every chart shows its own.
    case perPanel
    /// One for all charts, under the panels; equal entries are shown once.
    case shared
  }

  /// Axes that all charts of a figure have in common.
  public enum SharedAxes: String, Codable, Sendable {
    /// The horizontal one.
    case x
    /// The left vertical one.
    case y
    /// The horizontal and the left vertical one.
    case both
  }

  /// The width in points.
  public var width: Double
  /// The height in points.
  public var height: Double
  /// The number of columns of the grid; panels fill it row by row.
  public var columns: Int
  /// The relative widths of the columns; equal where empty.
  public var columnShares: [Double]
  /// The relative heights of the rows; equal where empty.
  public var rowShares: [Double]
  /// Where the legend goes.
  public var legend: Legend
  /// Which axes the charts have in common; none where nil. Numbers then stand only at the left and below, and all
  /// plots are equally large.
  public var sharedAxes: SharedAxes?
  /// The panels, row by row.
  public var panels: [Panel]

  /// The width of a figure in one column of a two-column page: 3.4 inches.
  public static let columnWidth: Double = 244.8
  /// The width of a figure across the page: 7 inches.
  public static let pageWidth: Double = 504

  /// The white border around the panels, in points.
  public static let border: Double = 5

  /// A figure from its panels.
  public init(
    width: Double = Figure.pageWidth, height: Double, columns: Int = 1, columnShares: [Double] = [],
    rowShares: [Double] = [], legend: Legend = .perPanel, sharedAxes: SharedAxes? = nil,
    panels: [Panel]
  ) {
    self.width = width
    self.height = height
    self.columns = columns
    self.columnShares = columnShares
    self.rowShares = rowShares
    self.legend = legend
    self.sharedAxes = sharedAxes
    self.panels = panels
  }

  /// A figure of one panel.
  public init(width: Double = Figure.pageWidth, height: Double, _ panel: Panel) {
    self.init(width: width, height: height, panels: [panel])
  }

  /// The number of rows of the grid.
  public var rows: Int { columns > 0 ? (panels.count + columns - 1) / columns : 0 }
}

/// One part of a figure.
public enum Panel: Codable, Sendable, Equatable {
  /// Marks between axes.
  case chart(Chart)
  /// A height over two parameters.
  case surface(Surface)
  /// Pictures with boxes and captions.
  case tiles(TileSheet)
  /// Boxes, arrows and text at given places.
  case diagram(Diagram)

  private enum CodingKeys: String, CodingKey { case chart, surface, tiles, diagram }

  /// Reads an object with one key that names the kind of the panel.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    if let chart = try container.decodeIfPresent(Chart.self, forKey: .chart) {
      self = .chart(chart)
    } else if let surface = try container.decodeIfPresent(Surface.self, forKey: .surface) {
      self = .surface(surface)
    } else if let tiles = try container.decodeIfPresent(TileSheet.self, forKey: .tiles) {
      self = .tiles(tiles)
    } else {
      self = .diagram(try container.decode(Diagram.self, forKey: .diagram))
    }
  }

  /// Writes an object with one key that names the kind of the panel.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    switch self {
    case .chart(let chart): try container.encode(chart, forKey: .chart)
    case .surface(let surface): try container.encode(surface, forKey: .surface)
    case .tiles(let tiles): try container.encode(tiles, forKey: .tiles)
    case .diagram(let diagram): try container.encode(diagram, forKey: .diagram)
    }
  }
}
