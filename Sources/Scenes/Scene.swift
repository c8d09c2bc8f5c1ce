import COCO
import Images

/// One object of a scene, with what COCO annotates of it.
public struct SceneObject: Sendable, Equatable {
  /// What an object is made of.
  public enum Origin: Sendable, Equatable {
    /// A drawing of a code point.
    case glyph(UInt32, ArtSet)
    /// A surface of the background.
    case surface
    /// A photograph of a garment, by its place in its published part.
    case garment(Int)
    /// An object of a photograph, by the id of its annotation.
    case annotation(Int)
  }

  /// Position among the task's categories.
  public let categoryIndex: Int
  /// The category's id.
  public let categoryID: Int
  /// The box of the visible part, in whole pixels.
  public let box: PixelBox
  /// Pixels of the visible part.
  public let area: Double
  /// The part of the object that is neither hidden nor outside the picture, above 0 and at most 1.
  public let visibleFraction: Double
  /// What it is made of.
  public let origin: Origin

  /// An object of a scene.
  public init(
    categoryIndex: Int, categoryID: Int, box: PixelBox, area: Double, visibleFraction: Double,
    origin: Origin
  ) {
    self.categoryIndex = categoryIndex
    self.categoryID = categoryID
    self.box = box
    self.area = area
    self.visibleFraction = visibleFraction
    self.origin = origin
  }

  /// The code point drawn, if it is a drawing.
  public var codePoint: UInt32? {
    if case .glyph(let codePoint, _) = origin { codePoint } else { nil }
  }

  /// Whose drawing it is, if it is one.
  public var artSet: ArtSet? {
    if case .glyph(_, let artSet) = origin { artSet } else { nil }
  }
}

/// A picture and what is in it.
public struct Scene: Sendable, Equatable {
  /// The picture.
  public let image: RGBImage
  /// Its objects, from back to front.
  public let objects: [SceneObject]

  /// A picture and what is in it.
  public init(image: RGBImage, objects: [SceneObject]) {
    self.image = image
    self.objects = objects
  }
}
