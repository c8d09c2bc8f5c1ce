// A page of sample scenes.
import FoundationEssentials
import Plotting

/// Sample scenes with their boxes, in a grid.
public struct SceneSheet: Sendable {
  /// A box with its name.
  public struct Object: Sendable, Equatable {
    /// Left, upper edge, width and height in pixels.
    public var box: Rect
    /// A short name.
    public var label: String
    /// Whether it belongs to a critical category, and is drawn in the color of those.
    public var isCritical: Bool

    /// An object from its box.
    public init(box: Rect, label: String, isCritical: Bool = false) {
      self.box = box
      self.label = label
      self.isCritical = isCritical
    }
  }

  /// A picture with its objects.
  public struct Scene: Sendable {
    /// A JPEG or PNG file.
    public var file: Data
    /// The width in pixels.
    public var width: Int
    /// The height in pixels.
    public var height: Int
    /// The objects.
    public var objects: [Object]
    /// The line under the picture; empty for none.
    public var caption: String

    /// A scene from its picture and objects.
    public init(file: Data, width: Int, height: Int, objects: [Object], caption: String = "") {
      self.file = file
      self.width = width
      self.height = height
      self.objects = objects
      self.caption = caption
    }
  }

  /// The scenes, row by row.
  public var scenes: [Scene]
  /// The number of columns: 4 or 6 read well.
  public var columns: Int

  /// A page from its scenes.
  public init(_ scenes: [Scene], columns: Int = 4) {
    self.scenes = scenes
    self.columns = columns
  }

  /// The figure; its height follows the scenes.
  public var figure: Figure {
    let sheet = TileSheet(
      columns: columns,
      tiles: scenes.map { scene in
        Tile(
          Picture(bytes: scene.file, width: scene.width, height: scene.height),
          boxes: scene.objects.map {
            TileBox($0.box, label: $0.label, color: $0.isCritical ? .vermilion : .blue)
          }, caption: scene.caption)
      })
    return Figure(
      height: sheet.height(width: Figure.pageWidth - 2 * Figure.border) + 2 * Figure.border, .tiles(sheet))
  }
}
