// Pictures in a grid, with boxes drawn on them.
import FoundationEssentials

/// A picture as it is stored, with its size.
public struct Picture: Codable, Sendable, Hashable {
  /// A JPEG or PNG file.
  public var bytes: Data
  /// The width in pixels.
  public var width: Int
  /// The height in pixels.
  public var height: Int

  /// A picture from a JPEG or PNG file and its size in pixels.
  public init(bytes: Data, width: Int, height: Int) {
    self.bytes = bytes
    self.width = width
    self.height = height
  }
}

/// A box drawn on a picture; units are the picture's pixels.
public struct TileBox: Codable, Sendable, Equatable {
  /// Left, upper edge, width and height, in pixels.
  public var area: Rect
  /// A short name; empty for none.
  public var label: String
  /// The color of the outline and of the label's ground.
  public var color: FigureColor
  /// Whether the outline is dashed, for example for what was missed.
  public var isDashed: Bool

  /// A box from its place and name.
  public init(_ area: Rect, label: String = "", color: FigureColor = .vermilion, isDashed: Bool = false) {
    self.area = area
    self.label = label
    self.color = color
    self.isDashed = isDashed
  }
}

/// A picture with boxes and a caption.
public struct Tile: Codable, Sendable, Equatable {
  /// The picture.
  public var picture: Picture
  /// What is drawn on it, what matters most first: names that would hide that of a box before are left out, and so are those
  /// that repeat the name of a box before at half of its place.
  public var boxes: [TileBox]
  /// The line of text under it; empty for none.
  public var caption: String

  /// A tile from its picture.
  public init(_ picture: Picture, boxes: [TileBox] = [], caption: String = "") {
    self.picture = picture
    self.boxes = boxes
    self.caption = caption
  }
}

/// Pictures in a grid.
public struct TileSheet: Codable, Sendable, Equatable {
  /// What the panel shows, in bold above it.
  public var title: String?
  /// The number of columns; tiles fill the sheet row by row.
  public var columns: Int
  /// The tiles.
  public var tiles: [Tile]

  /// A sheet from its tiles.
  public init(title: String? = nil, columns: Int, tiles: [Tile]) {
    self.title = title
    self.columns = columns
    self.tiles = tiles
  }
}
