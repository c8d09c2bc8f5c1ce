// Detections of several rows of a table on the same scenes.
import FoundationEssentials
import Plotting

/// Detections of several detectors on the same scenes: a line for each scene, a column for each detector.
public struct DetectionSheet: Sendable {
  /// What became of a detection or an object.
  public enum Outcome: Sendable, Equatable {
    /// A detection of an object.
    case found
    /// A detection of no object, of one of another category, or of one found before.
    case wrong
    /// An object that nothing found.
    case missed
  }

  /// A box with its name and what became of it.
  public struct Item: Sendable, Equatable {
    /// Left, upper edge, width and height in pixels.
    public var box: Rect
    /// The name of its category.
    public var label: String
    /// What became of it.
    public var outcome: Outcome

    /// An item from its box.
    public init(box: Rect, label: String, outcome: Outcome) {
      self.box = box
      self.label = label
      self.outcome = outcome
    }
  }

  /// A picture with what each detector finds in it.
  public struct Scene: Sendable {
    /// A JPEG or PNG file.
    public var file: Data
    /// The width in pixels.
    public var width: Int
    /// The height in pixels.
    public var height: Int
    /// The items of each detector, by falling score: where names would hide each other, the first is shown.
    public var items: [[Item]]

    /// A scene from its picture and items.
    public init(file: Data, width: Int, height: Int, items: [[Item]]) {
      self.file = file
      self.width = width
      self.height = height
      self.items = items
    }
  }

  /// The names of the detectors.
  public var detectors: [String]
  /// The scenes.
  public var scenes: [Scene]

  /// A sheet from its scenes.
  public init(detectors: [String], _ scenes: [Scene]) {
    self.detectors = detectors
    self.scenes = scenes
  }

  /// The figure; what is found is green, what is wrong vermilion, what is missed gray and dashed.
  public var figure: Figure {
    let sheet = TileSheet(
      columns: detectors.count,
      tiles: scenes.flatMap { scene in
        zip(detectors, scene.items).map { name, items in
          Tile(
            Picture(bytes: scene.file, width: scene.width, height: scene.height),
            // What is missed lies lowest, so that it hides no detection.
            boxes: items.filter { $0.outcome == .missed }.map {
              TileBox($0.box, color: .gray, isDashed: true)
            }
              + items.filter { $0.outcome != .missed }.map {
                TileBox($0.box, label: $0.label, color: $0.outcome == .found ? .green : .vermilion)
              }, caption: "\(name): \(Self.words(items))")
        }
      })
    let width = min(Figure.pageWidth, 136 * Double(detectors.count))
    return Figure(
      width: width, height: sheet.height(width: width - 2 * Figure.border) + 2 * Figure.border, .tiles(sheet))
  }

  private static func words(_ items: [Item]) -> String {
    func count(_ outcome: Outcome) -> Int { items.count { $0.outcome == outcome } }
    return "\(count(.found)) found, \(count(.wrong)) wrong, \(count(.missed)) missed"
  }
}
